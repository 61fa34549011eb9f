/** The small marks that repeat everywhere: ▲ ▽ ○, chevrons, heads, beads. Rule 2: filled is positive, hollow is negative. */
import {hue} from './ink.js';

/** @typedef {import('./ink.js').Ink} Ink @typedef {import('./curve.js').Pair} Pair @typedef {CanvasRenderingContext2D} Context */

/** @param {Context} c @param {Pair[]} points */
export function trace(c, points) {
  c.beginPath();
  points.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
}

/** ▲ positive, ▽ negative, ○ exactly zero; what is no number has no sign. @param {Context} c @param {Ink} ink @param {number} g @param {number} x @param {number} y @param {number} [r] */
export function paintSign(c, ink, g, x, y, r = 4) {
  c.beginPath();
  if (g === 0) {
    c.arc(x, y, r - 0.8, 0, 2 * Math.PI);
    stroke(c, ink.ink2, 1.25);
  } else if (g > 0) {
    polygon(c, [[x - r, y + r * 0.82], [x + r, y + r * 0.82], [x, y - r * 0.95]]);
    c.fillStyle = ink.pos;
    c.fill();
  } else if (g < 0) {
    polygon(c, [[x - r, y - r * 0.82], [x + r, y - r * 0.82], [x, y + r * 0.95]]);
    c.lineJoin = 'round';
    stroke(c, ink.neg, 1.5);
  }
}

/** × @param {Context} c @param {number} x @param {number} y @param {number} r */
export function cross(c, x, y, r) {
  c.moveTo(x - r, y - r);
  c.lineTo(x + r, y + r);
  c.moveTo(x + r, y - r);
  c.lineTo(x - r, y + r);
}

/** + @param {Context} c @param {number} x @param {number} y @param {number} r */
export function plus(c, x, y, r) {
  c.moveTo(x - r, y);
  c.lineTo(x + r, y);
  c.moveTo(x, y - r);
  c.lineTo(x, y + r);
}

/** @param {Context} c @param {Pair[]} corners */
function polygon(c, corners) {
  trace(c, corners);
  c.closePath();
}

/** @param {Context} c @param {string} colour @param {number} width */
export function stroke(c, colour, width) {
  c.strokeStyle = colour;
  c.lineWidth = width;
  c.stroke();
}

/** Points along the wire against the forward direction; adds to the path that is being traced. @param {Context} c @param {Pair} at @param {number} angle @param {number} half */
export function traceChevron(c, [x, y], angle, half) {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [open, tip] = [half * 0.8, half * 0.3];
  c.moveTo(x + open * cos + half * sin, y + open * sin - half * cos);
  c.lineTo(x - tip * cos, y - tip * sin);
  c.lineTo(x + open * cos - half * sin, y + open * sin + half * cos);
}

/** Arrowhead of a gradient at the card that it reaches. @param {Context} c @param {Ink} ink @param {Pair} tip @param {number} angle @param {number} g @param {number} width */
export function paintHead(c, ink, [x, y], angle, g, width) {
  const r = Math.max(5, width / 2 + 3);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const corner = (/** @type {number} */ side) => /** @type {Pair} */ ([x + r * 1.25 * cos - side * sin, y + r * 1.25 * sin + side * cos]);
  polygon(c, [[x, y], corner(-r), corner(r)]);
  c.lineJoin = 'round';
  c.fillStyle = g > 0 ? ink.pos : ink.paper;
  c.fill();
  stroke(c, hue(ink, g), 1.5);
}

/** Open arrow of the forward pass at the user. @param {Context} c @param {Pair} tip @param {number} angle @param {string} colour @param {number} width */
export function paintOpenArrow(c, [x, y], angle, colour, width) {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  trace(c, [[x - 6 * cos + 3.6 * sin, y - 6 * sin - 3.6 * cos], [x, y], [x - 6 * cos - 3.6 * sin, y - 6 * sin + 3.6 * cos]]);
  stroke(c, colour, width);
}

/** The bead at a gradient's head. @param {Context} c @param {Ink} ink @param {Pair} at @param {number} g @param {number} radius */
export function paintBead(c, ink, [x, y], g, radius) {
  c.beginPath();
  c.arc(x, y, radius, 0, 2 * Math.PI);
  c.fillStyle = g > 0 ? ink.pos : ink.paper;
  c.fill();
  stroke(c, g > 0 ? ink.paper : g < 0 ? ink.neg : ink.ink2, 2);
}
