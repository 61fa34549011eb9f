/** A wire's way, sampled, so that places on it are shares of its length: 0 at the source, 1 at the target. */

/** @typedef {[number, number]} Pair */
/** @typedef {{points: Pair[], reach: number[], length: number}} Curve  `reach[i]` is the length up to point i */

const PIECES = 18;

/** @param {Pair[]} route chain of cubics p, c, c, p, c, c, p … @returns {Curve} */
export function curveOf(route) {
  const points = [route[0]];
  for (let i = 0; i + 3 < route.length; i += 3) {
    const straight = isStraight(route[i], route[i + 1], route[i + 2], route[i + 3]);
    const pieces = straight ? 1 : PIECES;
    for (let k = 1; k <= pieces; k += 1) points.push(cubicAt(route, i, k / pieces));
  }
  return measured(points);
}

/** @param {Pair[]} points @returns {Curve} */
function measured(points) {
  const reach = [0];
  for (let i = 1; i < points.length; i += 1) {
    reach.push(reach[i - 1] + Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]));
  }
  return {points, reach, length: reach[reach.length - 1]};
}

/** @param {Pair} a @param {Pair} b @param {Pair} c @param {Pair} d */
function isStraight(a, b, c, d) {
  const off = (/** @type {Pair} */ p) => Math.abs((d[0] - a[0]) * (a[1] - p[1]) - (a[0] - p[0]) * (d[1] - a[1]));
  return off(b) + off(c) < 0.5 * Math.hypot(d[0] - a[0], d[1] - a[1]);
}

/** @param {Pair[]} route @param {number} i @param {number} k @returns {Pair} */
function cubicAt(route, i, k) {
  const [p, q, r, s] = [route[i], route[i + 1], route[i + 2], route[i + 3]];
  const [a, b, c, d] = [(1 - k) ** 3, 3 * k * (1 - k) ** 2, 3 * k * k * (1 - k), k ** 3];
  return [a * p[0] + b * q[0] + c * r[0] + d * s[0], a * p[1] + b * q[1] + c * r[1] + d * s[1]];
}

/** The point at a share of the length. @param {Curve} curve @param {number} share @returns {Pair} */
export function pointAt(curve, share) {
  const {points, reach, length} = curve;
  const i = pieceAt(curve, share);
  const span = reach[i + 1] - reach[i] || 1;
  const k = Math.max(0, Math.min(1, (share * length - reach[i]) / span));
  return [points[i][0] + (points[i + 1][0] - points[i][0]) * k, points[i][1] + (points[i + 1][1] - points[i][1]) * k];
}

/** Direction of travel toward the target, in radians. @param {Curve} curve @param {number} share */
export function angleAt(curve, share) {
  const step = Math.min(0.5, 3 / (curve.length || 1));
  const [x0, y0] = pointAt(curve, Math.max(0, share - step));
  const [x1, y1] = pointAt(curve, Math.min(1, share + step));
  return Math.atan2(y1 - y0, x1 - x0);
}

/** The part between two shares, as points. @param {Curve} curve @param {number} from @param {number} to @returns {Pair[]} */
export function slice(curve, from, to) {
  if (to <= from) return [];
  const first = pieceAt(curve, from);
  const last = pieceAt(curve, to);
  return [pointAt(curve, from), ...curve.points.slice(first + 1, last + 1), pointAt(curve, to)];
}

/** The curve moved sideways by some px, as the second strand of an array's wire. @param {Curve} curve @param {number} by @returns {Curve} */
export function beside(curve, by) {
  if (!by) return curve;
  const {points} = curve;
  return measured(points.map(([x, y], i) => {
    const [x0, y0] = points[Math.max(0, i - 1)];
    const [x1, y1] = points[Math.min(points.length - 1, i + 1)];
    const length = Math.hypot(x1 - x0, y1 - y0) || 1;
    return /** @type {Pair} */ ([x - ((y1 - y0) / length) * by, y + ((x1 - x0) / length) * by]);
  }));
}

/** @param {Curve} curve @param {number} share */
function pieceAt({reach, length}, share) {
  const want = share * length;
  let low = 0;
  let high = reach.length - 2;
  while (low < high) {
    const half = (low + high + 1) >> 1;
    if (reach[half] <= want) low = half; else high = half - 1;
  }
  return low;
}

/** Distance from a point to the curve. @param {Curve} curve @param {number} x @param {number} y */
export function distanceTo({points}, x, y) {
  let least = Infinity;
  for (let i = 1; i < points.length; i += 1) {
    const [ax, ay] = points[i - 1];
    const [dx, dy] = [points[i][0] - ax, points[i][1] - ay];
    const k = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(x - ax - dx * k, y - ay - dy * k));
  }
  return least;
}

/** @param {Curve} curve @returns {{x: number, y: number, w: number, h: number}} */
export function boundsOf({points}) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return {x: left, y: top, w: right - left, h: bottom - top};
}
