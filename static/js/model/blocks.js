/** Arrays by name as one row of float64: as the wire has them (base64), and as the page does (nested lists). */

/** @typedef {import('../core/state.js').Numbers} Numbers @typedef {Readonly<Record<string, readonly number[]>>} Shapes */
/** @typedef {{float64: string, shapes: Record<string, number[]>}} Block */

/** @param {string} base64 little-endian, as all machines that run browsers are */
export function numbersOf(base64) {
  const text = atob(base64), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new Float64Array(bytes.buffer);
}

/** @param {Float64Array} numbers @returns {string} base64 */
export function base64Of(numbers) {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), parts = [];
  for (let i = 0; i < bytes.length; i += 8192) parts.push(String.fromCharCode(...bytes.subarray(i, i + 8192)));
  return btoa(parts.join(''));
}

/** @param {Float64Array} numbers @param {Shapes} shapes @returns {Block} */
export const blockOf = (numbers, shapes) => ({float64: base64Of(numbers), shapes: Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, [...shape]]))});

/** How many numbers an array of this shape has. @param {readonly number[]} shape */
const sizeOf = (shape) => shape.reduce((product, n) => product * n, 1);

/** How many numbers all arrays have together. @param {Shapes} shapes */
export const totalOf = (shapes) => Object.values(shapes).reduce((sum, shape) => sum + sizeOf(shape), 0);

/** Nested lists by name; what JSON has no number for is named, as on the wire. @param {Float64Array} numbers @param {Shapes} shapes @returns {Record<string, Numbers>} */
export function nestedOf(numbers, shapes) {
  let at = 0;
  /** @param {readonly number[]} shape @returns {Numbers} */
  const build = (shape) => (shape.length ? Array.from({length: shape[0]}, () => build(shape.slice(1))) : wire(numbers[at++]));
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, build(shape)]));
}

/** One row of nested lists. @param {Readonly<Record<string, any>>} arrays @param {Shapes} shapes  whose order counts @returns {Float64Array} */
export function rowOf(arrays, shapes) {
  return Float64Array.from(Object.keys(shapes).flatMap((name) => [arrays[name]].flat(Infinity)), Number);
}

/** Every cell with its name, `W1[0,1]`, in the row's order. @param {Shapes} shapes @returns {{name: string, cell: number[]}[]} */
export function cellsOf(shapes) {
  const cells = (/** @type {readonly number[]} */ shape) => shape.reduce((/** @type {number[][]} */ found, n) => found.flatMap((cell) => Array.from({length: n}, (_, i) => [...cell, i])), [[]]);
  return Object.entries(shapes).flatMap(([name, shape]) => cells(shape).map((cell) => ({name, cell})));
}

/** Where an array's numbers begin in the row. @param {Shapes} shapes @param {string} name */
export function offsetOf(shapes, name) {
  let at = 0;
  for (const [each, shape] of Object.entries(shapes)) {
    if (each === name) return at;
    at += sizeOf(shape);
  }
  return -1;
}

/** @param {number} x @returns {any} */
const wire = (x) => (Number.isFinite(x) ? x : Number.isNaN(x) ? 'NaN' : x > 0 ? 'Infinity' : '-Infinity');

/** Whether two rows are the same to the last bit; every NaN is one. @param {Float64Array} a @param {Float64Array} b */
export const sameRow = (a, b) => a.length === b.length && a.every((x, i) => Object.is(x, b[i]));
