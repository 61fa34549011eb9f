/** A plane through the space of all weights: center + x · direction x + y · direction y, and what of other weights is seen in it. */

/** @typedef {{center: Float64Array, x: Float64Array, y: Float64Array}} WeightPlane */
/** @typedef {{x: number, y: number, off: number}} Projected  `off`: how far the weights are from the plane */

/** @param {Float64Array} a @param {Float64Array} b */
const dot = (a, b) => a.reduce((sum, each, i) => sum + each * b[i], 0);

/** The nearest point of the plane; the directions need not be at right angles. @param {WeightPlane} plane @returns {(row: Float64Array) => Projected} */
export function projection({center, x, y}) {
  const xx = dot(x, x), xy = dot(x, y), yy = dot(y, y), area = xx * yy - xy * xy;
  return (row) => {
    const away = row.map((each, i) => each - center[i]), ax = dot(away, x), ay = dot(away, y);
    const a = (ax * yy - ay * xy) / area, b = (ay * xx - ax * xy) / area;
    return {x: a, y: b, off: Math.hypot(...away.map((each, i) => each - a * x[i] - b * y[i]))};
  };
}

/** The weights at a point of the plane. @param {WeightPlane} plane @param {number} a @param {number} b @returns {Float64Array} */
export const weightsAt = ({center, x, y}, a, b) => center.map((each, i) => each + a * x[i] + b * y[i]);
