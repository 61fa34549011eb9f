/** A matrix with labelled rows and columns, the row before it, and their product under it. Keys and pointer go from cell to cell. */
import {num, signOf} from '../model/format.js';
import {columnText, entryText} from '../model/matrix.js';
import {cellSide, cellWindow} from '../model/scales.js';
import {h, setText} from '../ui/dom.js';

/** @typedef {import('../model/matrix.js').JacobianTable} JacobianTable */
/** @typedef {{i: number|null, j: number|null}} Place  a row of null is the product's */

const NUMBERS_MOST = 8;  // columns, and rows, whose numbers are written out; more are squares
const STEPS = new Map([['ArrowUp', [-1, 0]], ['ArrowDown', [1, 0]], ['ArrowLeft', [0, -1]], ['ArrowRight', [0, 1]]]);

/** @param {JacobianTable} table @param {string} output name of what is differentiated @returns {HTMLElement} */
export function matrixView(table, output) {
  const {rows, columns, matrix, upstream, product} = table;
  const written = rows.length <= NUMBERS_MOST && columns.length <= NUMBERS_MOST;
  const cellOf = cellMaker(matrix.flat(), written, false), gradientOf = cellMaker([...(upstream ?? []), ...(product ?? [])], written, true);
  const said = h('p', {class: 'matrix-said', role: 'status'}, 'Point at a cell, or go from cell to cell with the arrow keys.');

  const first = upstream && h('table', {class: 'matrix', 'aria-label': `Upstream gradient, a row of ${rows.length}`},
    h('thead', {}, h('tr', {}, h('td'), ...rows.map(labelled))),
    h('tbody', {}, h('tr', {}, h('th', {scope: 'row'}, `∂${output}`), ...upstream.map((x, i) => gradientOf(x, `∂${output}/∂${rows[i]}`)))));
  const second = h('table', {class: 'matrix', tabindex: 0, 'aria-label': `Jacobian, ${rows.length} rows by ${columns.length} columns`},
    h('thead', {}, h('tr', {}, h('td'), ...columns.map(labelled))),
    h('tbody', {}, ...rows.map((row, i) => h('tr', {}, h('th', {scope: 'row'}, row), ...matrix[i].map((x, j) => cellOf(x, `∂${row}/∂${columns[j]}`))))),
    product && h('tfoot', {}, h('tr', {}, h('th', {scope: 'row'}, `= ∂${output}`), ...product.map((x, j) => gradientOf(x, `∂${output}/∂${columns[j]}`)))));

  const grid = [...second.querySelectorAll('tbody tr')].map((row) => [...row.querySelectorAll('td')]);
  const foot = [...second.querySelectorAll('tfoot td')], head = first ? [...first.querySelectorAll('tbody td')] : [];
  /** @type {Element[]} */
  let lit = [];
  let at = {i: 0, j: 0};

  /** @param {number} i a row of the matrix, or the one under it @param {number} j */
  function go(i, j) {
    at = {i: Math.max(0, Math.min(grid.length - (foot.length ? 0 : 1), i)), j: Math.max(0, Math.min(columns.length - 1, j))};
    for (const each of lit) each.removeAttribute('data-lit');
    const isProduct = at.i === grid.length;
    const own = isProduct ? foot[at.j] : grid[at.i][at.j];
    lit = [own, ...grid.map((row) => row[at.j]), ...(foot.length ? [foot[at.j]] : []), ...(isProduct ? head : head.slice(at.i, at.i + 1))];
    for (const each of lit) each.setAttribute('data-lit', each === own ? 'own' : 'with');
    setText(said, [...(isProduct ? [] : [entryText(table, at.i, at.j)]), ...(product ? [columnText(table, output, at.j)] : [])].join('. '));
  }

  second.addEventListener('pointermove', (event) => {
    const cell = event.target instanceof Element ? event.target.closest('td') : null;
    const i = [...grid, foot].findIndex((row) => cell && row.includes(/** @type {HTMLTableCellElement} */ (cell)));
    if (cell && i >= 0) go(i, [...grid, foot][i].indexOf(/** @type {HTMLTableCellElement} */ (cell)));
  });
  second.addEventListener('keydown', (event) => {
    const step = STEPS.get(event.key);
    if (!step) return;
    event.preventDefault();
    if (lit.length) go(at.i + step[0], at.j + step[1]);
    else go(0, 0);
    lit[0].scrollIntoView({block: 'nearest', inline: 'nearest'});
  });

  const scroll = (/** @type {HTMLElement} */ part) => h('div', {class: 'matrix-scroll'}, part);
  return h('div', {},
    ...(first ? [h('h3', {}, `Upstream, a row of ${rows.length}`), scroll(first)] : [h('p', {class: 'matrix-missing'}, 'No gradient flows here, so there is no row to multiply.')]),
    h('h3', {}, `${first ? 'times the' : 'The'} Jacobian, ${rows.length} × ${columns.length}${first ? `, gives a row of ${columns.length}` : ''}`), scroll(second),
    said, h('p', {class: 'matrix-why'}, table.why));
}

/** @param {string} text */
const labelled = (text) => h('th', {scope: 'col'}, h('span', {}, text));

/** Numbers, or squares whose side goes by the logarithm of their size. @param {number[]} all @param {boolean} written @param {boolean} hued */
function cellMaker(all, written, hued) {
  const window = cellWindow(all);
  return (/** @type {number} */ x, /** @type {string} */ name) => {
    const cell = h('td', {class: written ? 'num' : 'matrix-square', 'data-zero': x === 0, 'data-sign': hued && signOf(x)}, written && num(x, {card: true}));
    if (written) return cell;
    const square = h('i', {'aria-hidden': 'true', 'data-hollow': x < 0});
    square.style.setProperty('--side', String(Number.isFinite(x) ? cellSide(x, window) : 1));
    cell.append(square, h('span', {class: 'spoken-only'}, `${name} = ${num(x)}`));
    return cell;
  };
}
