/** Arithmetic on what a reply holds: scalars, nested lists, summaries of arrays too large to send. */

/** @typedef {import('./types.js').Tensor} Tensor */
/** @typedef {import('./types.js').Summary} Summary */

const NAMED = new Map([['NaN', NaN], ['Infinity', Infinity], ['-Infinity', -Infinity]]);

/** Wire numbers as real numbers: the three named strings become what they name. @param {any} wire @returns {any} */
export function real(wire) {
  if (typeof wire === 'number' || wire === null || wire === undefined) return wire ?? null;
  if (typeof wire === 'string') return NAMED.has(wire) ? NAMED.get(wire) : NaN;
  if (Array.isArray(wire)) return wire.map(real);
  return {...wire, min: real(wire.min), max: real(wire.max), mean: real(wire.mean), norm: real(wire.norm)};
}

/** JSON in which NaN and ±∞ are strings, as the API reads and writes them. @param {unknown} value */
export const wireText = (value) => JSON.stringify(value, (_, x) => (typeof x === 'number' && !Number.isFinite(x) ? String(x) : x));

/** The other way. @param {string} text @returns {any} */
export const readWireText = (text) => JSON.parse(text, (_, x) => (NAMED.has(x) ? NAMED.get(x) : x));

/** @param {unknown} tensor @returns {tensor is Summary} */
export const isSummary = (tensor) => typeof tensor === 'object' && tensor !== null && !Array.isArray(tensor);

/** @param {unknown} tensor @returns {tensor is number} */
export const isScalar = (tensor) => typeof tensor === 'number';

/** Every element in row-major order; a summary has none. @param {Tensor|null} tensor @returns {number[]} */
export function flat(tensor) {
  if (tensor === null || isSummary(tensor)) return [];
  return Array.isArray(tensor) ? /** @type {any} */ (tensor).flat(Infinity) : [tensor];
}

/** a + b of one shape; null where a summary hides the elements. @param {Tensor|null} a @param {Tensor|null} b @returns {Tensor|null} */
export function add(a, b) {
  if (isScalar(a) && isScalar(b)) return a + b;
  if (Array.isArray(a) && Array.isArray(b)) return a.map((each, i) => /** @type {Tensor} */ (add(each, b[i])));
  return null;
}

/** The element at an index, or the scalar itself. @param {Tensor|null} tensor @param {number[]} index @returns {number|null} */
export function at(tensor, index) {
  /** @type {any} */
  let found = tensor;
  for (const i of index) {
    if (!Array.isArray(found)) break;
    found = found[i];
  }
  return typeof found === 'number' ? found : null;
}

/** Whether every element is exactly zero. @param {Tensor|null} tensor */
export function isZero(tensor) {
  if (typeof tensor === 'number') return tensor === 0;
  if (tensor === null) return false;
  if (isSummary(tensor)) return tensor.min === 0 && tensor.max === 0 && !tensor.nans && !tensor.infs;
  const all = flat(tensor);
  return all.length > 0 && all.every((each) => each === 0);
}

/** Whether every element is finite. @param {Tensor|null} tensor */
export function isFinite(tensor) {
  return isSummary(tensor) ? !tensor.nans && !tensor.infs : flat(tensor).every(Number.isFinite);
}

/**
 * The two strands of an array's gradient, and its size: largest positive, most negative, Euclidean norm.
 * @param {Tensor|null} tensor
 * @returns {{positive: number, negative: number, norm: number}}  0 where there is none
 */
export function extent(tensor) {
  if (isSummary(tensor)) {
    return {positive: Math.max(0, tensor.max ?? 0), negative: Math.min(0, tensor.min ?? 0), norm: tensor.norm ?? NaN};
  }
  const all = Array.isArray(tensor) && typeof tensor[0] === 'number' ? /** @type {number[]} */ (tensor) : flat(tensor);
  let positive = 0, negative = 0, isNaN = false;
  for (const each of all) {
    if (each > positive) positive = each;
    else if (each < negative) negative = each;
    else if (each !== each) isNaN = true;
  }
  const scale = Math.max(positive, -negative);
  if (isNaN || scale === 0 || scale === Infinity) return {positive, negative, norm: isNaN ? NaN : scale};
  let sum = 0;
  for (const each of all) sum += (each / scale) ** 2; // scaled, so that 1e200 and 1e-200 have a norm too
  return {positive, negative, norm: scale * Math.sqrt(sum)};
}

/** The number of largest magnitude, sign kept: what stands for an array where there is room for one number. @param {Tensor|null} tensor */
export function strongest(tensor) {
  if (tensor === null) return 0;
  if (typeof tensor === 'number') return tensor;
  if (!isFinite(tensor)) return NaN;
  const {positive, negative} = extent(tensor);
  return positive >= -negative ? positive : negative;
}
