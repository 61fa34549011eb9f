/** A packed reply as a run: the same graph to walk as `buildRun` gives, but that nodes and edges are made when asked for. */
import {checksOf} from './run.js';
import {edgeId, nodeId, placeOf, structureOf, wireOf} from './packed_structure.js';
import {unpack} from './unpack.js';

/** @typedef {import('./types.js').Run} Run @typedef {import('./types.js').RunNode} RunNode @typedef {import('./types.js').RunEdge} RunEdge */
/** @typedef {import('./types.js').Tensor} Tensor @typedef {import('./packed_structure.js').Structure} Structure */
/** @typedef {(i: number) => Tensor|null} Numbers */
/**
 * @typedef {object} Columns  what a run holds, by index of node and of edge
 * @property {Structure} structure
 * @property {Numbers} value @property {Numbers} grad
 * @property {Numbers} local @property {Numbers} upstream @property {Numbers} contribution
 * @property {import('./unpack.js').Reader} flags
 * @property {{nodes: import('./unpack.js').Reader|null, edges: import('./unpack.js').Reader|null}} formulas
 */

/** @param {ArrayBuffer} buffer @param {Run|null} [before]  a run whose structure the server was told to be known @returns {Run} */
export function packedRun(buffer, before = null) {
  const packed = unpack(buffer), columns = columnsOf(packed, before?.columns?.structure ?? null);
  return runOfColumns(packed.head, columns);
}

/** @param {import('./unpack.js').Packed} packed @param {Structure|null} known @returns {Columns} */
function columnsOf({head, numbers, structure: part}, known) {
  const {nodes: count, edges: wires} = head.counts;
  if (!part && known?.id !== head.structure.id) throw new RangeError('reply: its structure was left out, but is not known');
  const ends = part ? {source: part.typed(head.structure.columns.edges.source), target: part.typed(head.structure.columns.edges.target)} : known;
  const shape = part ? part.items(head.structure.columns.nodes.shape) : known?.read.shape;
  const {source, target} = /** @type {Structure} */ (ends), shapeOf = /** @type {(i: number) => number[]} */ (shape);
  const ofTarget = (/** @type {number} */ e) => shapeOf(target[e]), ofSource = (/** @type {number} */ e) => shapeOf(source[e]);
  const {nodes, edges} = head;
  const value = numbers.numbers(nodes.value, shapeOf, count), grad = numbers.numbers(nodes.grad, shapeOf, count);
  const sent = (/** @type {any} */ column, /** @type {(e: number) => number[]} */ shapes) => (typeof column === 'string' ? null : numbers.numbers(column, shapes, wires));
  const upstream = sent(edges.upstream, ofTarget), contribution = sent(edges.contribution, ofSource);
  const flowing = part && head.structure.columns.edges.flows ? part.typed(head.structure.columns.edges.flows) : null;
  const flows = (/** @type {number} */ e) => (flowing ? flowing[e] === 1 : contribution !== null && contribution(e) !== null);
  const structure = part ? structureOf(head.structure, part, count, flows) : /** @type {Structure} */ (known);
  const local = 'sent' in edges.local ? amongValues(structure, value, numbers.typed(edges.local.sent)) : numbers.numbers(edges.local, ofTarget, wires);
  return {
    structure, value, grad: where(structure.differentiated, grad), flags: numbers.items(nodes.flags), ...followed(structure, grad, local, upstream, contribution),
    formulas: {nodes: head.formulas.nodes && numbers.items(head.formulas.nodes), edges: head.formulas.edges && numbers.items(head.formulas.edges)},
  };
}

/** Null where a column says no. @param {Uint8Array|null} mask @param {Numbers} read @returns {Numbers} */
const where = (mask, read) => (mask ? (i) => (mask[i] ? read(i) : null) : read);

/** Local derivatives that stand among the values, but for those that are sent. @param {Structure} structure @param {Numbers} value @param {Float64Array} sent @returns {Numbers} */
function amongValues({localFrom, sentAt}, value, sent) {
  const from = /** @type {Int32Array} */ (localFrom), place = /** @type {Uint32Array} */ (sentAt);
  return (e) => (from[e] >= 0 ? value(from[e]) : from[e] === -1 ? 1 : sent[place[e]]);
}

/**
 * Between single numbers the upstream gradient is the target's, and the contribution is mostly its product with the local derivative.
 * @param {Structure} structure @param {Numbers} grad @param {Numbers} local @param {Numbers|null} upstream @param {Numbers|null} contribution
 */
function followed({target, flows}, grad, local, upstream, contribution) {
  const above = upstream ?? ((/** @type {number} */ e) => grad(target[e]));
  const product = (/** @type {number} */ e) => /** @type {number} */ (above(e)) * /** @type {number} */ (local(e));
  return {local: where(flows, local), upstream: where(flows, above), contribution: where(flows, contribution ?? product)};
}

/** @param {any} head @param {Columns} columns @returns {Run} */
function runOfColumns(head, columns) {
  const {structure} = columns, {count, wires, users, usersFrom, operandsFrom, target, slot} = structure;
  const nodes = shelf(count, (i) => nodeAt(columns, i)), edges = shelf(wires, (e) => edgeAt(columns, e));
  const place = (/** @type {string} */ id) => placeOf(structure, id);
  const wire = (/** @type {string} */ id) => wireOf(structure, id);
  const found = (/** @type {number} */ i, /** @type {string} */ what) => {
    if (i < 0) throw new RangeError(`${what}: is not in this run`);
    return i;
  };
  return {
    reply: head, output: head.output.node, columns,
    get nodes() { return nodes.all(); },
    get edges() { return edges.all(); },
    node: (id) => nodes.at(found(place(id), `node ${id}`)),
    edge: (id) => edges.at(found(wire(id), `edge ${id}`)),
    has: (id) => place(id) >= 0,
    hasEdge: (id) => wire(id) >= 0,
    users: (id) => slice(place(id), usersFrom, (k) => edges.at(users[k])),
    operands: (id) => slice(place(id), operandsFrom, (e) => edges.at(e)),
    signature: structure.signature,
    hasArrays: structure.hasArrays,
    notes: head.notes ?? [],
    checks: checksOf(head.checks ?? {}),
    size: {nodes: count, edges: wires},
    folding: null,
  };
}

/** @template T @param {number} i @param {Uint32Array} from @param {(k: number) => T} at @returns {T[]} */
function slice(i, from, at) {
  if (i < 0) return [];
  const found = [];
  for (let k = from[i]; k < from[i + 1]; k += 1) found.push(at(k));
  return found;
}

/** Things that are made when they are first asked for. @template T @param {number} count @param {(i: number) => T} make */
function shelf(count, make) {
  /** @type {Map<number, T>} */
  const made = new Map();
  /** @type {T[]|null} */
  let whole = null;
  function at(/** @type {number} */ i) {
    let own = whole ? whole[i] : made.get(i);
    if (!own) made.set(i, own = make(i));
    return own;
  }
  return {at, all: () => whole ??= Array.from({length: count}, (_, i) => at(i))};
}

/** @param {Columns} columns @param {number} index @returns {RunNode} */
function nodeAt({structure, value, grad, flags, formulas}, index) {
  const {read, level, backLevel, told} = structure, name = read.name(index), id = nodeId(structure, index);
  return {
    id, index, name, op: read.op(index), noun: read.noun(index), kind: read.kind(index), label: read.label(index) ?? name ?? read.op(index), glyph: read.glyph(index) ?? '',
    shape: read.shape(index), value: /** @type {Tensor} */ (value(index)), grad: grad(index), scope: read.scope(index), span: read.span(index),
    formula: formulas.nodes?.(index) ?? told.nodes.get(id) ?? null, flags: flags(index), opens: read.opens(index), attributes: read.attributes(index), level: level[index], backLevel: backLevel[index],
  };
}

/** @param {Columns} columns @param {number} e @returns {RunEdge} */
function edgeAt({structure, local, upstream, contribution, formulas}, e) {
  const {source, target, slot, told} = structure, id = edgeId(structure, e);
  return {
    id, source: nodeId(structure, source[e]), target: nodeId(structure, target[e]), slot: slot[e],
    local: local(e), localFormula: formulas.edges?.(e) ?? told.edges.get(id) ?? null, upstream: upstream(e), contribution: contribution(e),
  };
}

/** Whether a node's formulas have neither come with the run nor been asked for. @param {Run} run  a whole one @param {string} id */
export const lacksFormulas = ({columns}, id) => Boolean(columns && !columns.formulas.nodes && !columns.structure.told.nodes.has(id));

/**
 * Takes in the formulas of one node and of its edges; all runs of the structure have them from now on.
 * @param {Run} run  a whole one @param {string} id @param {{formula: string|null, edges: Record<string, string>}} reply
 */
export function tellFormulas(run, id, {formula, edges}) {
  const told = run.columns?.structure.told;
  told?.nodes.set(id, formula);
  run.node(id).formula = formula;
  for (const [edge, text] of Object.entries(edges)) {
    told?.edges.set(edge, text);
    run.edge(edge).localFormula = text;
  }
}
