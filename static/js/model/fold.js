/**
 * fold: a run in which closed scopes are boxes. It is a run like any other, so timeline, frames, story and layout need
 * to know little of it. What crosses a border keeps its numbers: for every node that is shown, the contributions of the
 * edges that leave it still add up to its gradient. Edges inside a box vanish.
 */
import {access} from './access.js';
import {aggregate, hull} from './fold_box.js';
import {bundled, bundlesOf, wireId} from './fold_edges.js';
import {runOf} from './run.js';
import {isSummary} from './tensor.js';

/** @typedef {import('./types.js').Run} Run @typedef {import('./types.js').RunNode} RunNode @typedef {import('./types.js').RunEdge} RunEdge */
/** @typedef {import('./scopes.js').Scope} Scope @typedef {import('./scopes.js').Tree} Tree */
/**
 * @typedef {object} Plan      structure only
 * @property {string} signature  of the whole run
 * @property {string} choice
 * @property {Scope[]} open
 * @property {(Scope|null)[]} boxOf   the box that each node is in, by index
 * @property {Place[]} places         what is shown, in forward order
 * @property {import('./fold_edges.js').Bundle[]} bundles
 * @property {Map<Scope, number[]>} members  of each box, by index, in forward order
 * @property {Map<Scope, import('./types.js').Span|null>} spans  the text of each box
 * @typedef {{index: number, scope: Scope|null}} Place  a node by its index, or a box by the index of its result
 */

/** @type {Plan|null} */
let latest = null;

/**
 * @param {Run} run  a whole one
 * @param {Tree} tree  of its scopes
 * @param {(scope: Scope) => boolean} isOpen  asked only for scopes all of whose parents are open
 * @returns {Run}
 */
export function fold(run, tree, isOpen) {
  const open = openScopes(tree.root, isOpen), choice = open.map(({key}) => key).join(';');
  if (latest?.signature !== run.signature || latest.choice !== choice) latest = plan(run, tree, open, choice);
  return folded(run, tree, latest);
}

/** A box's id. @param {Scope} scope */
export const idOf = (scope) => `scope:${scope.key}`;

/** Outer before inner. @param {Scope} root @param {(scope: Scope) => boolean} isOpen */
function openScopes(root, isOpen) {
  const open = root.children.filter(isOpen);
  for (let i = 0; i < open.length; i += 1) open.push(...open[i].children.filter(isOpen));
  return open;
}

/** @param {Run} run @param {Tree} tree @param {Scope[]} open @param {string} choice @returns {Plan} */
function plan(run, tree, open, choice) {
  const boxOf = boxes(tree, new Set(open));
  const {bundles, operands} = bundlesOf(run, boxOf);
  const members = membersOf(boxOf), all = access(run);
  const spans = new Map([...members].map(([box, inside]) => [box, hull(all, inside)]));
  return {signature: run.signature, choice, open, boxOf, bundles, members, spans, places: forward(run, boxOf, operands)};
}

/** The outermost closed scope of each node. @param {Tree} tree @param {Set<Scope>} open @returns {(Scope|null)[]} */
function boxes(tree, open) {
  /** @type {Map<Scope, Scope|null>} */
  const known = new Map([[tree.root, null]]);
  /** @param {Scope} scope @returns {Scope|null} */
  const boxFor = (scope) => {
    let box = known.get(scope);
    if (box === undefined) known.set(scope, box = boxFor(/** @type {Scope} */ (scope.parent)) ?? (open.has(scope) ? null : scope));
    return box;
  };
  return tree.home.map(boxFor);
}

/** @param {(Scope|null)[]} boxOf */
function membersOf(boxOf) {
  const members = new Map(/** @type {[Scope, number[]][]} */ ([]));
  for (const [i, box] of boxOf.entries()) {
    if (!box) continue;
    const list = members.get(box);
    if (list) list.push(i); else members.set(box, [i]);
  }
  return members;
}

/** Boxes and nodes, each after what it takes; else in the order of the run. @param {Run} run @param {(Scope|null)[]} boxOf @param {Map<Scope|number, Set<Scope|number>>} operands @returns {Place[]} */
function forward(run, boxOf, operands) {
  const results = resultsOf(run, boxOf);
  const done = new Set();
  /** @type {Place[]} */
  const places = [];
  for (let i = 0; i < boxOf.length; i += 1) {
    const stack = [boxOf[i] ?? i];
    while (stack.length) {
      const each = stack[stack.length - 1];
      const missing = done.has(each) ? [] : [...operands.get(each) ?? []].filter((other) => !done.has(other));
      if (missing.length) {
        stack.push(...missing);
        continue;
      }
      stack.pop();
      if (done.has(each)) continue;
      done.add(each);
      places.push(typeof each === 'number' ? {index: each, scope: null} : {index: results.get(each) ?? i, scope: each});
    }
  }
  return places;
}

/** Of each box the last node whose value leaves it, else its last node. @param {Run} run @param {(Scope|null)[]} boxOf @returns {Map<Scope, number>} */
function resultsOf(run, boxOf) {
  const last = new Map(), leaves = new Map();
  boxOf.forEach((box, i) => { if (box) last.set(box, i); });
  const {source, target} = access(run);
  for (let e = 0; e < source.length; e += 1) {
    const i = source[e], box = boxOf[i];
    if (box && boxOf[target[e]] !== box) leaves.set(box, Math.max(leaves.get(box) ?? 0, i));
  }
  const output = run.node(run.output).index, around = boxOf[output];
  if (around) leaves.set(around, output);
  return new Map([...last, ...leaves]);
}

/** By its ends, as a wire of several edges goes by them. @param {RunEdge[]} edges @param {(id: string) => string} shownAs of a node that is there @returns {(edge: RunEdge) => string} */
function wireFinder(edges, shownAs) {
  const wires = new Set(edges.filter((edge) => (edge.bundle?.length ?? 0) > 1).map(({id}) => id));
  return ({id, source, target, contribution}) => {
    const wire = wireId(shownAs(source), shownAs(target));
    return wires.has(wire) && !isSummary(contribution) ? wire : id;
  };
}

/** @param {Run} run @param {Tree} tree @param {Plan} structure @returns {Run} */
function folded(run, tree, {boxOf, places, bundles, members, spans, open}) {
  const all = access(run), nodeAt = (/** @type {number} */ i) => run.node(all.id(i));
  const inside = (/** @type {Scope} */ scope) => ({scope, members: members.get(scope) ?? [], span: spans.get(scope) ?? null});
  const nodes = places.map(({index, scope}, i) => ({
    ...(scope ? aggregate(idOf(scope), inside(scope), all, nodeAt(index)) : nodeAt(index)), index: i, level: 0, backLevel: -1,
  }));
  const shownAs = (/** @type {number} */ i) => { const box = boxOf[i]; return box ? idOf(box) : all.id(i); };
  const shownFor = (/** @type {string} */ id) => shownAs(run.node(id).index);
  const edges = bundles.map((bundle) => bundled(run, bundle, shownAs));
  const made = runOf(run.reply, nodes, edges, shownFor(run.output), {whole: run, tree, open, shownAs: shownFor, wireOf: wireFinder(edges, (id) => shownAs(all.place(id)))});
  return {...made, asked: run.asked, notes: run.notes.map((note) => (note.node && run.has(note.node) ? {...note, node: shownFor(note.node)} : note)), hasArrays: run.hasArrays};
}
