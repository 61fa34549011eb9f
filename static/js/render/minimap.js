/** The minimap: the whole graph in 132 × 84, and what of it is on the screen. */
import {paintBlock} from './far.js';

/** @typedef {import('./scene.js').Scene} Scene @typedef {import('./viewport.js').Box} Box */

export const MINIMAP = Object.freeze({w: 132, h: 84});
const MARGIN = 20;

/** The scale and the shift from world to map. @param {Box} bounds */
export function mapOf(bounds) {
  const k = Math.min((MINIMAP.w - 8) / (bounds.w + 2 * MARGIN), (MINIMAP.h - 8) / (bounds.h + 2 * MARGIN));
  return {k, x: MINIMAP.w / 2 - (bounds.x + bounds.w / 2) * k, y: MINIMAP.h / 2 - (bounds.y + bounds.h / 2) * k};
}

/**
 * @param {CanvasRenderingContext2D} c @param {number} ratio device pixels per px
 * @param {import('./ink.js').Ink} ink @param {Scene} scene @param {import('../model/types.js').Frame} frame @param {Box} window what is on the screen
 */
export function paintMinimap(c, ratio, ink, scene, frame, window) {
  const {k, x, y} = mapOf(scene.bounds);
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.fillStyle = ink.paper;
  c.fillRect(0, 0, MINIMAP.w, MINIMAP.h);
  c.setTransform(ratio * k, 0, 0, ratio * k, ratio * x, ratio * y);
  for (const card of scene.cards) paintBlock(c, ink, card, frame);
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.strokeStyle = ink.ink;
  c.lineWidth = 1.5;
  const [left, top] = [Math.max(1, window.x * k + x), Math.max(1, window.y * k + y)];
  c.strokeRect(left, top, Math.min(MINIMAP.w - 1, (window.x + window.w) * k + x) - left, Math.min(MINIMAP.h - 1, (window.y + window.h) * k + y) - top);
}

/** Pressing or dragging on the map moves the view there. @param {HTMLCanvasElement} canvas @param {{bounds: () => Box|null, move: (x: number, y: number) => void}} host @returns {() => void} */
export function listenToMinimap(canvas, {bounds, move}) {
  const stop = new AbortController();
  const go = (/** @type {PointerEvent} */ event) => {
    const box = bounds();
    if (!box || !(event.buttons & 1)) return;
    const {k, x, y} = mapOf(box);
    move((event.offsetX - x) / k, (event.offsetY - y) / k);
  };
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    go(event);
  }, {signal: stop.signal});
  canvas.addEventListener('pointermove', go, {signal: stop.signal});
  return () => stop.abort();
}
