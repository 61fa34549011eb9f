/** Where the graph stands on the screen: screen = world · k + (x, y). Values, never changed in place. */

/** @typedef {{x: number, y: number, k: number}} Viewport @typedef {{x: number, y: number, w: number, h: number}} Box */
/** @typedef {{w: number, h: number}} Size */

export const ZOOM_LEAST = 0.01;
export const ZOOM_MOST = 4;
export const NEAR = 0.45;        // from this zoom on, cards are elements
const READABLE = 0.55;          // from this zoom on the whole is shown
export const READING = 0.75;
const FOLLOWED_MOST = 200;      // cards; what is larger is seen from afar first
const MARGIN = {left: 24, right: 16, y: 16}; // the transport's ticks stand under layers placed so

/** @param {number} x @param {number} y @param {number} k @returns {Viewport} */
export const viewport = (x, y, k) => Object.freeze({x, y, k});

/**
 * The whole of a box in the middle of the screen, never above 100 %.
 * @param {Box} box @param {Size} size @param {{top: number, bottom: number}} [inset] px kept free
 */
export function fit(box, size, inset = {top: 0, bottom: 0}) {
  const h = size.h - inset.top - inset.bottom;
  const k = clampZoom(Math.min(1, (size.w - MARGIN.left - MARGIN.right) / (box.w || 1), (h - 2 * MARGIN.y) / (box.h || 1)));
  return viewport(Math.round((size.w + MARGIN.left - MARGIN.right - box.w * k) / 2 - box.x * k), Math.round(inset.top + (h - box.h * k) / 2 - box.y * k), k);
}

/**
 * The view that nobody has chosen: the whole, if it can be read; else, while there are not too many cards for that,
 * the node at work at a size that can be read, with as much around it as there is room for.
 * @param {Box} box of the whole @param {Box|null} focus of the node at work @param {number} cards how many there are
 * @param {Size} size @param {{top: number, bottom: number}} inset
 */
export function unchosen(box, focus, cards, size, inset) {
  const whole = fit(box, size, inset);
  if (whole.k >= READABLE || !focus || cards > FOLLOWED_MOST) return whole;
  const [w, h] = [size.w - MARGIN.left - MARGIN.right, size.h - inset.top - inset.bottom - 2 * MARGIN.y];
  return viewport(
    Math.round(along(box.x, box.w, focus.x + focus.w / 2, w, MARGIN.left)), Math.round(along(box.y, box.h, focus.y + focus.h / 2, h, inset.top + MARGIN.y)), READING);
}

/** Where the world's origin stands, in px, so that `focus` is in the middle of the room, unless that would show nothing beside the whole. @param {number} from @param {number} length @param {number} focus @param {number} room @param {number} before */
function along(from, length, focus, room, before) {
  if (length * READING <= room) return before + (room - length * READING) / 2 - from * READING;
  const start = Math.max(from, Math.min(from + length - room / READING, focus - room / READING / 2));
  return before - start * READING;
}

/** The room that a layout may fill at 100 %. @param {Size} size @param {{top: number, bottom: number}} inset */
export function roomOf(size, inset) {
  return {w: Math.max(1, size.w - MARGIN.left - MARGIN.right), h: Math.max(1, size.h - inset.top - inset.bottom - 2 * MARGIN.y)};
}

/** @param {Viewport} view @param {number} dx @param {number} dy */
export const panned = (view, dx, dy) => viewport(view.x + dx, view.y + dy, view.k);

/** Zooms so that the world's point under (x, y) stays there. @param {Viewport} view @param {number} x @param {number} y @param {number} factor */
export function zoomedAt(view, x, y, factor) {
  const k = clampZoom(view.k * factor);
  return viewport(x - ((x - view.x) * k) / view.k, y - ((y - view.y) * k) / view.k, k);
}

/** @param {Viewport} view @param {number} x @param {number} y @returns {[number, number]} */
export const toWorld = (view, x, y) => [(x - view.x) / view.k, (y - view.y) / view.k];

/** The part of the world on the screen. @param {Viewport} view @param {Size} size @returns {Box} */
export const seen = (view, size) => ({x: -view.x / view.k, y: -view.y / view.k, w: size.w / view.k, h: size.h / view.k});

/** @param {Viewport} view @param {Box} box @param {Size} size @param {number} [slack] px that may be cut off */
export function holds(view, box, size, slack = 1) {
  const [left, top] = [box.x * view.k + view.x, box.y * view.k + view.y];
  return left >= -slack && top >= -slack && left + box.w * view.k <= size.w + slack && top + box.h * view.k <= size.h + slack;
}

/** The least move that brings a box into view. @param {Viewport} view @param {Box} box @param {Size} size @param {number} [margin] */
export function reveal(view, box, size, margin = 24) {
  const shift = (/** @type {number} */ from, /** @type {number} */ length, /** @type {number} */ room) => {
    if (length > room - 2 * margin) return room / 2 - (from + length / 2);
    return Math.max(0, margin - from) + Math.min(0, room - margin - (from + length));
  };
  const dx = shift(box.x * view.k + view.x, box.w * view.k, size.w);
  const dy = shift(box.y * view.k + view.y, box.h * view.k, size.h);
  return dx || dy ? panned(view, dx, dy) : view;
}

/** @param {Viewport} a @param {Viewport} b @param {number} p 0…1 */
export const between = (a, b, p) => viewport(a.x + (b.x - a.x) * p, a.y + (b.y - a.y) * p, a.k + (b.k - a.k) * p);

/** @param {Box} a @param {Box} b */
export const overlap = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/** @param {number} k */
function clampZoom(k) {
  return Math.max(ZOOM_LEAST, Math.min(ZOOM_MOST, k));
}
