/** One step of a chain as a curve: the point where it stands, the tangent, and the secant of a change. */
import {num} from '../../model/format.js';
import {title} from '../../model/run.js';
import {real} from '../../model/tensor.js';
import {svg} from '../../render/elements.js';
import {createPlane} from '../../ui/plane.js';
import {mathName} from '../../ui/marks.js';
import {h} from '../../ui/dom.js';

/** @typedef {import('../../model/types.js').Run} Run */
const WIDE = 224, HIGH = 190;
const ROOM = 0.12;         // of the curve's height, above and below

/**
 * @param {{reply: any, run: Run, series: any, of: string, slope: number|null, put: ((value: number) => void)|null}} what
 *   `of`: the node along the axis; `slope`: of the secant, null: as Δ says; `put`: called while the point is dragged
 */
export function stepPlane({reply, run, series, of, slope, put}) {
  const along = reply.series.find((/** @type {any} */ each) => each.node === of), names = [of, series.node].map((id) => title(run.node(id)));
  const xs = along.values.map(real), ys = series.values.map(real), at = {x: real(along.value), y: real(series.value)};
  const direct = of === reply.variable_node, steep = real(series.inner[0] === of ? series.locals[0] : series.derivative);
  const tangent = direct ? real(series.derivative) : steep;
  const plane = createPlane({width: WIDE, height: HIGH, label: `${names[1]} over ${names[0]}`});
  const x = spanOf(xs, 0), y = spanOf(ys, ROOM);
  plane.frame({x, y, names: [names[0], names[1]]});
  svg('path', {class: 'curve-line', d: lineOf(xs, ys, new Set([...along.breaks, ...series.breaks]), plane)}, plane.ground);
  const line = (/** @type {string} */ name, /** @type {number} */ k) => Number.isFinite(k) && svg('path', {class: name, d: `M${plane.px(x[0])} ${plane.py(at.y + k * (x[0] - at.x))}L${plane.px(x[1])} ${plane.py(at.y + k * (x[1] - at.x))}`}, plane.ground);
  line('curve-tangent', tangent);
  const change = changeOf(reply, of, series.node), secant = slope ?? (change ? change.dy / change.dx : null);
  if (secant !== null) line('curve-secant', secant);
  if (change && slope === null) triangle(plane, at, change);
  svg('circle', {class: 'curve-point', cx: plane.px(at.x), cy: plane.py(at.y), r: 5}, plane.ground);
  if (put) drag(plane, put);
  const ratio = change ? ` · Δ: ${num(change.dy / change.dx)}` : '';
  return h('figure', {class: 'step'}, h('figcaption', {}, 'd', mathName(names[1]), '/d', mathName(names[0]), ` = ${num(tangent)}${slope === null ? ratio : ` · secant: ${num(slope)}`}`), plane.root);
}

/** @param {import('../../ui/plane.js').Plane} plane @param {(value: number) => void} put */
function drag(plane, put) {
  plane.root.classList.add('step-drag');
  plane.root.addEventListener('pointerdown', (event) => {
    plane.root.parentElement?.parentElement?.setPointerCapture(event.pointerId);
    put(plane.at(event).x);
    event.preventDefault();
    // The picture is drawn anew with every answer: the drag goes on by its place on this one.
    const move = (/** @type {PointerEvent} */ next) => put(plane.at(next).x), stop = new AbortController();
    addEventListener('pointermove', move, {signal: stop.signal});
    for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => stop.abort(), {signal: stop.signal});
  });
}

/** How far two nodes move with the variable's Δ. @param {any} reply @param {string} of @param {string} node */
function changeOf({delta}, of, node) {
  const by = (/** @type {string} */ id) => delta?.changes.find((/** @type {any} */ each) => each.node === id);
  const [from, to] = [by(of), by(node)];
  if (!from || !to) return null;
  const [dx, dy] = [real(from.change), real(to.change)];
  return dx !== 0 && Number.isFinite(dy / dx) ? {dx, dy} : null;
}

/** Δ along, then Δ up. @param {import('../../ui/plane.js').Plane} plane @param {{x: number, y: number}} at @param {{dx: number, dy: number}} change */
function triangle({px, py, ground}, at, {dx, dy}) {
  svg('path', {class: 'curve-change', d: `M${px(at.x)} ${py(at.y)}H${px(at.x + dx)}V${py(at.y + dy)}`}, ground);
}

/** The finite numbers' ends, with room. @param {number[]} all @param {number} room @returns {[number, number]} */
function spanOf(all, room) {
  const finite = all.filter(Number.isFinite), lo = Math.min(...finite), hi = Math.max(...finite), pad = (hi - lo) * room || (hi === lo ? 1 : 0);
  return finite.length ? [lo - pad, hi + pad] : [-1, 1];
}

/** A path with gaps where it breaks or is not finite. @param {number[]} xs @param {number[]} ys @param {Set<number>} breaks @param {import('../../ui/plane.js').Plane} plane */
function lineOf(xs, ys, breaks, {px, py}) {
  let drawing = false, text = '';
  for (let i = 0; i < xs.length; i += 1) {
    if (!Number.isFinite(xs[i]) || !Number.isFinite(ys[i])) drawing = false;
    else {
      text += `${drawing ? 'L' : 'M'}${px(xs[i]).toFixed(2)} ${py(ys[i]).toFixed(2)}`;
      drawing = !breaks.has(i);
    }
  }
  return text;
}
