/** What a closed scope carries: its result's value (of a box of parameters all their values, in a row), how large the gradients in it are (never their sum), what is wrong in it. */
import {extent, flat, isSummary, strongest} from './tensor.js';

/** @typedef {import('./types.js').RunNode} RunNode @typedef {import('./types.js').Span} Span @typedef {import('./scopes.js').Scope} Scope */

/**
 * @param {string} id @param {Scope} scope @param {RunNode[]} members  in forward order @param {RunNode} result
 * @returns {RunNode}
 */
export function aggregate(id, scope, members, result) {
  const reached = members.filter(({grad}) => grad !== null);
  const peak = largestOf(reached);
  const given = members.every(({kind, value}) => kind !== 'op' && !isSummary(value)) ? members.flatMap(({value}) => flat(value)) : null;
  return {
    id, index: 0, name: scope.name, label: scope.name, glyph: '', op: 'scope', kind: 'scope', shape: given ? [given.length] : result.shape, value: given ?? result.value,
    grad: reached.length ? normOf(reached) : null, scope: result.scope, span: hull(members), formula: null,
    flags: flagsOf(members), attributes: {}, level: 0, backLevel: -1,
    box: {scope, computes: given === null, result: result.id, nodes: members.length, largest: peak && strongest(peak.grad), peak: (peak ?? result).id},
  };
}

/** NaN is the largest of all: it must not hide. @param {RunNode[]} nodes @returns {RunNode|null} */
function largestOf(nodes) {
  let best = null, most = -1;
  for (const node of nodes) {
    const g = Math.abs(strongest(node.grad)), size = Number.isNaN(g) ? Infinity : g;
    if (size > most) [best, most] = [node, size];
  }
  return best;
}

/** Of all gradients inside, as one long vector; scaled, so that 1e200 has a norm too. @param {RunNode[]} nodes */
function normOf(nodes) {
  const norms = nodes.map(({grad}) => (typeof grad === 'number' ? Math.abs(grad) : extent(grad).norm));
  const scale = norms.reduce((most, each) => (Number.isNaN(each) || each > most ? each : most), 0);
  if (scale === 0 || !Number.isFinite(scale)) return norms.some(Number.isNaN) ? NaN : scale;
  return scale * Math.sqrt(norms.reduce((sum, each) => sum + (each / scale) ** 2, 0));
}

/** The text from the first to the last thing that is computed inside. @param {RunNode[]} members @returns {Span|null} */
function hull(members) {
  const spans = members.filter(({kind}) => kind === 'op').flatMap(({span}) => span ?? []);
  if (!spans.length) return null;
  const place = (/** @type {number} */ line, /** @type {number} */ column) => line * 1e5 + column;
  const first = spans.reduce((a, b) => (place(a.line, a.column) <= place(b.line, b.column) ? a : b));
  const last = spans.reduce((a, b) => (place(a.end_line, a.end_column) >= place(b.end_line, b.end_column) ? a : b));
  return {line: first.line, column: first.column, end_line: last.end_line, end_column: last.end_column};
}

/** @param {RunNode[]} members @returns {string[]} */
function flagsOf(members) {
  const found = new Set();
  for (const {flags} of members) for (const flag of flags) found.add(flag);
  return [...found];
}
