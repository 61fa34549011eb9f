/**
 * The only formatter of numbers. Four significant digits: exact short numbers stay short (0.5), rounded ones keep their
 * zeros (1.650); beyond 10⁻³ … 10⁴ as 4.60×10⁻⁴; real minus, never a plus; 0 only for exact zero; ∞ and NaN by name.
 */
import {isSummary} from './tensor.js';

/** @typedef {import('./types.js').Tensor} Tensor */

const DIGITS = 4;
const EXACT = 1e-12; // relative: what binary arithmetic leaves behind in 0.1 + 0.2
const MINUS = '−';
const SUPERSCRIPT = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/** An integer as superscript: −4 → ⁻⁴. @param {number} n */
export const superscript = (n) => (n < 0 ? '⁻' : '') + [...String(Math.abs(n))].map((digit) => SUPERSCRIPT[+digit]).join('');

/** Rounded digits, or fewer where fewer are exact. @param {number} size positive @param {number} digits */
function rounded(size, digits) {
  const text = size.toPrecision(digits);
  return Math.abs(Number(text) - size) <= EXACT * size ? String(Number(text)) : text;
}

/** Mantissa and exponent, after rounding (so 9.999 becomes 1.00×10¹, never 10.0). @param {number} size @param {number} digits */
function scientific(size, digits) {
  const [mantissa, exponent] = size.toExponential(digits - 1).split('e');
  const exact = Math.abs(Number(`${mantissa}e${exponent}`) - size) <= EXACT * size;
  return {mantissa: exact ? String(Number(mantissa)) : mantissa, exponent: Number(exponent)};
}

/** @param {number} x @returns {string|null} names of what is no plain number */
function named(x) {
  if (x === 0) return '0';
  if (Number.isNaN(x)) return 'NaN';
  return Number.isFinite(x) ? null : (x < 0 ? MINUS : '') + '∞';
}

/**
 * A number to be read. On cards there is room for about six characters: 3 digits below 0.1, 2 with a power of ten.
 * @param {number} x
 * @param {{card?: boolean}} [where]
 */
export function num(x, {card = false} = {}) {
  const name = named(x);
  if (name !== null) return name;
  const size = Math.abs(x), sign = x < 0 ? MINUS : '';
  if (isPlain(size)) return sign + rounded(size, card && size < 0.1 ? 3 : DIGITS);
  const {mantissa, exponent} = scientific(size, card ? 2 : 3);
  return `${sign}${mantissa}×10${superscript(exponent)}`;
}

/** Whether a number is written without a power of ten, judged after rounding. @param {number} size */
function isPlain(size) {
  const shown = Number(size.toPrecision(DIGITS));
  return shown >= 1e-3 && shown < 1e4;
}

/** A number to be spoken: "minus 0.25", "4.6 times 10 to the minus 4". @param {number} x */
export function spoken(x) {
  if (Number.isNaN(x)) return 'not a number';
  if (x === 0) return '0';
  const sign = x < 0 ? 'minus ' : '', size = Math.abs(x);
  if (size === Infinity) return `${sign}infinity`;
  if (isPlain(size)) return sign + rounded(size, DIGITS);
  const {mantissa, exponent} = scientific(size, 3);
  return `${sign}${mantissa} times 10 to the ${exponent < 0 ? 'minus ' : ''}${Math.abs(exponent)}`;
}

/** Nine digits, for a check that is to be compared by eye. @param {number} x */
export function long(x) {
  const name = named(x);
  if (name !== null) return name;
  const size = Math.abs(x), sign = x < 0 ? MINUS : '';
  if (isPlain(size)) return sign + rounded(size, 9);
  const {mantissa, exponent} = scientific(size, 9);
  return `${sign}${mantissa}×10${superscript(exponent)}`;
}

/** All digits, to be copied: the shortest text that reads back as the same float64. @param {Tensor|null} tensor @returns {string} */
export function full(tensor) {
  if (tensor === null) return '';
  if (Array.isArray(tensor)) return `[${tensor.map(full).join(', ')}]`;
  return isSummary(tensor) ? `array of shape ${shapeText(tensor.shape)}` : String(tensor);
}

/** [3, 2] → "3×2"; a scalar's shape is empty. @param {number[]} shape */
export const shapeText = (shape) => shape.join('×');

/** An array by its size: "vector of 3", "3×2 array". @param {number[]} shape */
export const sizeText = (shape) => (shape.length === 1 ? `vector of ${shape[0]}` : `${shapeText(shape)} array`);

/** What stands for a value in a sentence: the number, or the array's shape. @param {Tensor|null} tensor @param {(x: number) => string} [say] @returns {string} */
export function brief(tensor, say = num) {
  if (tensor === null) return 'none';
  if (typeof tensor === 'number') return say(tensor);
  return sizeText(shapeOf(tensor));
}

/** @param {Tensor} tensor @returns {number[]} */
export function shapeOf(tensor) {
  if (isSummary(tensor)) return tensor.shape;
  /** @type {number[]} */
  const shape = [];
  /** @type {any} */
  let level = tensor;
  while (Array.isArray(level)) {
    shape.push(level.length);
    level = level[0];
  }
  return shape;
}

/** Digits before and from the decimal point on, for columns aligned at it. @param {string} text @returns {[string, string]} */
export function atPoint(text) {
  const power = text.indexOf('×');
  const point = text.indexOf('.');
  const cut = point >= 0 ? point : power >= 0 ? power : text.length;
  return [text.slice(0, cut), text.slice(cut)];
}

/** A factor inside a product: negative ones in brackets. @param {number} x */
export const factor = (x) => (x < 0 ? `(${num(x)})` : num(x));

/** Terms of a sum: "0.5 + 1.511", "0.5 − 1.511". @param {number[]} terms @param {(x: number) => string} [say] */
export function sumText(terms, say = num) {
  return terms.map((term, i) => (i === 0 ? say(term) : term < 0 ? ` ${MINUS} ${say(-term)}` : ` + ${say(term)}`)).join('');
}

/** Rule 2 of the look: filled, hollow, ring. @param {number|null} x @returns {'positive'|'negative'|'zero'|'none'} */
export function signOf(x) {
  if (x === null || Number.isNaN(x)) return 'none';
  return x > 0 ? 'positive' : x < 0 ? 'negative' : 'zero';
}

/** A list in words: "a", "a and b", "a, b and 3 more". @param {string[]} items @param {number} [most] */
export function listText(items, most = 3) {
  const shown = items.length > most ? [...items.slice(0, most - 1), `${items.length - most + 1} more`] : items;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown[shown.length - 1]}`;
}
