/** A matrix with labelled rows and columns. Keys and pointer go from cell to cell; the cell's column is lit with it. */
import {num, signOf} from '../model/format.js';
import {cellSide, cellWindow} from '../model/scales.js';
import {h} from '../ui/dom.js';

const NUMBERS_MOST = 8;  // columns, and rows, whose numbers are written out; more are squares
const STEPS = new Map([['ArrowUp', [-1, 0]], ['ArrowDown', [1, 0]], ['ArrowLeft', [0, -1]], ['ArrowRight', [0, 1]]]);

/**
 * @param {object} what
 * @param {string} what.label                        of the table
 * @param {readonly string[]} what.rows
 * @param {readonly string[]} what.columns
 * @param {readonly (readonly number[])[]} what.matrix
 * @param {(i: number, j: number) => string} what.nameOf     "∂Y[0,1]/∂X[0,0]"
 * @param {boolean} [what.hued]                      the cells are gradients
 * @param {{head: string, cells: readonly HTMLTableCellElement[]}|null} [what.foot]  a row under the matrix
 * @param {(i: number, j: number) => readonly Element[]} what.went  a cell is looked at, `i === rows.length`: one of the foot; gives what else is lit
 * @returns {HTMLTableElement}
 */
export function matrixGrid({label, rows, columns, matrix, nameOf, hued = false, foot = null, went}) {
  const cellOf = cellMaker(matrix.flat(), isWritten(rows, columns), hued);
  const table = h('table', {class: 'matrix', tabindex: 0, 'aria-label': label},
    h('thead', {}, h('tr', {}, h('td'), ...columns.map(columnHead))),
    h('tbody', {}, ...rows.map((row, i) => h('tr', {}, h('th', {scope: 'row'}, row), ...matrix[i].map((x, j) => cellOf(x, nameOf(i, j)))))),
    foot && h('tfoot', {}, h('tr', {}, h('th', {scope: 'row'}, foot.head), ...foot.cells)));
  const grid = [...table.querySelectorAll('tbody tr')].map((row) => [...row.querySelectorAll('td')]);
  const all = foot ? [...grid, foot.cells] : grid;
  /** @type {Element[]} */
  let lit = [];
  let at = {i: 0, j: 0};

  /** @param {number} i a row of the matrix, or the one under it @param {number} j */
  function go(i, j) {
    const next = {i: Math.max(0, Math.min(all.length - 1, i)), j: Math.max(0, Math.min(columns.length - 1, j))}, own = all[next.i]?.[next.j];
    if (!own || (lit.length && next.i === at.i && next.j === at.j)) return;
    at = next;
    for (const each of lit) each.removeAttribute('data-lit');
    lit = [own, ...all.map((row) => row[at.j]), ...went(at.i, at.j)];
    for (const each of lit) each.setAttribute('data-lit', each === own ? 'own' : 'with');
  }

  /** @param {Event} event */
  function point(event) {
    const cell = event.target instanceof Element ? event.target.closest('td') : null;
    const i = all.findIndex((row) => cell && row.includes(cell));
    if (cell && i >= 0) go(i, all[i].indexOf(cell));
  }

  table.addEventListener('pointermove', point);
  table.addEventListener('pointerdown', point);
  table.addEventListener('keydown', (event) => {
    const step = STEPS.get(event.key);
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    if (lit.length) go(at.i + step[0], at.j + step[1]);
    else go(0, 0);
    lit[0]?.scrollIntoView({block: 'nearest', inline: 'nearest'});
  });
  return table;
}

/** Whether the numbers stand in the cells. @param {readonly string[]} rows @param {readonly string[]} columns */
export const isWritten = (rows, columns) => rows.length <= NUMBERS_MOST && columns.length <= NUMBERS_MOST;

/** @param {string} text */
export const columnHead = (text) => h('th', {scope: 'col'}, h('span', {}, text));

/** In a box of its own that scrolls. @param {HTMLElement} part */
export const scrolling = (part) => h('div', {class: 'matrix-scroll'}, part);

/** Numbers, or squares whose side goes by the logarithm of their size. @param {readonly number[]} all @param {boolean} written @param {boolean} hued */
export function cellMaker(all, written, hued) {
  const window = cellWindow([...all]);
  return (/** @type {number} */ x, /** @type {string} */ name) => {
    const cell = h('td', {class: written ? 'num' : 'matrix-square', 'data-zero': x === 0, 'data-sign': hued && signOf(x)}, written && num(x, {card: true}));
    if (written) return cell;
    const square = h('i', {'aria-hidden': 'true', 'data-hollow': x < 0});
    square.style.setProperty('--side', String(Number.isFinite(x) ? cellSide(x, window) : 1));
    cell.append(square, h('span', {class: 'spoken-only'}, `${name} = ${num(x)}`));
    return cell;
  };
}
