/** A reply of /backprop as a graph that can be walked: by id, by users, by operands, by level. */
import {real} from './tensor.js';

/** @typedef {import('./types.js').Run} Run */
/** @typedef {import('./types.js').RunNode} RunNode */
/** @typedef {import('./types.js').RunEdge} RunEdge */

/**
 * @param {any} reply  the JSON of /backprop; nodes and edges as rows or as columns
 * @returns {Run}
 */
export function buildRun(reply) {
  return runOf(reply, rows(reply.nodes).map(toNode), rows(reply.edges).map(toEdge), reply.output.node);
}

/**
 * Nodes and edges as a graph. Levels are written into the nodes.
 * @param {any} reply @param {RunNode[]} nodes  in forward order @param {RunEdge[]} edges @param {string} output
 * @param {import('./types.js').Folding|null} [folding]  of a run in which boxes stand for scopes
 * @returns {Run}
 */
export function runOf(reply, nodes, edges, output, folding = null) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const edgeById = new Map(edges.map((edge) => [edge.id, edge]));
  const {users, operands} = adjacency(nodes, edges);
  setLevels(nodes, operands);
  setBackLevels(nodes, users, output);
  sortUsers(users, byId);
  return {
    reply, output, nodes, edges, folding,
    node: (id) => found(byId, id, 'node'),
    edge: (id) => found(edgeById, id, 'edge'),
    has: (id) => byId.has(id),
    hasEdge: (id) => edgeById.has(id),
    users: (id) => users.get(id) ?? [],
    operands: (id) => operands.get(id) ?? [],
    signature: signature(nodes, edges, output),
    hasArrays: nodes.some((node) => node.shape.length > 0),
    notes: reply.notes ?? [],
    size: {nodes: nodes.length, edges: edges.length},
    checks: folding ? folding.whole.checks : checksOf(reply.checks ?? {}),
  };
}

/** Columns (one list per field) as rows; rows stay. @param {any} table @returns {any[]} */
function rows(table) {
  if (Array.isArray(table)) return table;
  const fields = Object.keys(table);
  return (table.id ?? []).map((/** @type {string} */ _, /** @type {number} */ i) =>
    Object.fromEntries(fields.map((field) => [field, table[field][i]])));
}

/** @param {any} wire @param {number} index @returns {RunNode} */
function toNode(wire, index) {
  const name = wire.name ?? null;
  return {
    id: wire.id, index, name, op: wire.op, noun: wire.noun, kind: wire.kind,
    label: wire.label ?? name ?? wire.op, glyph: wire.glyph ?? '',
    shape: wire.shape ?? [], value: real(wire.value), grad: real(wire.grad),
    scope: wire.scope ?? [], span: wire.span ?? null, formula: wire.formula ?? null,
    flags: wire.flags ?? [], opens: wire.opens ?? null, attributes: wire.attributes ?? {}, level: 0, backLevel: -1,
  };
}

/** @param {any} wire @returns {RunEdge} */
function toEdge(wire) {
  return {
    id: wire.id, source: wire.source, target: wire.target, slot: wire.slot,
    local: real(wire.local), localFormula: wire.local_formula ?? null,
    upstream: real(wire.upstream), contribution: real(wire.contribution),
  };
}

/** @param {RunNode[]} nodes @param {RunEdge[]} edges */
function adjacency(nodes, edges) {
  /** @type {Map<string, RunEdge[]>} */
  const users = new Map(nodes.map((node) => [node.id, []]));
  /** @type {Map<string, RunEdge[]>} */
  const operands = new Map(nodes.map((node) => [node.id, []]));
  for (const edge of edges) {
    users.get(edge.source)?.push(edge);
    operands.get(edge.target)?.push(edge);
  }
  for (const list of operands.values()) list.sort((a, b) => a.slot - b.slot);
  return {users, operands};
}

/** Longest way from the inputs; nodes come in forward order. @param {RunNode[]} nodes @param {Map<string, RunEdge[]>} operands */
function setLevels(nodes, operands) {
  const level = new Map();
  for (const node of nodes) {
    for (const edge of operands.get(node.id) ?? []) node.level = Math.max(node.level, level.get(edge.source) + 1);
    level.set(node.id, node.level);
  }
}

/** Longest way from the output along edges that carry gradient. @param {RunNode[]} nodes @param {Map<string, RunEdge[]>} users @param {string} output */
function setBackLevels(nodes, users, output) {
  const depth = new Map([[output, 0]]);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i];
    for (const edge of users.get(node.id) ?? []) {
      const above = depth.get(edge.target);
      if (above !== undefined && edge.contribution !== null) depth.set(node.id, Math.max(depth.get(node.id) ?? 0, above + 1));
    }
    node.backLevel = depth.get(node.id) ?? -1;
  }
}

/**
 * Users in the order in which their contributions are added up, wherever they are listed: by depth from the output,
 * then in forward order, then by slot. What sends nothing comes last.
 * @param {Map<string, RunEdge[]>} users @param {Map<string, RunNode>} byId
 */
function sortUsers(users, byId) {
  const target = (/** @type {RunEdge} */ edge) => /** @type {RunNode} */ (byId.get(edge.target));
  const depth = (/** @type {RunEdge} */ edge) => (edge.contribution === null || target(edge).backLevel < 0 ? Infinity : target(edge).backLevel);
  const byDepth = (/** @type {RunEdge} */ a, /** @type {RunEdge} */ b) => (depth(a) === depth(b) ? 0 : depth(a) - depth(b));
  for (const list of users.values()) if (list.length > 1) list.sort((a, b) => byDepth(a, b) || target(a).index - target(b).index || a.slot - b.slot);
}

/** @template T @param {Map<string, T>} map @param {string} id @param {string} what @returns {T} */
function found(map, id, what) {
  const item = map.get(id);
  if (item === undefined) throw new RangeError(`${what} ${id}: is not in this run`);
  return item;
}

/** @param {Record<string, any>} wire @returns {Record<string, import('./types.js').Check>} */
export const checksOf = (wire) => Object.fromEntries(Object.entries(wire).map(([name, check]) =>
  [name, {...check, reverse: real(check.reverse), central_difference: real(check.central_difference), relative_error: real(check.relative_error)}]));

/** What makes two runs one picture: ids, ops and edges, never numbers. @param {RunNode[]} nodes @param {RunEdge[]} edges @param {string} output */
function signature(nodes, edges, output) {
  return [output, ...nodes.map((node) => `${node.id}:${node.op}:${node.shape}:${node.name ?? ''}`), ...edges.map((edge) => edge.id)].join('|');
}

/** A node's shortest name for people: its variable, else what it is. @param {RunNode} node */
export const title = (node) => node.name ?? node.label;

/** Where there is little room: what an unnamed node does, unless what it is is as short. @param {RunNode} node */
export const short = (node) => node.name ?? (node.label.length <= 4 ? node.label : node.glyph || node.op);

/** The run with nothing folded. @param {Run} run @returns {Run} */
export const wholeOf = (run) => run.folding?.whole ?? run;

/** Whether it stands for several edges between a box and something else. @param {RunEdge} edge */
export const isBundle = ({bundle}) => bundle !== undefined && bundle.length > 1;
/** What is no plain name stands in brackets before more is said of it: (X W)[0,1]. @param {string} label */
export const bracketed = (label) => (/^[\p{L}\p{M}\p{N}_′']+(\[[\d,]+\])*$|^\[[^[\]]*\]$/u.test(label) ? label : `(${label})`);

/** Whether an edge carries gradient at all (an edge from a constant does not). @param {RunEdge} edge */
export const flows = (edge) => edge.contribution !== null;
