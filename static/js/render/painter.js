/** Paints a frame: wires below the cards, gates and columns above, the far view where cards would be too small. Pure in its arguments. */
import {leastCovering, placesAtCard, placesAtGate} from './columns.js';
import {farPicture, paintBlock} from './far.js';
import {paintColumn, product, sizeOf, total} from './paint_columns.js';
import {paintGate} from './paint_gates.js';
import {localText} from './gates.js';
import {stroke, trace} from './paint_marks.js';
import {grown} from './scene.js';
import {paintWire} from './paint_wires.js';
import {NEAR, overlap, seen} from './viewport.js';
import {pointAt} from './curve.js';

/** @typedef {import('./scene.js').Scene} Scene @typedef {import('./scene.js').Wire} Wire @typedef {import('./gates.js').Gate} Gate */
/** @typedef {import('./ink.js').Ink} Ink @typedef {import('./viewport.js').Viewport} Viewport @typedef {import('./viewport.js').Box} Box */
/** @typedef {import('../model/types.js').Frame} Frame @typedef {CanvasRenderingContext2D} Context */
/**
 * @typedef {object} Picture  everything that is seen
 * @property {Scene} scene @property {Frame} frame @property {Map<string, Gate>} gates @property {import('../model/scales.js').Window} window
 * @property {Viewport} view @property {{w: number, h: number}} size @property {number} ratio device pixels per px
 * @property {Ink} ink @property {{nodes: Set<string>, edges: Set<string>}|null} lit @property {string|null} chosen an edge hovered or pinned
 */

const CROWD = 500;         // cards in view from which the far view is one picture that is only moved
const PICTURE_MOST = 4096; // px
const COLUMN_ZOOM = 0.8;   // columns are never smaller than at this zoom
const COLUMN = {least: 78, pitch: 17};
const CLOSED = 21;         // px that a column is shorter before its result is set
const TERMS = {least: 104, pitch: 18};
const IDLE = {state: /** @type {const} */ ('idle'), stage: null, p: 1, head: 1, blocked: false, column: null};

/** @returns {{paint(below: Context, above: Context, picture: Picture): void}} */
export function createPainter() {
  /** @type {{scene: Scene, t: number, ink: Ink, scale: number, image: OffscreenCanvas}|null} */
  let far = null;

  /** @param {Context} c @param {Picture} picture */
  function paintFar(c, {scene, frame, ink, view, ratio}) {
    const most = PICTURE_MOST / Math.max(scene.bounds.w, scene.bounds.h, 1);
    const scale = Math.min(most, view.k * ratio);
    if (!far || far.scene !== scene || far.t !== frame.t || far.ink !== ink || (far.scale < scale * 0.6) || far.scale > scale * 2.5) {
      far = {scene, t: frame.t, ink, scale, image: farPicture(scene, ink, frame, scale)};
    }
    c.drawImage(far.image, scene.bounds.x, scene.bounds.y, scene.bounds.w, scene.bounds.h);
  }

  return {
    paint(below, above, picture) {
      const {scene, frame, view, size, ratio, ink, lit} = picture;
      const window = seen(view, size);
      for (const c of [below, above]) {
        c.setTransform(1, 0, 0, 1, 0, 0);
        c.clearRect(0, 0, c.canvas.width, c.canvas.height);
        c.setTransform(view.k * ratio, 0, 0, view.k * ratio, view.x * ratio, view.y * ratio);
        c.lineJoin = 'round'; // whatever was painted before: a context keeps what it was told
      }
      const cards = view.k < NEAR ? scene.cardsWithin(window) : [];
      if (cards.length > CROWD && !lit) {
        paintFar(below, picture);
        return;
      }
      const wires = scene.wiresWithin(window);
      paintWires(below, picture, wires);
      for (const card of cards) paintBlock(below, ink, card, frame, lit && !lit.nodes.has(card.id) ? ink.fadeCard : 1);
      if (view.k < NEAR) return;
      paintGates(above, picture, wires);
      paintColumns(above, picture, window);
    },
  };
}

/** @param {Context} c @param {Picture} picture @param {Wire[]} wires */
function paintWires(c, {frame, gates, window, ink, lit, view, size}, wires) {
  const brush = {c, ink, window, marked: view.k < NEAR ? null : grown(seen(view, size), 8)};
  for (const faded of lit ? [true, false] : [false]) {
    c.globalAlpha = faded ? ink.fadeWire : 1;
    for (const wire of wires) {
      if (lit && lit.edges.has(wire.id) === faded) continue;
      paintWire(brush, wire, frame.edges.get(wire.id) ?? IDLE, gates.get(wire.id)?.share ?? 0.5);
    }
  }
  c.globalAlpha = 1;
}

/** @param {Context} c @param {Picture} picture @param {Wire[]} wires */
function paintGates(c, {frame, gates, ink, lit, chosen}, wires) {
  for (const wire of wires) {
    const gate = gates.get(wire.id);
    if (!gate) continue;
    const state = frame.edges.get(wire.id) ?? IDLE;
    c.globalAlpha = lit && !lit.edges.has(wire.id) ? ink.fadeCard : 1;
    paintGate(c, ink, wire, gate, {
      chosen: chosen === wire.id,
      known: frame.nodes.get(wire.edge.target)?.value === 'shown',
      open: state.column !== null,
      passed: state.state === 'done' || state.state === 'blocked' || state.state === 'sum',
    });
  }
  c.globalAlpha = 1;
}

/** The columns that are open: factors at gates, terms under cards. @param {Context} c @param {Picture} picture @param {Box} window */
function paintColumns(c, picture, window) {
  const {scene, frame, gates, ink, view} = picture;
  const zoom = Math.max(1, COLUMN_ZOOM / view.k);
  const placed = /** @type {Box[]} */ ([]);
  const around = {scene, gates: others(frame, gates, window), placed, window};
  for (const [id, {column}] of frame.edges) {
    const wire = column && scene.wire.get(id);
    if (!column || !wire) continue;
    const gate = gates.get(id);
    const sum = product(column, localText(wire.edge).text);
    const {size, point} = measured(c, ink, sum, COLUMN, zoom);
    const box = leastCovering(placesAtGate(wire, gate, size, scene.direction), size, around);
    placed.push(box);
    const [x, y] = pointAt(wire.curve, gate?.share ?? 0.5);
    if (x < box.x || x > box.x + box.w || y < box.y || y > box.y + box.h) paintLeader(c, ink, box, x, y);
    const open = {...box, h: sum.shown > 2 ? box.h : box.h - CLOSED * zoom};
    paintScaled(c, open, zoom, (at) => paintColumn(c, ink, sum, at, point, COLUMN.pitch));
  }
  for (const [id, {callout}] of frame.nodes) {
    const card = callout && scene.card.get(id);
    if (!callout || !card) continue;
    const sum = total(callout);
    const {size, point} = measured(c, ink, sum, TERMS, zoom);
    const box = leastCovering(placesAtCard(card.box, size), size, around);
    placed.push(box);
    paintScaled(c, box, zoom, (at) => paintColumn(c, ink, sum, at, point, TERMS.pitch));
  }
}

/** Gates on the screen that no column stands for. @param {Frame} frame @param {Map<string, Gate>} gates @param {Box} window @returns {Gate[]} */
function others(frame, gates, window) {
  const found = [];
  for (const [id, gate] of gates) if (overlap(gate.box, window) && !frame.edges.get(id)?.column) found.push(gate);
  return found;
}

/** @param {Context} c @param {Ink} ink @param {import('./paint_columns.js').Sum} sum @param {{least: number, pitch: number}} form @param {number} zoom */
function measured(c, ink, sum, form, zoom) {
  const {w, h, point} = sizeOf(c, ink, sum, form);
  return {size: {w: w * zoom, h: h * zoom}, point};
}

/** @param {Context} c @param {Box} box @param {number} zoom @param {(at: Box) => void} paint */
function paintScaled(c, box, zoom, paint) {
  c.save();
  c.translate(box.x, box.y);
  c.scale(zoom, zoom);
  paint({x: 0, y: 0, w: box.w / zoom, h: box.h / zoom});
  c.restore();
}

/** @param {Context} c @param {Ink} ink @param {Box} box @param {number} x @param {number} y */
function paintLeader(c, ink, box, x, y) {
  const near = /** @type {[number, number]} */ ([Math.max(box.x, Math.min(box.x + box.w, x)), Math.max(box.y, Math.min(box.y + box.h, y))]);
  trace(c, [near, [x, y]]);
  stroke(c, ink.ink, 1);
}
