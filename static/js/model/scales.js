/** Magnitudes as lengths; always logarithmic, so that 1e-8 is still seen. */

export const DECADE_PX = 6;
export const RULE_PX = 72;
const RULE_FROM = -8; // the rule's first decade, 10⁻⁸; its last is 10⁴
const STUB_PX = 3;
const WIRE_MIN_PX = 2;
const WIRE_RANGE_PX = 7;
const WINDOW_LEAST = 2;
const WINDOW_MOST = 12;
const CELL_LEAST = 0.18; // of the cell's side

/** @typedef {{lo: number, hi: number}} Window  whole decades: 10^lo … 10^hi */
/** @typedef {{length_px: number, notch: 'below'|'above'|null}} Bar */

/**
 * The bar on a card's decade rule, the same for every graph. Exactly zero (and NaN) has none.
 * @param {number|null} gradient
 * @returns {Bar|null}
 */
export function decadeBar(gradient) {
  if (gradient === null || gradient === 0 || Number.isNaN(gradient)) return null;
  const length = DECADE_PX * (Math.log10(Math.abs(gradient)) - RULE_FROM);
  const notch = length < 0 ? 'below' : length > RULE_PX ? 'above' : null;
  return {length_px: clamp(length, STUB_PX, RULE_PX), notch};
}

/**
 * The window of decades that a run's wires need, 2 to 12 of them; the small end gives way.
 * With `held` (the window before, while a slider is held) it only grows.
 * @param {Iterable<number>} magnitudes
 * @param {Window|null} [held]
 * @returns {Window}
 */
export function wireWindow(magnitudes, held = null) {
  let least = Infinity, most = -Infinity;
  for (const each of magnitudes) {
    const size = Math.abs(each);
    if (size === 0 || !Number.isFinite(size)) continue;
    if (size < least) least = size;
    if (size > most) most = size;
  }
  if (most < 0) return held ?? {lo: -1, hi: 1};
  const lo = Math.floor(Math.log10(least)), hi = Math.ceil(Math.log10(most));
  return held ? grown(held, lo, hi) : widened(lo, hi);
}

/** The top follows what is large; below it at most 12 decades, but never less than was shown. @param {Window} held @param {number} lo @param {number} hi @returns {Window} */
function grown(held, lo, hi) {
  const top = Math.max(held.hi, hi);
  return {lo: Math.min(held.lo, Math.max(lo, top - WINDOW_MOST)), hi: top};
}

/** @param {number} lo @param {number} hi @returns {Window} */
function widened(lo, hi) {
  if (hi - lo >= WINDOW_LEAST) return {lo: Math.max(lo, hi - WINDOW_MOST), hi};
  return hi === lo ? {lo: lo - 1, hi: hi + 1} : {lo: hi - WINDOW_LEAST, hi};
}

/** A wire's width in px for the gradient it carries; 0 for none. @param {number|null} gradient @param {Window} window */
export function wireWidth(gradient, {lo, hi}) {
  if (gradient === null || gradient === 0 || Number.isNaN(gradient)) return 0;
  return WIRE_MIN_PX + WIRE_RANGE_PX * clamp((Math.log10(Math.abs(gradient)) - lo) / (hi - lo), 0, 1);
}

/** The window of an array's cells: from its largest magnitude down, 2 to 12 decades. @param {number[]} values @returns {{top: number, decades: number}} */
export function cellWindow(values) {
  let least = Infinity, most = -Infinity;
  for (const each of values) {
    const size = Math.log10(Math.abs(each));
    if (!Number.isFinite(size)) continue;
    if (size < least) least = size;
    if (size > most) most = size;
  }
  return most === -Infinity ? {top: 0, decades: WINDOW_LEAST} : {top: most, decades: clamp(Math.ceil(most - least), WINDOW_LEAST, WINDOW_MOST)};
}

/** Side of the square in a cell, as part of the cell: 0 for zero, else 0.18 … 1. @param {number} value @param {{top: number, decades: number}} window */
export function cellSide(value, {top, decades}) {
  if (value === 0 || Number.isNaN(value)) return 0;
  return CELL_LEAST + (1 - CELL_LEAST) * clamp(1 + (Math.log10(Math.abs(value)) - top) / decades, 0, 1);
}

/** @param {number} x @param {number} lo @param {number} hi */
export const clamp = (x, lo, hi) => Math.max(lo, Math.min(hi, x));
