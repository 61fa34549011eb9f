/**
 * Paths from a node to the output: how many, and the largest by product, without walking them all.
 * Counts go by dynamic programming; of the products each node keeps the best twenty of what its users keep,
 * which is exact because a longer path's size is a factor times a shorter one's.
 */
import {flows} from './run.js';
import {isScalar} from './tensor.js';

/** @typedef {import('./types.js').Run} Run */
/** @typedef {import('./types.js').RunEdge} RunEdge */
/** @typedef {{edge: RunEdge|null, product: number|null, next: Link|null}} Link  product: of all locals from here on; null where one is no single number */
/** @typedef {{nodes: string[], edges: string[], factors: number[], product: number|null}} Path */
/** @typedef {{count: number|string, paths: Path[]}} Paths  the count is a string above 2^53 */

export const PATHS_MOST = 20;

/** @type {WeakMap<Run, {counts: Map<string, bigint>, best: Map<string, Link[]>}>} */
const known = new WeakMap();

/** @param {Run} run @param {string} id @returns {Paths} */
export function pathsToOutput(run, id) {
  const {counts, best} = tables(run);
  const count = counts.get(id) ?? 0n;
  return {
    count: count > BigInt(Number.MAX_SAFE_INTEGER) ? String(count) : Number(count),
    paths: (best.get(id) ?? []).map((link) => unrolled(id, link)),
  };
}

/** @param {Run} run */
function tables(run) {
  let own = known.get(run);
  if (!own) known.set(run, own = build(run));
  return own;
}

/** @param {Run} run */
function build(run) {
  const counts = new Map([[run.output, 1n]]);
  /** @type {Map<string, Link[]>} */
  const best = new Map([[run.output, [{edge: null, product: 1, next: null}]]]);
  for (let i = run.nodes.length - 1; i >= 0; i--) {
    const {id} = run.nodes[i];
    const edges = run.users(id).filter((edge) => flows(edge) && counts.has(edge.target));
    if (edges.length === 0) continue;
    counts.set(id, edges.reduce((sum, edge) => sum + (counts.get(edge.target) ?? 0n), counts.get(id) ?? 0n));
    best.set(id, largest(edges.flatMap((edge) => (best.get(edge.target) ?? []).map((next) => ({edge, next, product: times(edge.local, next.product)})))));
  }
  return {counts, best};
}

/** @param {import('./types.js').Tensor|null} local @param {number|null} product */
const times = (local, product) => (isScalar(local) && product !== null ? local * product : null);

/** @param {Link[]} links */
function largest(links) {
  const size = (/** @type {Link} */ link) => (link.product === null || Number.isNaN(link.product) ? -1 : Math.abs(link.product));
  return links.sort((a, b) => size(b) - size(a)).slice(0, PATHS_MOST);
}

/** @param {string} id @param {Link} link @returns {Path} */
function unrolled(id, link) {
  const path = {nodes: [id], edges: /** @type {string[]} */ ([]), factors: /** @type {number[]} */ ([]), product: link.product};
  for (let at = link; at.edge && at.next; at = at.next) {
    path.nodes.push(at.edge.target);
    path.edges.push(at.edge.id);
    path.factors.push(isScalar(at.edge.local) ? at.edge.local : NaN);
  }
  return path;
}
