/** Wires: idle hairlines, the forward pass in ink, the gradient as a band that changes at the gate. */
import {isBundle} from '../model/run.js';
import {wireWidth} from '../model/scales.js';
import {extent} from '../model/tensor.js';
import {angleAt, beside, pointAt, slice} from './curve.js';
import {hue} from './ink.js';
import {paintBead, paintHead, paintOpenArrow, stroke, trace, traceChevron} from './paint_marks.js';

/** @typedef {import('./ink.js').Ink} Ink @typedef {import('./scene.js').Wire} Wire @typedef {import('./curve.js').Curve} Curve */
/** @typedef {import('../model/types.js').EdgeFrame} EdgeFrame @typedef {import('../model/scales.js').Window} Window */
/** @typedef {CanvasRenderingContext2D} Context */
/** @typedef {{c: Context, ink: Ink, window: Window, marked: Box|null}} Brush `marked`: where wires have chevrons; null where they would be too small */
/** @typedef {import('./viewport.js').Box} Box */
/** @typedef {{before: Curve, after: Curve, up: number|null, out: number|null}} Strand  what arrives at the gate and what leaves it, each on its way; null: nothing on this strand */

const IDLE = 1.25;
const DASHED_BELOW = 3.2;
const THIN_BELOW = 4.6;
const STRAND = 4.5;        // px of each strand from the wire's middle
const BAR = 17;            // px of a shut gate's bar on either side

/**
 * @param {Brush} brush
 * @param {Wire} wire
 * @param {EdgeFrame} state
 * @param {number} gate share of the wire at which the width changes
 */
export function paintWire(brush, wire, state, gate) {
  const {c, ink} = brush;
  if (state.state === 'idle' || state.state === 'forward') {
    paintIdle(c, ink, wire.curve);
    if (state.state === 'forward' && state.p > 0) paintForward(c, ink, wire.curve, state.p);
    return;
  }
  const head = state.state === 'done' ? 0 : shareOf(state.head, gate);
  if (head > 0 && !state.blocked) paintIdle(c, ink, wire.curve, head);
  if (state.blocked && state.state === 'multiply' && head > gate) paintIdle(c, ink, wire.curve, gate);
  for (const strand of strandsOf(wire)) paintStrand(brush, strand, state, gate, head);
}

/** The model's bead is at 0.5 at the gate; the gate may stand elsewhere. @param {number} head @param {number} gate */
function shareOf(head, gate) {
  return head >= 0.5 ? gate + (head - 0.5) * 2 * (1 - gate) : head * 2 * gate;
}

/** One strand for a scalar; largest positive and most negative for an array, side by side where there are both. @param {Wire} wire @returns {Strand[]} */
function strandsOf({edge, curve, strands}) {
  const arrives = isBundle(edge) ? edge.contribution : edge.upstream; // a bundle has no one gradient that it starts with
  if (!strands) return [{before: curve, after: curve, up: /** @type {number} */ (arrives), out: /** @type {number} */ (edge.contribution)}];
  const [up, out] = [arrives, edge.contribution].map(signsOf);
  const way = (/** @type {{positive: number|null, negative: number|null}} */ g, /** @type {number} */ side) => (g.positive && g.negative ? beside(curve, side * STRAND) : curve);
  return [
    {before: way(up, -1), after: way(out, -1), up: up.positive, out: out.positive},
    {before: way(up, 1), after: way(out, 1), up: up.negative, out: out.negative},
  ];
}

/** The two extremes; what is zero or broken throughout stands on the first strand. @param {import('../model/types.js').Tensor|null} tensor */
function signsOf(tensor) {
  const {positive, negative, norm} = extent(tensor);
  if (Number.isNaN(norm)) return {positive: NaN, negative: null};
  return {positive: positive || (negative ? null : 0), negative: negative || null};
}

/** @param {Brush} brush @param {Strand} strand @param {EdgeFrame} state @param {number} gate @param {number} head */
function paintStrand(brush, strand, state, gate, head) {
  const {c, ink, window} = brush;
  const {before, after, up, out} = strand;
  if (up !== null) paintBand(brush, before, Math.max(head, gate), 1, up);
  if (state.blocked) {
    if (state.state === 'blocked' || head <= gate) paintShut(brush, strand, gate);
    if (state.state === 'blocked' && state.p === 1) return;
  } else if (head < gate && out !== null) {
    paintBand(brush, after, head, gate, out);
  }
  if (state.state === 'done') {
    if (out) paintHead(c, ink, pointAt(after, 0), angleAt(after, 0), out, wireWidth(out, window));
    return;
  }
  paintTravelling(brush, strand, state, gate, head);
}

/** @param {Brush} brush @param {Strand} strand @param {EdgeFrame} state @param {number} gate @param {number} head */
function paintTravelling({c, ink, window}, {before, after, up, out}, state, gate, head) {
  const turned = head < gate || (state.stage === 'gate' && state.column?.shownRows === 3);
  const g = turned ? out : up;
  if (state.stage === 'show' || g === null || Number.isNaN(g) || (!up && !out)) return;
  const [wide, narrow] = [wireWidth(up, window) / 2 + 4, wireWidth(out, window) / 2 + 4];
  const share = up === null ? 1 : out === null ? 0 : state.stage === 'gate' ? state.p : turned ? 1 : 0;
  const shrink = state.state === 'blocked' ? state.p : 0;
  const radius = (wide + (narrow - wide) * share) * (1 - shrink) + 3.2 * shrink;
  const sign = state.state !== 'blocked' ? g : shrink < 0.6 ? up ?? 0 : 0;
  paintBead(c, ink, pointAt(turned ? after : before, head), sign, radius);
}

/** @param {Context} c @param {Ink} ink @param {Curve} curve @param {number} [until] */
function paintIdle(c, ink, curve, until = 1) {
  trace(c, until < 1 ? slice(curve, 0, until) : curve.points);
  stroke(c, ink.line, IDLE);
  if (until === 1) paintOpenArrow(c, pointAt(curve, 1), angleAt(curve, 1), ink.line, IDLE);
}

/** @param {Context} c @param {Ink} ink @param {Curve} curve @param {number} p */
function paintForward(c, ink, curve, p) {
  trace(c, slice(curve, 0, p));
  stroke(c, ink.ink, 2);
  paintOpenArrow(c, pointAt(curve, p), angleAt(curve, p), ink.ink, 2);
}

/**
 * A gradient on part of a wire: filled when positive, two rails when negative, dashes when too thin for rails, dots when zero.
 * @param {Brush} brush @param {Curve} curve @param {number} from @param {number} to @param {number} g
 */
function paintBand({c, ink, window, marked}, curve, from, to, g) {
  if (to - from < 1e-4) return;
  const width = wireWidth(g, window);
  trace(c, slice(curve, from, to));
  if (g === 0) {
    dashes(c, [1.5, 5], ink.line, 1.5, 'round');
  } else if (Number.isNaN(g)) {
    dashes(c, [6, 4], ink.ink, 2, 'butt');
  } else if (g > 0) {
    stroke(c, ink.pos, width);
  } else if (width < DASHED_BELOW) {
    dashes(c, [5, 3], ink.neg, width, 'butt');
  } else {
    stroke(c, ink.neg, width);
    stroke(c, ink.paper, width - Math.min(3, width * 0.62));
  }
  if (width && marked) paintChevrons({c, ink, marked}, curve, from, to, g, width);
}

/** Chevrons keep their places on the wire while the band grows. @param {{c: Context, ink: Ink, marked: Box}} brush @param {Curve} curve @param {number} from @param {number} to @param {number} g @param {number} width */
function paintChevrons({c, ink, marked}, curve, from, to, g, width) {
  const thin = width < THIN_BELOW;
  const pitch = thin ? 42 : 18;
  const half = thin ? 3.8 : width / 2 - 1.1;
  const colour = thin || g < 0 ? hue(ink, g) : ink.paper;
  const [start, end] = [curve.length * from + half, curve.length * to - half];
  c.beginPath();
  for (const [at, place, angle] of placesAlong(curve, pitch)) {
    if (at >= start && at < end && isIn(marked, place)) traceChevron(c, place, angle, half);
  }
  stroke(c, colour, thin ? 1.6 : 1.3);
}

/** @param {Box} box @param {import('./curve.js').Pair} place */
const isIn = ({x, y, w, h}, [px, py]) => px >= x && py >= y && px <= x + w && py <= y + h;

/** @typedef {[at: number, place: import('./curve.js').Pair, angle: number]} Milestone */

/** @type {WeakMap<Curve, Map<number, Milestone[]>>} */
const milestones = new WeakMap();

/** Where marks stand on a curve, one every `pitch` px; found once per curve. @param {Curve} curve @param {number} pitch @returns {Milestone[]} */
function placesAlong(curve, pitch) {
  let known = milestones.get(curve);
  if (!known) milestones.set(curve, known = new Map());
  let places = known.get(pitch);
  if (!places) {
    known.set(pitch, places = []);
    for (let at = Math.max(pitch / 2, 12); at < curve.length; at += pitch) places.push([at, pointAt(curve, at / curve.length), angleAt(curve, at / curve.length)]);
  }
  return places;
}

/** Nothing passes: a bar across the wire, dots beyond. @param {Brush} brush @param {Strand} strand @param {number} gate */
function paintShut({c, ink}, {after, before, up}, gate) {
  trace(c, slice(after, 0, gate));
  dashes(c, [1.5, 5], ink.line, 1.5, 'round');
  if (!up) return;
  const [x, y] = pointAt(before, gate);
  const angle = angleAt(before, gate) + Math.PI / 2;
  trace(c, [[x - BAR * Math.cos(angle), y - BAR * Math.sin(angle)], [x + BAR * Math.cos(angle), y + BAR * Math.sin(angle)]]);
  stroke(c, ink.ink, 3);
}

/** @param {Context} c @param {number[]} pattern @param {string} colour @param {number} width @param {CanvasLineCap} cap */
function dashes(c, pattern, colour, width, cap) {
  c.setLineDash(pattern);
  c.lineCap = cap;
  stroke(c, colour, width);
  c.setLineDash([]);
  c.lineCap = 'butt';
}
