/** The loss over a plane of weights as a surface in ink, turned by pointer and arrow keys. */
import {FIRST_VIEW, farFirst, projector, turned} from '../../../model/orthographic.js';
import {extentOf, mixed} from '../../../ui/field.js';
import {h, setAttribute} from '../../../ui/dom.js';

/** @typedef {import('../../../ui/field.js').Field} Field @typedef {{x: number, y: number, loss: number|null}} Lifted */
/** @typedef {{field: Field, names: readonly [string, string], path: readonly Lifted[], race: readonly {points: readonly Lifted[], dash: readonly number[]}[], at: Lifted|null, log: boolean}} Scene */

const WIDE = 320, HIGH = 320, SIZE = 205, TALL = 0.6;   // px, px, px of the box's side, its height as a share
const SHADES = 64;
const KEYS = /** @type {Record<string, {turn?: number, tilt?: number}>} */ ({ArrowLeft: {turn: -10}, ArrowRight: {turn: 10}, ArrowUp: {tilt: 5}, ArrowDown: {tilt: -5}});

export function createSurface3d() {
  const root = h('canvas', {class: 'surface-3d', width: 2 * WIDE, height: 2 * HIGH, tabindex: 0, role: 'slider', 'aria-label': 'Turn of the surface', 'aria-valuemin': 0, 'aria-valuemax': 360, 'aria-valuenow': 0});
  root.style.width = `${WIDE}px`;
  /** @type {import('../../../model/orthographic.js').View} */
  let view = FIRST_VIEW;
  /** @type {Scene|null} */
  let scene = null;
  /** @type {{x: number, y: number}|null} */
  let held = null;

  root.addEventListener('keydown', (event) => {
    const by = KEYS[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    turn(by);
  });
  root.addEventListener('pointerdown', (event) => {
    root.setPointerCapture(event.pointerId);
    held = {x: event.clientX, y: event.clientY};
  });
  root.addEventListener('pointermove', (event) => {
    if (!held || !root.hasPointerCapture(event.pointerId)) return;
    turn({turn: (held.x - event.clientX) / -2, tilt: (event.clientY - held.y) / 3});
    held = {x: event.clientX, y: event.clientY};
  });

  /** @param {{turn?: number, tilt?: number}} by */
  function turn(by) {
    view = turned(view, by);
    draw();
  }

  function draw() {
    setAttribute(root, 'aria-valuenow', Math.round(view.turn));
    setAttribute(root, 'aria-valuetext', `turned by ${Math.round(view.turn)} degrees, seen from ${Math.round(view.tilt)} degrees above`);
    const c = root.getContext('2d'), extent = scene && extentOf(scene.field);
    if (!c || !scene || !extent) return;
    const style = getComputedStyle(root), ink = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    c.setTransform(2, 0, 0, 2, 0, 0);
    c.clearRect(0, 0, WIDE, HIGH);
    const place = placer(view, scene, extent);
    cells(c, scene, view, place, {card: ink('--card'), line: ink('--line'), edge: ink('--ink-3')});
    c.strokeStyle = c.fillStyle = ink('--ink');
    for (const {points, dash} of [...scene.race, {points: scene.path, dash: []}]) stroke(c, points.map((point) => place(point.x, point.y, point.loss)), dash);
    if (scene.at) dot(c, place(scene.at.x, scene.at.y, scene.at.loss), ink('--paper'));
    names(c, scene, place, extent, ink('--font-ui'), ink('--ink-2'));
  }

  return {
    root,
    /** @param {Scene} next */
    show(next) {
      scene = next;
      draw();
    },
  };
}

/** From the plane and a loss to the canvas. @param {import('../../../model/orthographic.js').View} view @param {Scene} scene @param {[number, number]} extent */
function placer(view, {field: {x: xs, y: ys}, log}, [lo, hi]) {
  const see = projector(view), scale = (/** @type {number} */ v) => (log ? Math.log(Math.max(v, Number.MIN_VALUE)) : v), bottom = scale(lo), top = scale(hi);
  return (/** @type {number} */ x, /** @type {number} */ y, /** @type {number|null} */ loss) => {
    const share = loss === null || !Number.isFinite(loss) ? 1 : top > bottom ? (scale(loss) - bottom) / (top - bottom) : 0.5;
    const high = Math.max(0, Math.min(1.05, share));
    const at = see((x - xs[0]) / (xs[1] - xs[0]) - 0.5, (y - ys[0]) / (ys[1] - ys[0]) - 0.5, TALL * (high - 0.5));
    return {x: WIDE / 2 + SIZE * at.x, y: HIGH / 2 + SIZE * at.y, high};
  };
}

/** @param {CanvasRenderingContext2D} c @param {Scene} scene @param {import('../../../model/orthographic.js').View} view @param {ReturnType<typeof placer>} place @param {{card: string, line: string, edge: string}} ink */
function cells(c, {field: {x, y, values}}, view, place, {card, line, edge}) {
  const rows = values.length, columns = values[0].length;
  const corner = values.map((row, r) => row.map((v, k) => place(x[0] + ((x[1] - x[0]) * k) / (columns - 1), y[0] + ((y[1] - y[0]) * r) / (rows - 1), v)));
  const shades = Array.from({length: SHADES + 1}, (_, i) => mixed(card, line, i / SHADES));
  c.lineWidth = 0.5;
  c.lineJoin = 'round';
  for (const [r, k] of farFirst(view, rows, columns)) {
    const around = [[r, k], [r, k + 1], [r + 1, k + 1], [r + 1, k]];
    if (around.some(([i, j]) => values[i][j] === null || !Number.isFinite(values[i][j]))) continue;
    const at = around.map(([i, j]) => corner[i][j]), share = at.reduce((sum, {high}) => sum + high, 0) / 4;
    c.beginPath();
    at.forEach((p, i) => (i ? c.lineTo(p.x, p.y) : c.moveTo(p.x, p.y)));
    c.closePath();
    c.fillStyle = shades[Math.round(SHADES * Math.min(1, share))];
    c.fill();
    c.strokeStyle = edge;
    c.stroke();
  }
}

/** @param {CanvasRenderingContext2D} c @param {readonly {x: number, y: number}[]} points @param {readonly number[]} dash */
function stroke(c, points, dash) {
  if (points.length < 2) return;
  c.lineWidth = 2;
  c.setLineDash([...dash]);
  c.beginPath();
  points.forEach((p, i) => (i ? c.lineTo(p.x, p.y) : c.moveTo(p.x, p.y)));
  c.stroke();
  c.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} c @param {{x: number, y: number}} at @param {string} paper */
function dot(c, {x, y}, paper) {
  c.beginPath();
  c.arc(x, y, 5.5, 0, 2 * Math.PI);
  c.fill();
  c.strokeStyle = paper;
  c.lineWidth = 2;
  c.stroke();
}

/** The axes by name, at the middle of the rim that they go along. @param {CanvasRenderingContext2D} c @param {Scene} scene @param {ReturnType<typeof placer>} place @param {[number, number]} extent @param {string} font @param {string} ink */
function names(c, {field: {x, y}, names: [first, second]}, place, [lo], font, ink) {
  const middle = (/** @type {readonly [number, number]} */ [a, b]) => (a + b) / 2;
  c.fillStyle = ink;
  c.font = `12.5px ${font}`;
  c.textAlign = 'center';
  for (const [text, at] of /** @type {const} */ ([[first, place(middle(x), y[0] - 0.12 * (y[1] - y[0]), lo)], [second, place(x[1] + 0.12 * (x[1] - x[0]), middle(y), lo)]])) c.fillText(text, at.x, at.y + 4);
}
