/** Edges over the border of a box: those between the same two ends are one wire, which carries what they carry. */
import {access} from './access.js';
import {add, flat, isScalar, isSummary} from './tensor.js';

/** @typedef {import('./types.js').Run} Run @typedef {import('./types.js').RunEdge} RunEdge @typedef {import('./types.js').Tensor} Tensor */
/** @typedef {import('./scopes.js').Scope} Scope */
/** @typedef {import('./access.js').Access} Access */
/**
 * @typedef {object} Bundle
 * @property {number[]} edges    by index, as are source and target: those of its first edge
 * @property {number} source @property {number} target @property {number} slot
 * @property {boolean} crosses   a border
 * @property {Map<number, number>} leaves  the nodes that receive something by it, numbered as they come
 * @property {number[]} places   of each edge, the number of its source among them; −1 where nothing flows
 * @property {boolean} whole     it leaves a single node
 * @property {string[]} [ids]   of its edges, when it has been asked for
 * @property {boolean} same      it has a single target
 */

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
  const {source: sources, target: targets, slot: slotOf, contribution} = access(run);
  for (let e = 0; e < sources.length; e += 1) {
    const source = sources[e], target = targets[e];
    const from = boxOf[source] ?? source, to = boxOf[target] ?? target;
    if (from === to) continue;
    const known = operands.get(to);
    if (known) known.add(from); else operands.set(to, new Set([from]));
    const carried = contribution(e);
    const crosses = typeof from !== 'number' || typeof to !== 'number', joins = crosses && !isSummary(carried); // a summary adds up with nothing
    let bundle = joins ? byEnds.get(from)?.get(to) : undefined;
    if (!bundle) {
      // The operands of a box are numbered as they come.
      const slot = typeof to === 'number' ? slotOf(e) : (operands.get(to)?.size ?? 1) - 1;
      bundles.push(bundle = {edges: [], source, target, slot, crosses, leaves: new Map(), places: [], whole: true, same: true});
      if (joins) (byEnds.get(from) ?? newEntry(byEnds, from)).set(to, bundle);
    }
    take(bundle, e, source, target, carried !== null);
  }
  return {bundles, operands};
}

/** @template K, A, B @param {Map<K, Map<A, B>>} table @param {K} key @returns {Map<A, B>} */
function newEntry(table, key) {
  const made = new Map();
  table.set(key, made);
  return made;
}

/** @param {Bundle} bundle @param {number} e @param {number} source @param {number} target @param {boolean} flows */
function take(bundle, e, source, target, flows) {
  const {leaves} = bundle, place = flows ? leaves.get(source) ?? leaves.size : -1;
  if (flows) leaves.set(source, place);
  bundle.edges.push(e);
  bundle.places.push(place);
  bundle.whole &&= bundle.source === source;
  bundle.same &&= bundle.target === target;
}

/**
 * One edge keeps its numbers and its id. Several carry, for each node that they leave, the sum of their contributions:
 * one tensor when that is one node, else all of them in a row.
 * @param {Run} run @param {Bundle} bundle @param {(index: number) => string} shownAs @returns {RunEdge}
 */
export function bundled(run, bundle, shownAs) {
  const {edges, source, target, slot, crosses, whole, same} = bundle, {edgeId} = access(run);
  const first = run.edge(edgeId(edges[0]));
  if (!crosses) return first;
  const ends = {source: shownAs(source), target: shownAs(target), slot};
  if (edges.length === 1) return {...first, ...ends, bundle: [first.id]};
  const sums = sumsBySource(access(run), bundle);
  return {
    ...ends, id: wireId(ends.source, ends.target), local: null, localFormula: null, upstream: same ? first.upstream : null,
    contribution: sums.length === 0 ? null : whole ? sums[0] : sums.every(isScalar) ? sums : sums.flatMap(flat),
    bundle: bundle.ids ??= edges.map(edgeId),
  };
}

/** What a wire of several edges goes by. @param {string} source @param {string} target */
export const wireId = (source, target) => `${source}>${target}`;

/** @param {Access} all @param {Bundle} bundle @returns {Tensor[]} for each node that they leave and that receives anything */
function sumsBySource({contribution}, {edges, places, leaves}) {
  const sums = /** @type {(Tensor|null)[]} */ (new Array(leaves.size).fill(null));
  for (let k = 0; k < edges.length; k += 1) {
    const term = places[k] < 0 ? null : contribution(edges[k]), before = sums[places[k]];
    if (term === null) continue;
    sums[places[k]] = before === null ? term : typeof before === 'number' && typeof term === 'number' ? before + term : add(before, term) ?? NaN;
  }
  return /** @type {Tensor[]} */ (sums.filter((sum) => sum !== null));
}
