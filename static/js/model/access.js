/** A run by index: what its nodes and edges hold, without making any of them. For work over a whole graph of any size. */
import {edgeId, nodeId, placeOf} from './packed_structure.js';

/** @typedef {import('./types.js').Run} Run @typedef {import('./types.js').Tensor} Tensor @typedef {import('./types.js').Span} Span */
/**
 * @typedef {object} Access
 * @property {number} count  nodes
 * @property {Int32Array} source @property {Int32Array} target  of each edge, as indices of nodes
 * @property {(id: string) => number} place  of a node that is there @property {(i: number) => string} id @property {(e: number) => string} edgeId @property {(e: number) => number} slot
 * @property {(i: number) => 'input'|'constant'|'op'|'scope'} kind
 * @property {(i: number) => string|null} name @property {(i: number) => string} label @property {(i: number) => string} op
 * @property {(i: number) => string[]} scope @property {(i: number) => Span|null} span @property {(i: number) => string[]} flags
 * @property {(i: number) => Tensor|null} value @property {(i: number) => Tensor|null} grad
 * @property {(i: number) => number[]} users  nodes that take a node, in the order in which they contribute
 * @property {(e: number) => Tensor|null} contribution
 */

/** @type {WeakMap<Run, Access>} */
const made = new WeakMap();

/** @param {Run} run @returns {Access} */
export function access(run) {
  let known = made.get(run);
  if (!known) made.set(run, known = run.columns ? ofColumns(run.columns) : ofObjects(run));
  return known;
}

/** @param {import('./packed_run.js').Columns} columns @returns {Access} */
function ofColumns({structure, value, grad, flags, contribution}) {
  const {count, source, target, users, usersFrom, read} = structure;
  return {
    count, source, target, place: (id) => placeOf(structure, id), id: (i) => nodeId(structure, i), slot: (e) => structure.slot[e], edgeId: (e) => edgeId(structure, e), value, grad, flags, contribution, kind: read.kind, name: read.name, label: read.label, op: read.op, scope: read.scope, span: read.span,
    users: (i) => Array.from(users.subarray(usersFrom[i], usersFrom[i + 1]), (e) => target[e]),
  };
}

/** @param {Run} run @returns {Access} */
function ofObjects(run) {
  const {nodes, edges} = run, place = (/** @type {string} */ id) => run.node(id).index;
  return {
    count: nodes.length, source: Int32Array.from(edges, (edge) => place(edge.source)), target: Int32Array.from(edges, (edge) => place(edge.target)),
    place, id: (i) => nodes[i].id, slot: (e) => edges[e].slot, edgeId: (e) => edges[e].id, kind: (i) => nodes[i].kind, name: (i) => nodes[i].name, label: (i) => nodes[i].label, op: (i) => nodes[i].op,
    scope: (i) => nodes[i].scope, span: (i) => nodes[i].span, flags: (i) => nodes[i].flags, value: (i) => nodes[i].value, grad: (i) => nodes[i].grad,
    users: (i) => run.users(nodes[i].id).map((edge) => place(edge.target)), contribution: (e) => edges[e].contribution,
  };
}
