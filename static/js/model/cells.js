/**
 * One cell of an array's gradient, taken apart. The reply does not say how an op treats cells, but its numbers do:
 * a reading is shown only if its products give the contribution of this cell.
 */
import {at, isScalar} from './tensor.js';

/** @typedef {import('./types.js').Run} Run */
/** @typedef {import('./types.js').RunEdge} RunEdge */
/** @typedef {import('./types.js').RunNode} RunNode */
/** @typedef {{local: number, upstream: number, product: number, localCell: number[], upstreamCell: number[]}} CellTerm */
/**
 * @typedef {object} CellStory
 * @property {RunEdge} edge
 * @property {'elementwise'|'matmul'|'copy'} reading
 * @property {RunNode|null} other   the factor's array in a matrix product
 * @property {CellTerm[]} terms
 * @property {number} contribution
 */

const CLOSE = 1e-9; // relative: sums may run in another order

/** @param {Run} run @param {RunEdge} edge @param {number[]} cell  of the edge's source @returns {CellStory|null} */
export function explainCell(run, edge, cell) {
  const contribution = at(edge.contribution, cell);
  if (contribution === null || edge.upstream === null) return null;
  for (const read of [elementwise, matmul, copy]) {
    const story = read(run, edge, cell);
    if (story && agrees(story.terms, contribution)) return {...story, edge, contribution};
  }
  return null;
}

/** @param {CellTerm[]} terms @param {number} contribution */
function agrees(terms, contribution) {
  const sum = terms.reduce((total, term) => total + term.product, 0);
  const size = terms.reduce((total, term) => total + Math.abs(term.product), Math.abs(contribution));
  return Math.abs(sum - contribution) <= CLOSE * size || Object.is(sum, contribution);
}

/** @typedef {Pick<CellStory, 'reading'|'other'|'terms'>|null} Reading */

/** upstream[c] × local[c], over the target's cells that broadcasting made of this one. @param {Run} run @param {RunEdge} edge @param {number[]} cell @returns {Reading} */
function elementwise(run, edge, cell) {
  if (edge.local === null) return null;
  const terms = spread(run.node(edge.target).shape, run.node(edge.source).shape, cell).map((place) => termAt(edge, place));
  return {reading: 'elementwise', other: null, terms: terms.filter((term) => term !== null)};
}

/** @param {RunEdge} edge @param {number[]} place @returns {CellTerm|null} */
function termAt(edge, place) {
  const local = at(edge.local, place), upstream = at(edge.upstream, place);
  return local === null || upstream === null ? null : {local, upstream, product: local * upstream, localCell: place, upstreamCell: place};
}

/** Cells of `shape` that one cell of `from` is broadcast to; at most 64 of them. @param {number[]} shape @param {number[]} from @param {number[]} cell @returns {number[][]} */
function spread(shape, from, cell) {
  const lead = shape.length - from.length;
  /** @type {number[][]} */
  let places = [[]];
  for (let axis = 0; axis < shape.length; axis++) {
    const own = axis < lead || from[axis - lead] === 1 && shape[axis] !== 1 ? null : cell[axis - lead];
    const along = own === null ? Array.from({length: shape[axis]}, (_, i) => i) : [own];
    places = places.flatMap((place) => along.map((i) => [...place, i]));
    if (places.length > 64) return [];
  }
  return places;
}

/** A row of one factor meets a column of the upstream gradient. @param {Run} run @param {RunEdge} edge @param {number[]} cell @returns {Reading} */
function matmul(run, edge, cell) {
  const operands = run.operands(edge.target);
  if (operands.length !== 2 || cell.length === 0) return null;
  const first = operands[0].id === edge.id, other = run.node(operands[first ? 1 : 0].source);
  const places = meetings(first, run.node(edge.source).shape, other.shape, run.node(edge.target).shape, cell);
  const terms = places?.map(({mine, up}) => {
    const local = at(other.value, mine), upstream = at(edge.upstream, up);
    return local === null || upstream === null ? null : {local, upstream, product: local * upstream, localCell: mine, upstreamCell: up};
  });
  return terms && terms.every((term) => term !== null) ? {reading: 'matmul', other, terms: /** @type {CellTerm[]} */ (terms)} : null;
}

/**
 * Where cells meet in a product of matrices or a matrix and a vector; null for other shapes.
 * @param {boolean} first @param {number[]} own @param {number[]} other @param {number[]} out @param {number[]} cell
 * @returns {{mine: number[], up: number[]}[]|null}
 */
function meetings(first, own, other, out, cell) {
  const count = (/** @type {number} */ n) => Array.from({length: n}, (_, k) => k);
  if (first && own.length === 2 && other.length === 2) return count(other[1]).map((k) => ({mine: [cell[1], k], up: [cell[0], k]}));
  if (!first && own.length === 2 && other.length === 2) return count(other[0]).map((k) => ({mine: [k, cell[0]], up: [k, cell[1]]}));
  if (first && own.length === 2 && other.length === 1) return [{mine: [cell[1]], up: [cell[0]]}];
  if (!first && own.length === 1 && other.length === 2) return count(other[0]).map((k) => ({mine: [k, cell[0]], up: [k]}));
  if (first && own.length === 1 && other.length === 2) return count(other[1]).map((k) => ({mine: [cell[0], k], up: [k]}));
  if (!first && own.length === 2 && other.length === 1) return [{mine: [cell[0]], up: [cell[1]]}];
  return own.length === 1 && other.length === 1 && out.length === 0 ? [{mine: cell, up: []}] : null;
}

/** The cell takes the upstream number as it is: a sum, or a view. @param {Run} run @param {RunEdge} edge @param {number[]} cell @returns {Reading} */
function copy(run, edge, cell) {
  const upstream = isScalar(edge.upstream) ? edge.upstream : at(edge.upstream, cell);
  return upstream === null ? null : {reading: 'copy', other: null, terms: [{local: 1, upstream, product: upstream, localCell: cell, upstreamCell: isScalar(edge.upstream) ? [] : cell}]};
}
