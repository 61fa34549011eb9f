/** A Jacobian as the server sends it, ready to be set: labels, numbers, the row that is multiplied with it. */
import {factor, num} from './format.js';
import {bracketed, title} from './run.js';
import {flat, isSummary, real} from './tensor.js';

/** @typedef {import('./types.js').Run} Run */
/**
 * @typedef {object} JacobianTable
 * @property {string} source @property {string} target   ids
 * @property {string[]} rows     "Y[0,1]"
 * @property {string[]} columns
 * @property {number[][]} matrix
 * @property {number[]|null} upstream  null: no gradient flows
 * @property {number[]|null} product   upstream × matrix
 * @property {string} why
 */

/** @param {Run} run @param {any} within of the reply of /jacobian @returns {JacobianTable|null} null where the server sent statistics only */
export function tableOf(run, within) {
  const matrix = real(within.matrix);
  if (isSummary(matrix)) return null;
  const label = (/** @type {string} */ id, /** @type {number[]} */ shape, /** @type {number} */ count) =>
    Array.from({length: count}, (_, i) => cellName(bracketed(title(run.node(id))), shape, i));
  return {
    source: within.source, target: within.target, matrix,
    rows: label(within.target, within.target_shape, within.rows.length), columns: label(within.source, within.source_shape, within.columns.length),
    upstream: within.upstream === null ? null : flat(real(within.upstream)), product: within.product === null ? null : flat(real(within.product)),
    why: within.why_never_built,
  };
}

/** "Y[0,1]" for a place in C order; a number keeps its name. @param {string} name @param {number[]} shape @param {number} place */
export function cellName(name, shape, place) {
  const index = [];
  let rest = place;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    index.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return index.length ? `${name}[${index.join(',')}]` : name;
}

const TERMS_SAID = 6;

/** A cell in words: "∂Y[0,1]/∂X[0,0] = 0.6". @param {JacobianTable} table @param {number} i @param {number} j */
export const entryText = ({rows, columns, matrix}, i, j) => `∂${rows[i]}/∂${columns[j]} = ${num(matrix[i][j])}`;

/** A column in words: its products with the row, and their sum as it was sent. @param {JacobianTable} table @param {string} output @param {number} j */
export function columnText({rows, columns, matrix, upstream, product}, output, j) {
  if (!upstream || !product) return '';
  const terms = rows.map((_, i) => i).filter((i) => matrix[i][j] !== 0);
  const said = terms.slice(0, TERMS_SAID).map((i) => `${factor(upstream[i])}·${factor(matrix[i][j])}`);
  const sum = [...said, ...(terms.length > TERMS_SAID ? [`${terms.length - TERMS_SAID} more`] : [])].join(' + ');
  return `∂${output}/∂${columns[j]}: ${sum || '0'} = ${num(product[j])}`;
}
