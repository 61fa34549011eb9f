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
/** @typedef {{count: number|string|null, paths: Path[]}} Paths  the count is a string above 2^53, null where too much lies between */
/** @typedef {{counts: Map<string, bigint>, best: Map<string, Link[]>}} Tables  of the nodes that have been asked for, and what lies between */

export const PATHS_MOST = 20;
export const BETWEEN_MOST = 1000;   // nodes from a node to the output: of more than can be walked at once no paths are told

/** @type {WeakMap<Run, Tables>} */
const known = new WeakMap();

/** @param {Run} run @param {string} id @returns {Paths} */
export function pathsToOutput(run, id) {
  const tables = tablesOf(run), missing = between(run, id, tables);
  if (missing === null) return {count: null, paths: []};
  for (const each of missing) fill(run, each, tables);
  const count = tables.counts.get(id) ?? 0n;
  return {
    count: count > BigInt(Number.MAX_SAFE_INTEGER) ? String(count) : Number(count),
    paths: (tables.best.get(id) ?? []).map((link) => unrolled(id, link)),
  };
}

/** @param {Run} run */
function tablesOf(run) {
  let own = known.get(run);
  if (!own) known.set(run, own = {counts: new Map([[run.output, 1n]]), best: new Map([[run.output, [{edge: null, product: 1, next: null}]]])});
  return own;
}

/** The node and what follows it, as far as that is not in the tables, users before operands; null if it is too much. @param {Run} run @param {string} id @param {Tables} tables @returns {string[]|null} */
function between(run, id, {counts}) {
  const found = new Set(counts.has(id) ? [] : [id]);
  for (const each of found) {
    for (const edge of run.users(each)) if (flows(edge) && !counts.has(edge.target)) found.add(edge.target);
    if (found.size > BETWEEN_MOST) return null;
  }
  return [...found].sort((a, b) => run.node(b).index - run.node(a).index);
}

/** @param {Run} run @param {string} id @param {Tables} tables  which have all users that lead to the output */
function fill(run, id, {counts, best}) {
  const edges = run.users(id).filter((edge) => flows(edge) && best.has(edge.target));
  counts.set(id, edges.reduce((sum, edge) => sum + (counts.get(edge.target) ?? 0n), 0n));
  if (edges.length === 0) return;
  const ways = edges.flatMap((edge) => (best.get(edge.target) ?? []).map((next) => ({edge, next, product: times(edge.local, next.product)})));
  best.set(id, largest(ways));
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
