/** A Jacobian: the row before it, the matrix, and their product under it. */
import {columnText, entryText} from '../model/matrix.js';
import {h, setText} from '../ui/dom.js';
import {cellMaker, columnHead, isWritten, matrixGrid, scrolling} from './matrix_grid.js';

/** @typedef {import('../model/matrix.js').JacobianTable} JacobianTable */

/** @param {JacobianTable} table @param {string} output name of what is differentiated @returns {HTMLElement} */
export function matrixView(table, output) {
  const {rows, columns, matrix, upstream, product} = table;
  const gradientOf = cellMaker([...(upstream ?? []), ...(product ?? [])], isWritten(rows, columns), true);
  const said = h('p', {class: 'matrix-said', role: 'status'}, 'Point at a cell, or go from cell to cell with the arrow keys.');

  const first = upstream && h('table', {class: 'matrix', 'aria-label': `Upstream gradient, a row of ${rows.length}`},
    h('thead', {}, h('tr', {}, h('td'), ...rows.map(columnHead))),
    h('tbody', {}, h('tr', {}, h('th', {scope: 'row'}, `∂${output}`), ...upstream.map((x, i) => gradientOf(x, `∂${output}/∂${rows[i]}`)))));
  const head = first ? [...first.querySelectorAll('tbody td')] : [];
  const second = matrixGrid({
    label: `Jacobian, ${rows.length} rows by ${columns.length} columns`, rows, columns, matrix, nameOf: (i, j) => `∂${rows[i]}/∂${columns[j]}`,
    foot: product && {head: `= ∂${output}`, cells: product.map((x, j) => gradientOf(x, `∂${output}/∂${columns[j]}`))},
    went(i, j) {
      const isProduct = i === rows.length;
      setText(said, [...(isProduct ? [] : [entryText(table, i, j)]), ...(product ? [columnText(table, output, j)] : [])].join('. '));
      return isProduct ? head : head.slice(i, i + 1);
    },
  });

  return h('div', {},
    ...(first ? [h('h3', {}, `Upstream, a row of ${rows.length}`), scrolling(first)] : [h('p', {class: 'matrix-missing'}, 'No gradient flows here, so there is no row to multiply.')]),
    h('h3', {}, `${first ? 'times the' : 'The'} Jacobian, ${rows.length} × ${columns.length}${first ? `, gives a row of ${columns.length}` : ''}`), scrolling(second),
    said, h('p', {class: 'matrix-why'}, table.why));
}
