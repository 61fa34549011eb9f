/** What a closed scope carries: its result's value (of a box of parameters all their values, in a row), how large the gradients in it are (never their sum), what is wrong in it. */
import {extent, flat, isSummary, strongest} from './tensor.js';

/** @typedef {import('./types.js').RunNode} RunNode @typedef {import('./types.js').Span} Span @typedef {import('./types.js').Tensor} Tensor */
/** @typedef {import('./scopes.js').Scope} Scope @typedef {import('./access.js').Access} Access */
/** @typedef {{scope: Scope, members: number[], span: Span|null}} Inside  by index, in forward order; and the text of it */

/** @param {string} id @param {Inside} inside @param {Access} all @param {RunNode} result @returns {RunNode} */
export function aggregate(id, {scope, members, span}, all, result) {
  const {norm, peak} = gradientsOf(all, members), given = givenIn(all, members);
  return {
    id, index: 0, name: scope.name, label: scope.name, glyph: '', op: 'scope', noun: 'scope', kind: 'scope', shape: given ? [given.length] : result.shape, value: given ?? result.value,
    grad: peak === null ? null : norm, scope: result.scope, span, formula: null,
    flags: flagsOf(all, members), opens: null, attributes: {}, level: 0, backLevel: -1,
    box: {scope, computes: given === null, result: result.id, nodes: members.length, largest: peak === null ? null : strongest(all.grad(peak)), peak: peak === null ? result.id : all.id(peak)},
  };
}

/** The values of parameters in a row; null where something is computed, or not sent number by number. @param {Access} all @param {number[]} members @returns {number[]|null} */
function givenIn({kind, value}, members) {
  const found = [];
  for (const i of members) {
    if (kind(i) === 'op') return null;
    const own = value(i);
    if (isSummary(own)) return null;
    if (typeof own === 'number') found.push(own); else for (const each of flat(own)) found.push(each);
  }
  return found;
}

/**
 * Of all gradients inside the norm, as one long vector, and the node with the largest; null where there is none.
 * NaN is the largest of all: it must not hide.
 * @param {Access} all @param {number[]} members
 */
function gradientsOf({grad}, members) {
  let peak = /** @type {number|null} */ (null), most = -1, scale = 0, sum = 0, isNaN = false;
  for (const i of members) {
    const own = grad(i);
    if (own === null) continue;
    const size = sizeOf(own), norm = typeof own === 'number' ? Math.abs(own) : extent(own).norm;
    if (size > most) [peak, most] = [i, size];
    if (Number.isNaN(norm)) isNaN = true;
    // Scaled, so that 1e200 and 1e-200 have a norm too.
    else if (norm > scale) [sum, scale] = [1 + sum * (scale / norm) ** 2, norm];
    else if (norm !== 0 && scale !== Infinity) sum += (norm / scale) ** 2;
  }
  return {peak, norm: isNaN ? NaN : scale * Math.sqrt(sum)};
}

/** @param {Tensor} grad */
function sizeOf(grad) {
  const g = Math.abs(strongest(grad));
  return Number.isNaN(g) ? Infinity : g;
}

/** @param {Access} all @param {number[]} members @returns {string[]} */
function flagsOf({flags}, members) {
  const found = new Set();
  for (const i of members) for (const flag of flags(i)) found.add(flag);
  return [...found];
}

/** The text from the first to the last thing that is computed inside. @param {Access} all @param {number[]} members @returns {Span|null} */
export function hull({kind, span}, members) {
  const place = (/** @type {number} */ line, /** @type {number} */ column) => line * 1e5 + column;
  let first = /** @type {Span|null} */ (null), last = first;
  for (const i of members) {
    const own = kind(i) === 'op' ? span(i) : null;
    if (!own || (own === first && own === last)) continue;
    if (!first || place(own.line, own.column) < place(first.line, first.column)) first = own;
    if (!last || place(own.end_line, own.end_column) > place(last.end_line, last.end_column)) last = own;
  }
  return first && last && {line: first.line, column: first.column, end_line: last.end_line, end_column: last.end_column};
}
