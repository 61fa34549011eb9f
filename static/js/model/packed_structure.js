/** What stays of a packed run while only its numbers change: columns and adjacency, made once for all runs of a drag. */

/** @typedef {import('./unpack.js').Reader} Reader */
/** @typedef {{nodes: Map<string, string|null>, edges: Map<string, string>}} Told  formulas that were asked for one by one, by id */
/**
 * @typedef {object} Structure
 * @property {string} id  the server's name for it
 * @property {string} signature
 * @property {boolean} hasArrays
 * @property {number} count  nodes
 * @property {string[]|null} ids  of the nodes; null: n0, n1, …
 * @property {Map<string, number>|null} places  by id
 * @property {number} wires  edges
 * @property {Int32Array} source @property {Int32Array} target @property {Int32Array} slot  by edge, which go by target, then slot
 * @property {Uint32Array} operandsFrom  where the edges of a target begin; one more than there are nodes
 * @property {Uint32Array} users         edges by source, in the order in which they contribute
 * @property {Uint32Array} usersFrom     where those of a source begin
 * @property {Int32Array} level @property {Int32Array} backLevel
 * @property {Uint8Array|null} differentiated @property {Uint8Array|null} flows  null: as the numbers say
 * @property {Int32Array|null} localFrom  the node whose value an edge's local derivative is; −1: it is 1; −2: it is sent
 * @property {Uint32Array|null} sentAt     of each edge, how many before it are sent
 * @property {Told} told  what a person has looked at since
 * @property {Record<'op'|'noun'|'name'|'shape'|'kind'|'label'|'glyph'|'attributes'|'scope'|'span'|'opens', Reader>} read
 */

const FIELDS = /** @type {const} */ (['op', 'noun', 'name', 'shape', 'kind', 'label', 'glyph', 'attributes', 'scope', 'span', 'opens']);

/**
 * @param {any} head  {id, signature, columns} @param {import('./unpack.js').Part} part @param {number} count
 * @param {(edge: number) => boolean} flows
 * @returns {Structure}
 */
export function structureOf({id, signature, columns: {nodes, edges}}, part, count, flows) {
  const source = part.typed(edges.source), target = part.typed(edges.target), backLevel = part.typed(nodes.back_level);
  const operandsFrom = startsOf(target, count), ids = nodes.id ?? null;
  return {
    id, signature, count, ids, told: {nodes: new Map(), edges: new Map()}, places: ids && new Map(ids.map((/** @type {string} */ own, /** @type {number} */ i) => [own, i])), wires: source.length, source, target, slot: part.typed(edges.slot), operandsFrom,
    users: inOrder(source, target, backLevel, count, flows), usersFrom: startsOf(source, count),
    level: part.typed(nodes.level), backLevel,
    ...slopesOf(edges.local_from ? part.typed(edges.local_from) : null),
    differentiated: nodes.differentiated ? part.typed(nodes.differentiated) : null, flows: edges.flows ? part.typed(edges.flows) : null,
    hasArrays: shapesOf(nodes.shape).some((shape) => shape.length > 0),
    read: /** @type {Structure['read']} */ (Object.fromEntries(FIELDS.map((field) => [field, part.items(nodes[field])]))),
  };
}

/** @param {Int32Array|null} localFrom */
function slopesOf(localFrom) {
  const sentAt = localFrom && new Uint32Array(localFrom.length);
  for (let e = 1; localFrom && sentAt && e < localFrom.length; e += 1) sentAt[e] = sentAt[e - 1] + Number(localFrom[e - 1] === -2);
  return {localFrom, sentAt};
}

/** @param {Structure} structure @param {number} i */
export const nodeId = ({ids}, i) => (ids ? ids[i] : `n${i}`);

/** @param {Structure} structure @param {number} e */
export const edgeId = (structure, e) => `${nodeId(structure, structure.source[e])}>${nodeId(structure, structure.target[e])}.${structure.slot[e]}`;

/** The index of a node; −1 where there is no such node. @param {Structure} structure @param {string} id */
export function placeOf({count, places}, id) {
  if (places) return places.get(id) ?? -1;
  const i = /^n\d+$/.test(id) ? Number(id.slice(1)) : -1;
  return i < count ? i : -1;
}

/** The index of `n1>n3.0`; −1 where there is no such edge. @param {Structure} structure @param {string} id */
export function wireOf(structure, id) {
  const parts = /^([^>]+)>([^>]+)\.(\d+)$/.exec(id), {operandsFrom, source} = structure;
  const target = parts ? placeOf(structure, parts[2]) : -1;
  if (!parts || target < 0) return -1;
  const e = operandsFrom[target] + Number(parts[3]);
  return e < operandsFrom[target + 1] && source[e] === placeOf(structure, parts[1]) ? e : -1;
}

/** Every shape that there is. @param {any} column @returns {number[][]} */
const shapesOf = (column) => (Array.isArray(column) ? column : 'all' in column ? [column.all] : column.dictionary);

/** @param {Int32Array} ends @param {number} count @returns {Uint32Array} how many edges have an end below each node */
function startsOf(ends, count) {
  const starts = new Uint32Array(count + 1);
  for (let e = 0; e < ends.length; e += 1) starts[ends[e] + 1] += 1;
  for (let i = 0; i < count; i += 1) starts[i + 1] += starts[i];
  return starts;
}

/**
 * Edges by source; of one source by depth of the target from the output, then in forward order, then by slot.
 * What sends nothing comes last. Two stable passes of counting, as edges come by target and slot.
 * @param {Int32Array} source @param {Int32Array} target @param {Int32Array} backLevel @param {number} count @param {(edge: number) => boolean} flows
 */
function inOrder(source, target, backLevel, count, flows) {
  const deepest = backLevel.reduce((most, level) => Math.max(most, level), 0);
  const depth = Int32Array.from(target, (node, e) => (flows(e) && backLevel[node] >= 0 ? backLevel[node] : deepest + 1));
  const byDepth = sorted(Uint32Array.from(source, (_, e) => e), depth, deepest + 2);
  return sorted(byDepth, source, count);
}

/** @param {Uint32Array} edges @param {Int32Array} key @param {number} keys */
function sorted(edges, key, keys) {
  const next = startsOf(key, keys), out = new Uint32Array(edges.length);
  for (const e of edges) out[next[key[e]]++] = e;
  return out;
}
