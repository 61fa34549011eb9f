/**
 * A number over a plane, printed in ink: light is low, dark is high, contour lines on top. No hue: that is for gradients.
 * Pure but for `paintField`.
 */

/** @typedef {{x: readonly [number, number], y: readonly [number, number], values: readonly (readonly (number|null)[])[]}} Field rows from y's low end up; null, and what is not finite, is left blank */
/** @typedef {{x: number, y: number}} Point */

const LEVELS = 9;

/** The least and greatest finite number of a field; null when it has none. @param {Field} field @returns {[number, number]|null} */
export function extentOf({values}) {
  let lo = Infinity, hi = -Infinity;
  for (const row of values) {
    for (const v of row) {
      if (v === null || !Number.isFinite(v)) continue;
      if (v < lo) lo = v;
      if (v > hi) hi = v;
    }
  }
  return lo <= hi ? [lo, hi] : null;
}

/** Evenly spaced levels strictly inside a range; by ratio where `log`. @param {[number, number]} range @param {number} [count] @param {boolean} [log] */
export function levelsOf([lo, hi], count = LEVELS, log = false) {
  const [a, b] = log ? [Math.log(lo), Math.log(hi)] : [lo, hi];
  return Array.from({length: count}, (_, i) => a + ((b - a) * (i + 1)) / (count + 1)).map((v) => (log ? Math.exp(v) : v));
}

/** The place of a grid's corner in the plane. @param {Field} field @param {number} row @param {number} column @returns {Point} */
export function placeOf({x, y, values}, row, column) {
  const rows = values.length - 1, columns = values[0].length - 1;
  return {x: x[0] + ((x[1] - x[0]) * column) / columns, y: y[0] + ((y[1] - y[0]) * row) / rows};
}

/**
 * The pieces of the line on which the field has a level (marching squares; a saddle is resolved by its middle).
 * @param {Field} field @param {number} level @returns {[Point, Point][]}
 */
export function contour(field, level) {
  /** @type {[Point, Point][]} */
  const pieces = [];
  const {values} = field;
  for (let i = 0; i + 1 < values.length; i++) {
    for (let j = 0; j + 1 < values[i].length; j++) {
      const corners = [[i, j], [i, j + 1], [i + 1, j + 1], [i + 1, j]];
      const at = corners.map(([r, c]) => values[r][c]);
      if (at.some((v) => v === null || !Number.isFinite(v))) continue;
      const v = /** @type {number[]} */ (at);
      const crossings = corners.flatMap((_, k) => {
        const n = (k + 1) % 4;
        if ((v[k] >= level) === (v[n] >= level)) return [];
        const share = (level - v[k]) / (v[n] - v[k]), a = placeOf(field, corners[k][0], corners[k][1]), b = placeOf(field, corners[n][0], corners[n][1]);
        return [{x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y)}];
      });
      if (crossings.length === 2) pieces.push([crossings[0], crossings[1]]);
      if (crossings.length === 4) {
        const middle = (v[0] + v[1] + v[2] + v[3]) / 4, turn = (middle >= level) === (v[0] >= level);
        pieces.push(turn ? [crossings[0], crossings[1]] : [crossings[3], crossings[0]], turn ? [crossings[2], crossings[3]] : [crossings[1], crossings[2]]);
      }
    }
  }
  return pieces;
}

/**
 * Paints the field over the whole canvas, and its contour lines.
 * @param {HTMLCanvasElement} canvas @param {Field} field
 * @param {{low: string, high: string, line: string, levels?: readonly number[], range?: [number, number], log?: boolean, smooth?: boolean}} how  two colours as #rrggbb
 */
export function paintField(canvas, field, {low, high, line, levels, range, log = false, smooth = true}) {
  const c = canvas.getContext('2d'), seen = range ?? extentOf(field);
  if (!c || !seen) return;
  const columns = field.values[0].length, rows = field.values.length, cells = new ImageData(columns, rows);
  const from = rgb(low), to = rgb(high), place = (/** @type {number} */ v) => (log ? Math.log(Math.max(v, Number.MIN_VALUE)) : v), [lo, hi] = seen.map(place);
  field.values.forEach((row, r) => row.forEach((v, k) => {
    const at = 4 * ((rows - 1 - r) * columns + k);
    if (v === null || !Number.isFinite(v)) return;
    const share = hi > lo ? Math.max(0, Math.min(1, (place(v) - lo) / (hi - lo))) : 0.5;
    for (let b = 0; b < 3; b++) cells.data[at + b] = from[b] + share * (to[b] - from[b]);
    cells.data[at + 3] = 255;
  }));
  const small = new OffscreenCanvas(columns, rows);
  small.getContext('2d')?.putImageData(cells, 0, 0);
  c.clearRect(0, 0, canvas.width, canvas.height);
  c.imageSmoothingEnabled = smooth;
  // corners of the grid lie on the canvas's rim: half a cell of the picture hangs over on every side
  const w = (canvas.width * columns) / Math.max(1, columns - 1), h = (canvas.height * rows) / Math.max(1, rows - 1);
  c.drawImage(small, (canvas.width - w) / 2, (canvas.height - h) / 2, w, h);
  c.strokeStyle = line;
  c.lineWidth = Math.max(1, canvas.width / 400);
  c.beginPath();
  for (const level of levels ?? levelsOf(seen, LEVELS, log)) {
    for (const [a, b] of contour(field, level)) {
      const p = pixelOf(canvas, field, a), q = pixelOf(canvas, field, b);
      c.moveTo(p.x, p.y);
      c.lineTo(q.x, q.y);
    }
  }
  c.stroke();
}

/** Where a point of the plane is on the canvas. @param {{width: number, height: number}} canvas @param {Pick<Field, 'x'|'y'>} field @param {Point} point @returns {Point} */
export function pixelOf(canvas, {x, y}, point) {
  return {x: (canvas.width * (point.x - x[0])) / (x[1] - x[0]), y: canvas.height * (1 - (point.y - y[0]) / (y[1] - y[0]))};
}

/** The point of the plane at a place on the canvas. @param {{width: number, height: number}} canvas @param {Pick<Field, 'x'|'y'>} field @param {Point} pixel @returns {Point} */
export function pointOf(canvas, {x, y}, pixel) {
  return {x: x[0] + ((x[1] - x[0]) * pixel.x) / canvas.width, y: y[0] + (y[1] - y[0]) * (1 - pixel.y / canvas.height)};
}

/** Between two colours. @param {string} low #rrggbb @param {string} high @param {number} share 0 to 1 */
export const mixed = (low, high, share) => `rgb(${rgb(low).map((from, i) => Math.round(from + share * (rgb(high)[i] - from))).join(' ')})`;

/** @param {string} colour #rrggbb */
const rgb = (colour) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
