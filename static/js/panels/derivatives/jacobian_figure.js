/** One labelled matrix of the Jacobians' panel, its cells told to whoever asks. */
import {num} from '../../model/format.js';
import {h} from '../../ui/dom.js';
import {matrixGrid, scrolling} from '../matrix_grid.js';

/** @param {{name: string, rows: readonly string[], columns: readonly string[], matrix: readonly (readonly number[])[], pointed?: (i: number, j: number, entry: string) => void}} what */
export function figureOf({name, rows, columns, matrix, pointed}) {
  const nameOf = (/** @type {number} */ i, /** @type {number} */ j) => `∂${rows[i]}/∂${columns[j]}`;
  return h('section', {}, h('h3', {}, `${name}, ${rows.length} × ${columns.length}`), scrolling(matrixGrid({
    label: `${name}, ${rows.length} rows by ${columns.length} columns`, rows, columns, matrix, nameOf,
    went(i, j) {
      pointed?.(i, j, `${nameOf(i, j)} = ${num(matrix[i][j])}`);
      return [];
    },
  })));
}
