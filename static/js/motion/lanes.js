/**
 * The there-and-back scrubber's geometry: forward along the upper lane, around the turn, back along the lower one.
 * A place on it is a length s along the way; every stop has one, and t runs between them in straight lines.
 */
import {clamp} from '../model/scales.js';

/** @typedef {import('../model/types.js').Timeline} Timeline */
/** @typedef {import('../model/types.js').Tick} Tick */
/** @typedef {{x: number, y: number, lane: 'forward'|'turn'|'backward'}} Place */
/** @typedef {Tick & {x: number, named: boolean, marked: boolean, nameX: number}} PlacedTick  `nameX`: the middle of its name */

/**
 * @typedef {object} Lanes
 * @property {number} x0  where both lanes begin and end
 * @property {number} x1  where the turn begins
 * @property {number} upper  y of the forward lane
 * @property {number} lower  y of the backward lane
 * @property {number} total  length of the whole way
 * @property {string} path   SVG path from start to end
 * @property {PlacedTick[]} ticks
 * @property {(t: number) => number} sAt
 * @property {(t: number) => Place} placeAt
 * @property {(x: number, y: number, from: Place['lane']|null) => {t: number, lane: Place['lane']}} tFrom
 *   The moment under a pointer; `from` is the lane it was on, which it keeps until it reaches the turn or the other lane.
 */

const SPACE_PX = 50; // between the names of one column
const TIGHT_PX = 26; // below this columns give way to even spacing
const LETTER_PX = 7;
const WIDEST_PX = 90; // of a name; a longer one is cut
const MARK_PX = 3; // closer ticks are one line to the eye
export const AROUND_TICK_PX = 4.5; // Σ on the output's side of a name, × on the other: the order in which they are passed

/** @param {Timeline} line @param {number} width @param {boolean} narrow @returns {Lanes} */
export function lanes(line, width, narrow) {
  const upper = narrow ? 19 : 24, lower = narrow ? 53 : 64, x0 = narrow ? 22 : 24, x1 = width - (narrow ? 34 : 40);
  const radius = (lower - upper) / 2, along = x1 - x0, arc = Math.PI * radius, total = 2 * along + arc;
  const ticks = named(placed(line, x0 + (narrow ? 24 : 44), x1 - (narrow ? 26 : 20)), width);
  const stops = stopLengths(line, ticks, {x0, x1, along, arc, total});
  const sAt = (/** @type {number} */ t) => between(stops, clamp(t, 0, line.length));
  return {
    x0, x1, upper, lower, total, ticks, sAt,
    path: `M${x0} ${upper}H${x1}A${radius} ${radius} 0 0 1 ${x1} ${lower}H${x0}`,
    placeAt: (t) => onWay(sAt(t), {x0, x1, upper, lower, radius, along, arc}),
    tFrom(x, y, from) {
      const lane = laneOf(x, y, {x1, upper, lower}, from);
      const s = lane === 'turn' ? along + arc * clamp(Math.atan2(x - x1, (upper + lower) / 2 - y) / Math.PI, 0, 1)
        : lane === 'forward' ? clamp(x - x0, 0, along) : total - clamp(x - x0, 0, along);
      return {t: inverse(stops, s), lane};
    },
  };
}

/** Columns evenly apart, as the graph's layers are; names of one column side by side. @param {Timeline} line @param {number} left @param {number} right */
function placed(line, left, right) {
  const step = line.columns > 1 ? (right - left) / (line.columns - 1) : 0;
  const perColumn = new Map();
  for (const tick of line.ticks) perColumn.set(tick.column, (perColumn.get(tick.column) ?? 0) + 1);
  /** @type {Map<number, number>} */
  const seen = new Map();
  const byColumn = line.ticks.map((tick) => {
    const many = perColumn.get(tick.column), nth = seen.get(tick.column) ?? 0;
    seen.set(tick.column, nth + 1);
    const space = Math.min(SPACE_PX, step ? step / many : (right - left) / many);
    const center = clamp(step ? left + tick.column * step : (left + right) / 2, left + (many - 1) * space / 2 - 20, right - (many - 1) * space / 2 + 10);
    return {...tick, x: center + (nth - (many - 1) / 2) * space, named: false, marked: true, nameX: 0};
  });
  const tight = byColumn.some((tick, i) => i > 0 && tick.x - byColumn[i - 1].x < TIGHT_PX);
  return tight ? byColumn.map((tick, i) => ({...tick, x: left + i * (right - left) / (byColumn.length - 1)})) : byColumn;
}

/** Names and marks where they fit; a name at an end stands wholly in the picture. @param {PlacedTick[]} ticks @param {number} width @returns {PlacedTick[]} */
function named(ticks, width) {
  let free = -Infinity, marked = -Infinity;
  return ticks.map((tick) => {
    const apart = tick.x - marked >= MARK_PX;
    if (apart) marked = tick.x;
    const half = labelWidth(shortened(tick.label)) / 2, nameX = clamp(tick.x, half, Math.max(half, width - half));
    const fits = tick.label !== '' && nameX - half >= free;
    if (fits) free = nameX + half + 4;
    return {...tick, named: fits, marked: apart, nameX};
  });
}

/** @param {string} label */
export const labelWidth = (label) => Math.max(10, label.length * LETTER_PX);

/** A name as it stands between the lanes. @param {string} label */
export const shortened = (label) => (labelWidth(label) > WIDEST_PX ? `${label.slice(0, 11)}…` : label);

/**
 * Where each stop lies; never backwards.
 * @param {Timeline} line @param {PlacedTick[]} ticks
 * @param {{x0: number, x1: number, along: number, arc: number, total: number}} way
 */
function stopLengths(line, ticks, {x0, along, arc, total}) {
  const forward = new Map(), back = new Map();
  for (const tick of ticks) {
    forward.set(tick.forward, Math.max(forward.get(tick.forward) ?? 0, tick.x - x0));
    for (const [stop, shift] of [[tick.sum, AROUND_TICK_PX], [tick.multiply, -AROUND_TICK_PX]]) {
      if (stop !== null) back.set(stop, Math.max(back.get(stop) ?? 0, total - (tick.x + Number(shift) - x0)));
    }
  }
  const known = line.stops.map((stop) => {
    if (stop.kind === 'start') return 0;
    if (stop.index === line.length) return total;
    if (stop.kind === 'seed') return along + arc / 2;
    return stop.phase === 'forward' ? forward.get(stop.index) : back.get(stop.index);
  });
  return monotone(known, line);
}

/** Fills stops that no tick stands for, and keeps the way one-way. @param {(number|undefined)[]} known @param {Timeline} line @returns {number[]} */
function monotone(known, line) {
  const out = /** @type {number[]} */ ([]);
  for (let i = 0; i < known.length; i++) {
    let next = i;
    while (known[next] === undefined && next < line.length) next++;
    const before = out[i - 1] ?? 0, ahead = known[next] ?? before;
    out.push(known[i] === undefined ? before + (ahead - before) / (next - i + 1) : Math.max(before, Number(known[i])));
  }
  return out;
}

/** @param {number[]} stops @param {number} t */
function between(stops, t) {
  const below = Math.floor(t), above = Math.min(stops.length - 1, below + 1);
  return stops[below] + (stops[above] - stops[below]) * (t - below);
}

/** @param {number[]} stops @param {number} s @returns {number} t */
function inverse(stops, s) {
  let low = 0, high = stops.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (stops[middle] <= s) low = middle; else high = middle;
  }
  const step = stops[high] - stops[low];
  return step > 0 ? clamp(low + (s - stops[low]) / step, low, high) : high;
}

/** @param {number} s @param {{x0: number, x1: number, upper: number, lower: number, radius: number, along: number, arc: number}} way @returns {Place} */
function onWay(s, {x0, x1, upper, lower, radius, along, arc}) {
  if (s <= along) return {x: x0 + s, y: upper, lane: 'forward'};
  if (s >= along + arc) return {x: x1 - (s - along - arc), y: lower, lane: 'backward'};
  const angle = (s - along) / radius;
  return {x: x1 + radius * Math.sin(angle), y: (upper + lower) / 2 - radius * Math.cos(angle), lane: 'turn'};
}

/** @param {number} x @param {number} y @param {{x1: number, upper: number, lower: number}} way @param {Place['lane']|null} from @returns {Place['lane']} */
function laneOf(x, y, {x1, upper, lower}, from) {
  if (x > x1) return 'turn';
  const middle = (upper + lower) / 2;
  if (from === 'forward' && y < lower) return 'forward';
  if (from === 'backward' && y > upper) return 'backward';
  return y < middle ? 'forward' : 'backward';
}
