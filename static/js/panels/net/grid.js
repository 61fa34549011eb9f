/** A matrix of an equation: its shape below it, numbers in its cells; of many examples the first ones and their mean. */
import {num, signOf} from '../../model/format.js';
import {h} from '../../ui/dom.js';

/** @typedef {{array: string, transposed: boolean, symbol: string, shape: number[]}} Factor */
/**
 * @typedef {object} Grid
 * @property {Factor} factor
 * @property {any} array          as sent: rows are examples, or units
 * @property {boolean} hued       whether it is a gradient
 * @property {number|null} examples  how many of its rows are examples; null: rows are no examples
 * @property {((index: number[]) => void)|null} pick  what choosing a cell does, by its place in the array as sent
 * @property {(index: number[]) => string} nameOf
 * @property {boolean} upright   whether a list of numbers stands as a column
 */

const SHOWN = 5, MOST = 12;   // examples, and other rows or columns, that are written out

/** @param {Grid} grid @returns {HTMLElement} */
export function matrixGrid({factor, array, hued, examples, pick, nameOf, upright}) {
  const caption = h('figcaption', {class: 'num'}, factor.shape.length ? factor.shape.join(' × ') : 'number');
  const table = tableOf(array);
  if (!table) return h('figure', {class: 'net-grid'}, h('p', {class: 'net-hint'}, 'Too large to be sent.'), caption);
  const {rows, lift} = table, isCut = examples !== null && examples > SHOWN + 1;
  const limit = (/** @type {number} */ count, /** @type {boolean} */ isExamples) => Math.min(count, isExamples && isCut ? SHOWN : MOST);
  const height = limit(rows.length, true), width = limit(rows[0]?.length ?? 0, false);
  const cell = (/** @type {number} */ i, /** @type {number} */ j) => {
    const value = rows[i][j], index = lift(i, j), text = num(value, {card: true});
    const own = pick ? h('button', {type: 'button', class: 'net-cell num', 'aria-label': `${nameOf(index)} = ${text}`, tabindex: '-1', onclick: () => pick(index)}, text) : text;
    return h('td', {class: 'num', 'data-sign': hued && signOf(value)}, own);
  };
  const mean = isCut ? rows[0].slice(0, width).map((_, j) => rows.reduce((sum, row) => sum + row[j], 0) / rows.length) : null;
  const meanCell = (/** @type {number} */ value) => h('td', {class: 'num net-mean', 'data-sign': hued && signOf(value)}, num(value, {card: true}));
  const more = (/** @type {boolean} */ is) => (is ? [h('td', {class: 'net-dots'}, '…')] : []);
  const across = rows[0].length > width, along = rows.length > height;
  /** @type {HTMLElement[]} */
  let lines;
  if (factor.transposed || (upright && !Array.isArray(array?.[0]))) {
    lines = Array.from({length: width}, (_, j) => h('tr', {}, ...Array.from({length: height}, (_, i) => cell(i, j)), ...more(along), ...(mean ? [meanCell(mean[j])] : [])));
    if (across) lines.push(h('tr', {}, ...more(true)));
  } else {
    lines = Array.from({length: height}, (_, i) => h('tr', {}, ...Array.from({length: width}, (_, j) => cell(i, j)), ...more(across)));
    if (along) lines.push(h('tr', {}, ...more(true)));
    if (mean) lines.push(h('tr', {}, ...mean.map(meanCell)));
  }
  const body = h('table', {class: 'net-matrix', 'aria-label': `${factor.array}${factor.transposed ? ' transposed' : ''}, ${factor.shape.join(' by ')}${mean ? ', the last of the shown is the mean' : ''}`}, h('tbody', {}, ...lines));
  roving(body);
  return h('figure', {class: 'net-grid'}, body, caption, mean ? h('p', {class: 'net-hint net-mean-hint'}, `last: mean of ${examples}`) : null);
}

/** An array as rows, with the way back to its own index. @param {any} array @returns {{rows: number[][], lift: (i: number, j: number) => number[]}|null} */
function tableOf(array) {
  if (typeof array === 'number') return {rows: [[array]], lift: () => []};
  if (!Array.isArray(array) || !array.length) return null;
  if (!Array.isArray(array[0])) return {rows: [array], lift: (_, j) => [j]};
  if (!Array.isArray(array[0][0])) return {rows: array, lift: (i, j) => [i, j]};
  const rows = array.map((row) => row.flat(Infinity)), shape = /** @type {number[]} */ ([]);
  for (let inner = array[0]; Array.isArray(inner); inner = inner[0]) shape.push(inner.length);
  return {rows, lift(i, j) {
    const index = /** @type {number[]} */ ([]);
    for (const size of [...shape].reverse()) { index.unshift(j % size); j = Math.floor(j / size); }
    return [i, ...index];
  }};
}

/** One stop for the Tab key; arrow keys go from cell to cell. @param {HTMLTableElement} table */
function roving(table) {
  const grid = [...table.rows].map((row) => [...row.querySelectorAll('button')]).filter((row) => row.length);
  if (grid[0]) grid[0][0].tabIndex = 0;
  table.addEventListener('keydown', (event) => {
    const by = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[event.key], row = grid.findIndex((each) => each.includes(/** @type {any} */ (document.activeElement)));
    if (!by || row < 0) return;
    const column = grid[row].indexOf(/** @type {any} */ (document.activeElement)), next = grid[row + by[0]]?.[column + by[1]];
    event.preventDefault();
    event.stopPropagation();
    if (!next) return;
    grid[row][column].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
}
