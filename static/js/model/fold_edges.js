/** Edges over the border of a box: those between the same two ends are one wire, which carries what they carry. */
import {add, flat, isSummary} from './tensor.js';

/** @typedef {import('./types.js').Run} Run @typedef {import('./types.js').RunEdge} RunEdge @typedef {import('./types.js').Tensor} Tensor */
/** @typedef {import('./scopes.js').Scope} Scope */
/** @typedef {{edges: number[], source: number, target: number, slot: number, crosses: boolean, whole: boolean}} Bundle
 *   edges, source and target by index; `crosses` a border; `whole`: it leaves a single node of the run */

/**
 * @param {Run} run @param {(Scope|null)[]} boxOf  by index
 * @returns {{bundles: Bundle[], operands: Map<Scope|number, Set<Scope|number>>}}
 */
export function bundlesOf(run, boxOf) {
  /** @type {Map<Scope|number, Map<Scope|number, Bundle>>} */
  const byEnds = new Map();
  /** @type {Bundle[]} */
  const bundles = [];
  /** @type {Map<Scope|number, Set<Scope|number>>} */
  const operands = new Map();
  run.edges.forEach((edge, e) => {
    const source = run.node(edge.source).index, target = run.node(edge.target).index;
    const from = boxOf[source] ?? source, to = boxOf[target] ?? target;
    if (from === to) return;
    const sources = operands.get(to);
    if (sources) sources.add(from); else operands.set(to, new Set([from]));
    const crosses = typeof from !== 'number' || typeof to !== 'number';
    const known = crosses && !tooLarge(edge) ? byEnds.get(from)?.get(to) : undefined;
    if (known) {
      known.edges.push(e);
      known.whole &&= known.source === source;
      return;
    }
    // The operands of a box are numbered as they come.
    const slot = typeof to === 'number' ? edge.slot : (operands.get(to)?.size ?? 1) - 1;
    const bundle = {edges: [e], source, target, slot, crosses, whole: true};
    bundles.push(bundle);
    if (!crosses || tooLarge(edge)) return;
    const ends = byEnds.get(from);
    if (ends) ends.set(to, bundle); else byEnds.set(from, new Map([[to, bundle]]));
  });
  return {bundles, operands};
}

/** What is told by its range and norm alone adds up with nothing. @param {RunEdge} edge */
const tooLarge = (edge) => isSummary(edge.contribution);

/**
 * One edge keeps its numbers and its id. Several carry, for each node that they leave, the sum of their contributions:
 * one tensor when that is one node, else all of them in a row.
 * @param {Run} run @param {Bundle} bundle @param {(index: number) => string} shownAs @returns {RunEdge}
 */
export function bundled(run, {edges, source, target, slot, crosses, whole}, shownAs) {
  const first = run.edges[edges[0]];
  if (!crosses) return first;
  const ends = {source: shownAs(source), target: shownAs(target), slot};
  if (edges.length === 1) return {...first, ...ends, bundle: [first.id]};
  const all = edges.map((e) => run.edges[e]), sums = sumsBySource(all);
  const same = all.every((edge) => edge.target === first.target);
  return {
    ...ends, id: `${ends.source}>${ends.target}`, local: null, localFormula: null, upstream: same ? first.upstream : null,
    contribution: sums.length === 0 ? null : whole ? sums[0] : sums.flatMap(flat), bundle: all.map(({id}) => id),
  };
}

/** @param {RunEdge[]} edges @returns {Tensor[]} for each node that they leave and that receives anything */
function sumsBySource(edges) {
  /** @type {Map<string, Tensor>} */
  const sums = new Map();
  for (const {source, contribution} of edges) {
    if (contribution === null) continue;
    const before = sums.get(source);
    sums.set(source, before === undefined ? contribution : add(before, contribution) ?? NaN);
  }
  return [...sums.values()];
}
