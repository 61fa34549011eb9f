/** Second derivatives as the server sends them, ready to be set; vectors as they are typed; what products of matrices cost. Pure. */
import {flat, real} from './tensor.js';

/** @typedef {Record<string, any>} Blocks  by input */

/** The whole matrix, inputs one after the other in C order. @param {Record<string, Blocks>} hessian @param {Blocks} gradient for the order and the sizes @returns {number[][]} */
export function wholeHessian(hessian, gradient) {
  const names = Object.keys(gradient), sizes = names.map((name) => sizeOf(gradient[name]));
  return names.flatMap((a, at) => {
    const blocks = names.map((b) => flat(real(hessian[a][b])));
    return Array.from({length: sizes[at]}, (_, i) => blocks.flatMap((block, k) => block.slice(i * sizes[k], (i + 1) * sizes[k])));
  });
}

/** Numbers in it. @param {any} tensor of the wire */
const sizeOf = (tensor) => [tensor].flat(Infinity).length;

/**
 * Numbers as they are typed, given to the inputs one after the other; those that are missing are 0.
 * @param {string} text  "1, 0, −2.5"
 * @param {Record<string, readonly number[]>} shapes  by input, in the order of the numbers
 * @returns {{vector: Blocks, error: null}|{vector: null, error: string}}
 */
export function vectorOf(text, shapes) {
  const words = text.replaceAll('−', '-').split(/[\s,;[\]()]+/).filter(Boolean), numbers = words.map(Number);
  const wrong = words.find((_, i) => !Number.isFinite(numbers[i]));
  const size = Object.values(shapes).reduce((sum, shape) => sum + shape.reduce((product, n) => product * n, 1), 0);
  if (wrong !== undefined) return {vector: null, error: `${wrong} is no number: write numbers with commas between them.`};
  if (numbers.length > size) return {vector: null, error: `It has ${numbers.length} numbers, there are ${size} to move in: leave some out.`};
  let at = 0;
  /** @type {(shape: readonly number[]) => any} */
  const filled = ([n, ...rest]) => (n === undefined ? numbers[at++] ?? 0 : Array.from({length: n}, () => filled(rest)));
  return {vector: Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, filled(shape)])), error: null};
}

/** v·(Hv): how the function bends along v. @param {Blocks} vector @param {Blocks} product */
export function bendAlong(vector, product) {
  const v = flat(Object.values(vector)), hv = flat(real(Object.values(product)));
  return v.reduce((sum, x, i) => sum + (x === 0 ? 0 : x * hv[i]), 0);
}

/** Levels between which there are equally many of the field's numbers: they show a valley beside a cliff. @param {readonly (readonly (number|null)[])[]} values @param {number} count @returns {number[]} */
export function levelsByRank(values, count) {
  const all = values.flat().filter((v) => v !== null && Number.isFinite(v)).map(Number).sort((a, b) => a - b);
  const levels = Array.from({length: count}, (_, i) => all[Math.round(((i + 1) * (all.length - 1)) / (count + 1))]);
  return [...new Set(levels)].filter((level) => level !== undefined && level > all[0]);
}

/**
 * Multiplications of single numbers in Jₙ ⋯ J₂ J₁: from the left, as a backward pass goes, and from the right.
 * @param {readonly number[]} sizes of the nodes of the chain, from the source on
 * @returns {{left: number, right: number}}
 */
export function chainCosts(sizes) {
  const source = sizes[0], target = sizes[sizes.length - 1], inner = (/** @type {number} */ i) => sizes[i] * sizes[i + 1];
  let left = 0, right = 0;
  for (let i = 0; i + 2 < sizes.length; i += 1) {
    left += target * inner(i);
    right += inner(i + 1) * source;
  }
  return {left, right};
}

/** The largest rows, in the order in which they came. @template T @param {readonly T[]} rows @param {number} most @param {(row: T) => number} size @returns {readonly T[]} */
export function largest(rows, most, size) {
  if (rows.length <= most) return rows;
  const rank = (/** @type {T} */ row) => (Number.isFinite(size(row)) ? size(row) : Infinity);
  const kept = new Set([...rows.keys()].sort((a, b) => rank(rows[b]) - rank(rows[a]) || a - b).slice(0, most));
  return rows.filter((_, i) => kept.has(i));
}
