/** How far a slider reaches, and how a drag becomes a number. */

const LEAST = 2;
export const FINE = 0.01;

/** 1, 2 or 5 times a power of ten, not below x. @param {number} x */
function nice(x) {
  const power = 10 ** Math.floor(Math.log10(x));
  return [1, 2, 5, 10].map((step) => step * power).find((each) => each >= x * (1 - 1e-12)) ?? 10 * power;
}

/** The range that a value is shown on at first. @param {number} value @returns {{lo: number, hi: number}} */
export function rangeFor(value) {
  const reach = Number.isFinite(value) && value !== 0 ? Math.max(LEAST, nice(2 * Math.abs(value))) : LEAST;
  return {lo: -reach, hi: reach};
}

/** Rounded to what one step of the slider can mean, so that no digits come out of nowhere. @param {number} value @param {{lo: number, hi: number}} range @param {boolean} fine */
export function rounded(value, {lo, hi}, fine) {
  const step = 10 ** Math.floor(Math.log10((hi - lo) / (fine ? 40_000 : 400)));
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Number((Math.round(value / step) * step).toFixed(Math.min(20, digits)));
}

/** @param {number} value @param {{lo: number, hi: number}} range */
export const within = (value, {lo, hi}) => Math.max(lo, Math.min(hi, value));

/** @param {string} key @param {boolean} shift @param {number} value @param {{lo: number, hi: number}} range @returns {number|null} null: no key of the slider */
export function keyed(key, shift, value, range) {
  const step = ((range.hi - range.lo) / 100) * (shift ? FINE : 1);
  const by = {ArrowRight: step, ArrowUp: step, ArrowLeft: -step, ArrowDown: -step, PageUp: 10 * step, PageDown: -10 * step}[key];
  if (by !== undefined) return rounded(within(value + by, range), range, shift);
  return key === 'Home' ? range.lo : key === 'End' ? range.hi : null;
}
