/** What a net gives over the plane of two inputs: the sheet to be shaded, and the line where one class ends and the next begins. */

/** @typedef {{x: readonly [number, number], y: readonly [number, number], values: (number|null)[][]}} Field */

/** Numbers of a sheet: base64 of little-endian float32, unit by unit. @param {{float32: string, shape: number[]}} sheet @returns {Float32Array[]} one per unit */
export function unitsOf({float32, shape: [units]}) {
  const text = atob(float32), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const all = new Float32Array(bytes.buffer), each = all.length / units;
  return Array.from({length: units}, (_, unit) => all.subarray(unit * each, (unit + 1) * each));
}

/** A row per line of the grid, from the lowest up. @param {ArrayLike<number>} numbers @param {{x: number[], y: number[]}} grid @returns {Field} */
export function fieldOf(numbers, {x, y}) {
  const ends = (/** @type {number[]} */ axis) => /** @type {[number, number]} */ ([axis[0], axis[axis.length - 1]]);
  return {x: ends(x), y: ends(y), values: y.map((_, row) => Array.from({length: x.length}, (_, column) => numbers[row * x.length + column]))};
}

/** At every point, the class whose output is the largest. @param {readonly ArrayLike<number>[]} units @returns {number[]} */
export function largestOf(units) {
  return Array.from({length: units[0].length}, (_, i) => units.reduce((best, unit, k) => (unit[i] > units[best][i] ? k : best), 0));
}

/** By how much the largest output is above the next: 0 on the line between two classes. @param {readonly ArrayLike<number>[]} units @returns {number[]} */
export function marginOf(units) {
  return Array.from({length: units[0].length}, (_, i) => {
    const [first, second] = units.map((unit) => unit[i]).sort((a, b) => b - a);
    return first - second;
  });
}
