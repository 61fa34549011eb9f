/** The far view: cards as blocks, upper half grey, lower half the gradient; for large graphs one picture that is only moved while panning. */
import {strongest} from '../model/tensor.js';
import {hue} from './ink.js';

/** @typedef {import('./scene.js').Scene} Scene @typedef {import('./scene.js').Card} Card @typedef {import('./ink.js').Ink} Ink */
/** @typedef {import('../model/types.js').Frame} Frame @typedef {CanvasRenderingContext2D|OffscreenCanvasRenderingContext2D} Context */

/** @param {Context} c @param {Ink} ink @param {Card} card @param {Frame} frame @param {number} [alpha] */
export function paintBlock(c, ink, {id, box}, frame, alpha = 1) {
  const state = frame.nodes.get(id);
  const half = box.h * 0.52;
  c.globalAlpha = 0.45 * alpha;
  c.fillStyle = ink.line;
  c.fillRect(box.x, box.y, box.w, half);
  const g = state && state.grad !== null ? strongest(state.grad) : null;
  const lower = [box.x, box.y + box.h * 0.56, box.w, box.h * 0.44];
  if (g === null || g === 0) {
    c.globalAlpha = 0.25 * alpha;
    c.fillRect(lower[0], lower[1], lower[2], lower[3]);
  } else {
    c.globalAlpha = alpha;
    c.fillStyle = Number.isNaN(g) ? ink.ink : hue(ink, g);
    c.fillRect(lower[0], lower[1], lower[2], lower[3]);
    if (g < 0) {
      c.fillStyle = ink.paper;
      c.fillRect(box.x + box.w * 0.1, lower[1] + box.h * 0.1, box.w * 0.8, box.h * 0.24);
    }
  }
  c.globalAlpha = 1;
}

/**
 * The whole graph as one picture.
 * @param {Scene} scene @param {Ink} ink @param {Frame} frame @param {number} scale px per px of the world
 * @returns {OffscreenCanvas}
 */
export function farPicture(scene, ink, frame, scale) {
  const {bounds} = scene;
  const picture = new OffscreenCanvas(Math.max(1, Math.ceil(bounds.w * scale)), Math.max(1, Math.ceil(bounds.h * scale)));
  const c = /** @type {OffscreenCanvasRenderingContext2D} */ (picture.getContext('2d'));
  c.setTransform(scale, 0, 0, scale, -bounds.x * scale, -bounds.y * scale);
  const groups = new Map([[ink.line, new Path2D()], [ink.pos, new Path2D()], [ink.neg, new Path2D()]]);
  for (const {id, edge, curve} of scene.wires) {
    const state = frame.edges.get(id)?.state;
    const g = state === 'done' || state === 'sum' ? strongest(edge.contribution) : 0;
    const path = /** @type {Path2D} */ (groups.get(g > 0 ? ink.pos : g < 0 ? ink.neg : ink.line));
    const step = Math.max(1, Math.floor(curve.points.length / 6));
    path.moveTo(curve.points[0][0], curve.points[0][1]);
    for (let i = step; i < curve.points.length; i += step) path.lineTo(curve.points[i][0], curve.points[i][1]);
    path.lineTo(...curve.points[curve.points.length - 1]);
  }
  c.globalAlpha = 0.6;
  for (const [colour, path] of groups) {
    c.strokeStyle = colour;
    c.lineWidth = Math.max(1.25, 0.7 / scale);
    c.stroke(path);
  }
  for (const card of scene.cards) paintBlock(c, ink, card, frame);
  return picture;
}
