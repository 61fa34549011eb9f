/**
 * When each node gets its value and each contribution arrives: what the frames are read from.
 *
 * Arrivals go by level, and within a level as the engine accumulates: targets in forward order, slots in order. So a
 * partial sum here is the engine's to the last bit.
 */
import {flows} from './run.js';
import {add, isZero} from './tensor.js';

/** @typedef {import('./types.js').Run} Run */
/** @typedef {import('./types.js').RunEdge} RunEdge */
/** @typedef {import('./types.js').RunNode} RunNode */
/** @typedef {import('./types.js').Stop} Stop */
/** @typedef {import('./types.js').Tensor} Tensor */
/** @typedef {{edge: RunEdge, stop: number}} Arrival */

/**
 * @typedef {object} Plan
 * @property {Map<string, number>} shownAt          stop at which a node's value is shown
 * @property {Map<string, Arrival[]>} arrivals      by source node, in order
 * @property {Map<string, {multiply: number, sum: number}>} flowAt   stops of an edge
 * @property {number} seedAt
 */

/**
 * Nodes by column: as late as possible before what they feed, so that one order serves both lanes.
 * What does not lead to the output stands as early as it can.
 * @param {Run} run
 * @returns {RunNode[][]}
 */
export function columns(run) {
  const depth = toOutput(run);
  const deepest = Math.max(0, ...depth.values());
  /** @type {RunNode[][]} */
  const byColumn = [];
  /** @type {Map<string, number>} */
  const column = new Map();
  for (const node of run.nodes) {
    const above = depth.get(node.id);
    const early = Math.max(0, ...run.operands(node.id).map((edge) => (column.get(edge.source) ?? -1) + 1));
    const own = above === undefined ? early : deepest - above;
    column.set(node.id, own);
    if (node.kind !== 'constant') (byColumn[own] ??= []).push(node);
  }
  return byColumn.filter(Boolean);
}

/** Longest way to the output along all edges. @param {Run} run @returns {Map<string, number>} */
function toOutput(run) {
  const depth = new Map([[run.output, 0]]);
  for (let i = run.nodes.length - 1; i >= 0; i--) {
    const id = run.nodes[i].id;
    for (const edge of run.users(id)) {
      const above = depth.get(edge.target);
      if (above !== undefined) depth.set(id, Math.max(depth.get(id) ?? 0, above + 1));
    }
  }
  return depth;
}

/**
 * Edges that carry gradient, by the depth of the node they leave on their way back.
 * @param {Run} run
 * @returns {RunEdge[][]}
 */
export function backwardLevels(run) {
  /** @type {RunEdge[][]} */
  const levels = [];
  for (const node of run.nodes) {
    if (node.backLevel < 0) continue;
    const edges = run.operands(node.id).filter(flows);
    if (edges.length) (levels[node.backLevel] ??= []).push(...edges);
  }
  return levels.filter(Boolean);
}

export const TERMS_MOST = 8; // terms of a sum that are read one by one

/**
 * A long sum with its last terms taken together, so that it still adds up.
 * @param {import('./types.js').Term[]} terms @returns {import('./types.js').Term[]}
 */
export function abridged(terms) {
  if (terms.length <= TERMS_MOST) return terms;
  const rest = terms.slice(TERMS_MOST - 1);
  const value = rest.slice(1).reduce((sum, {value: each}) => add(sum, each), /** @type {Tensor|null} */ (rest[0].value));
  return [...terms.slice(0, TERMS_MOST - 1), {label: `${rest.length} more`, value: value ?? NaN, edge: rest[0].edge}];
}

/** Whether the edge's own local derivative lets nothing pass. @param {RunEdge} edge */
export function isBlocked(edge) {
  if (edge.local !== null) return isZero(edge.local);
  return isZero(edge.contribution) && !isZero(edge.upstream);
}

/**
 * The gradient after `count` arrivals; after the last it is the engine's own number.
 * @param {RunNode} node @param {Arrival[]} arrivals @param {number} count
 * @returns {Tensor|null}
 */
export function sumSoFar(node, arrivals, count) {
  if (count === arrivals.length) return node.grad;
  if (count === 0 || node.kind === 'scope') return null; // gradients of different nodes don't add up
  /** @type {Tensor|null} */
  let total = arrivals[0].edge.contribution;
  for (let i = 1; i < count; i++) total = add(total, arrivals[i].edge.contribution);
  return total;
}
