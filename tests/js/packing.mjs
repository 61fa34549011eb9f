/** Packs a reply of rows as the server does, written after the description of the encoding: what the page is to read. */

const ALIGN = 8;

class Part {
  bytes = [];
  length = 0;

  add(column) {
    const type = {Uint8Array: 'uint8', Int32Array: 'int32', Float64Array: 'float64'}[column.constructor.name];
    const raw = new Uint8Array(column.buffer), place = {type, at: this.length, count: column.length};
    const room = new Uint8Array(Math.ceil(raw.length / ALIGN) * ALIGN);
    room.set(raw);
    this.bytes.push(room);
    this.length += room.length;
    return place;
  }

  items(list) {
    const dictionary = [...new Set(list.map((item) => JSON.stringify(item)))];
    if (dictionary.length === 1) return {all: list[0]};
    if (dictionary.length > list.length / 2) return list;
    return {dictionary: dictionary.map((item) => JSON.parse(item)), index: this.add(Uint8Array.from(list, (item) => dictionary.indexOf(JSON.stringify(item))))};
  }

  numbers(list) {
    const isSummary = (item) => typeof item === 'object' && !Array.isArray(item) && item !== null;
    const flat = list.map((item) => (item === null || isSummary(item) ? [] : [item].flat(Infinity).map(Number)));
    const sizes = list.map((item, i) => (item === null || isSummary(item) ? -1 : flat[i].length));
    return {numbers: this.add(Float64Array.from(flat.flat())), sizes: this.items(sizes), truncated: Object.fromEntries(list.flatMap((item, i) => (isSummary(item) ? [[i, item]] : [])))};
  }
}

const column = (rows, field, otherwise = null) => rows.map((row) => row[field] ?? otherwise);

/** @param {any} reply with rows; ids are sent where they are not n0, n1, … @param {{known?: boolean, id?: string, single?: boolean}} [options] `single`: as of single numbers, what follows left out; `among`: slopes that are values too */
export function packed(reply, {known = false, id = 'a', single = false, among = false} = {}) {
  const numbers = new Part(), structure = new Part(), {nodes, edges} = reply;
  const place = (own) => nodes.findIndex(({id: other}) => other === own);
  const columns = {
    nodes: {
      ...(nodes.some(({id: own}, i) => own !== `n${i}`) ? {id: column(nodes, 'id')} : {}),
      ...Object.fromEntries(['op', 'noun', 'name', 'kind', 'label', 'glyph', 'scope', 'span', 'attributes', 'shape', 'opens'].map((field) => [field, structure.items(column(nodes, field, BLANK[field] ?? null))])),
      level: structure.add(Int32Array.from(column(nodes, 'level', 0))), back_level: structure.add(Int32Array.from(nodes, (node) => node.back_level ?? -1)),
    },
    edges: Object.fromEntries(Object.entries({source: (edge) => place(edge.source), target: (edge) => place(edge.target), slot: (edge) => edge.slot}).map(([field, read]) => [field, structure.add(Int32Array.from(edges, read))])),
  };
  if (single) {
    columns.nodes.differentiated = structure.add(Uint8Array.from(nodes, ({grad}) => Number(grad !== null)));
    columns.edges.flows = structure.add(Uint8Array.from(edges, ({contribution}) => Number(contribution !== null)));
  }
  const from = edges.map(({local}) => (local === 1 ? -1 : nodes.some(({value}) => value === local) ? nodes.findIndex(({value}) => value === local) : -2));
  if (among) columns.edges.local_from = structure.add(Int32Array.from(from));
  const plain = (rows, field) => (single ? numbers.add(Float64Array.from(rows, (row) => Number(row[field] ?? 0))) : numbers.numbers(column(rows, field)));
  const head = {
    ...reply, counts: {nodes: nodes.length, edges: edges.length},
    nodes: {value: plain(nodes, 'value'), grad: plain(nodes, 'grad'), flags: numbers.items(column(nodes, 'flags', []))},
    edges: {local: among ? {sent: plain(edges.filter((_, e) => from[e] === -2), 'local')} : plain(edges, 'local'), ...(single ? {upstream: 'grad of target', contribution: 'upstream · local'} : {upstream: plain(edges, 'upstream'), contribution: plain(edges, 'contribution')})},
    formulas: {nodes: numbers.items(column(nodes, 'formula')), edges: numbers.items(column(edges, 'local_formula'))},
    structure: {id, signature: `signature of ${id}`, columns: known ? null : columns}, parts: {numbers: 0, structure: known ? null : numbers.length},
  };
  return message(head, [...numbers.bytes, ...(known ? [] : structure.bytes)]);
}

const BLANK = {scope: [], shape: [], attributes: {}, glyph: ''};

function message(head, pieces) {
  const text = new TextEncoder().encode(JSON.stringify(head)), length = Math.ceil(text.length / ALIGN) * ALIGN;
  const body = new Uint8Array(8 + length + pieces.reduce((sum, piece) => sum + piece.length, 0)).fill(32, 8, 8 + length);
  body.set(new TextEncoder().encode('BPP1'));
  new DataView(body.buffer).setUint32(4, length, true);
  body.set(text, 8);
  let at = 8 + length;
  for (const piece of pieces) {
    body.set(piece, at);
    at += piece.length;
  }
  return body.buffer;
}
