/** What a closed scope carries: its result's value (of a box of parameters all their values, in a row), how large the gradients in it are (never their sum), what is wrong in it. */
import {extent, flat, isSummary, strongest} from './tensor.js';

/** @typedef {import('./types.js').RunNode} RunNode @typedef {import('./types.js').Span} Span @typedef {import('./scopes.js').Scope} Scope */

/**
 * @param {string} id @param {Scope} scope @param {RunNode[]} members  in forward order @param {RunNode} result
 * @returns {RunNode}
 */
export function aggregate(id, scope, members, result) {
  const reached = members.filter(({grad}) => grad !== null);
  const peak = reached.reduce((/** @type {RunNode|null} */ best, node) => (best && size(best) >= size(node) ? best : node), null);
  const given = members.every(({kind, value}) => kind !== 'op' && !isSummary(value)) ? members.flatMap(({value}) => flat(value)) : null;
  return {
    id, index: 0, name: scope.name, label: scope.name, glyph: '', op: 'scope', kind: 'scope', shape: given ? [given.length] : result.shape, value: given ?? result.value,
    grad: reached.length ? normOf(reached) : null, scope: result.scope, span: hull(members), formula: null,
    flags: [...new Set(members.flatMap(({flags}) => flags))], attributes: {}, level: 0, backLevel: -1,
    box: {scope, computes: given === null, result: result.id, nodes: members.length, largest: peak && strongest(peak.grad), peak: (peak ?? result).id},
  };
}

/** NaN is the largest of all: it must not hide. @param {RunNode} node */
function size({grad}) {
  const g = Math.abs(strongest(grad));
  return Number.isNaN(g) ? Infinity : g;
}

/** Of all gradients inside, as one long vector. @param {RunNode[]} nodes */
function normOf(nodes) {
  const norms = nodes.map(({grad}) => extent(grad).norm);
  return norms.some(Number.isNaN) ? NaN : Math.hypot(...chunked(norms));
}

/** A call takes so many arguments and no more. @param {number[]} numbers @returns {number[]} */
function chunked(numbers) {
  if (numbers.length <= 1000) return numbers;
  return chunked(Array.from({length: Math.ceil(numbers.length / 1000)}, (_, i) => Math.hypot(...numbers.slice(i * 1000, i * 1000 + 1000))));
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
