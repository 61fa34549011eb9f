/** The loss over a plane of weights as a map: its field, the way of the descent, the point that stands for the weights. */
import {num} from '../../../model/format.js';
import {svg} from '../../../render/elements.js';
import {createMap} from './map.js';

/** @typedef {import('../../../ui/field.js').Field} Field @typedef {{x: number, y: number}} Point */
/**
 * @typedef {object} Drawn
 * @property {Field} field
 * @property {readonly [string, string]} names
 * @property {readonly Point[]} path
 * @property {readonly {points: readonly Point[], mark: number, dash: readonly number[]}[]} race
 * @property {Point|null} at
 * @property {readonly [number, number]|null} slope  the gradient along the two directions, at the point
 * @property {string} said
 * @property {boolean} log
 */

const SIDE = 290, ARROW = 42, STEPS = 40;   // px, px, keys from end to end
const MARKS = ['M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z', 'M-4-4h8v8h-8z', 'M0-5l5 9h-10z', 'M-4-4l8 8M4-4l-8 8'];

/** The mark of a racer. @param {number} i */
export const markOf = (i) => MARKS[i % MARKS.length];

/** @param {(x: number, y: number) => void} moved */
export function createSurfaceMap(moved) {
  const map = createMap({width: SIDE + 56, height: SIDE + 42, label: 'The loss over the plane'}), {plane} = map;
  const knob = svg('circle', {class: 'map-knob', r: 7, tabindex: 0, role: 'slider', 'aria-label': 'Weights in the plane', 'aria-valuenow': 0});
  /** @type {Drawn|null} */
  let shown = null;
  /** @type {Field|null} */
  let painted = null;
  let paintedLog = false;

  plane.root.addEventListener('pointerdown', (event) => {
    plane.root.setPointerCapture(event.pointerId);
    knob.focus({preventScroll: true});
    aim(event);
    event.preventDefault();
  });
  plane.root.addEventListener('pointermove', (event) => { if (plane.root.hasPointerCapture(event.pointerId)) aim(event); });
  knob.addEventListener('keydown', (event) => {
    const by = /** @type {Record<string, [number, number]|undefined>} */ ({ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]})[event.key];
    if (!by || !shown?.at) return;
    event.preventDefault();
    event.stopPropagation();
    to(shown.at.x + (by[0] * (shown.field.x[1] - shown.field.x[0])) / STEPS, shown.at.y + (by[1] * (shown.field.y[1] - shown.field.y[0])) / STEPS);
  });

  /** @param {PointerEvent} event */
  function aim(event) {
    const {x, y} = plane.at(event);
    to(x, y);
  }

  /** @param {number} x @param {number} y */
  function to(x, y) {
    if (!shown) return;
    const inside = (/** @type {number} */ v, /** @type {readonly [number, number]} */ [lo, hi]) => Math.max(lo, Math.min(hi, v));
    moved(inside(x, shown.field.x), inside(y, shown.field.y));
  }

  return {
    root: map.root,
    /** @param {Drawn} drawn @param {boolean} [anew] where colours are others */
    show(drawn, anew = false) {
      shown = drawn;
      const {field, names, path, race, at, slope, said, log} = drawn;
      if (anew || field !== painted || log !== paintedLog) map.paint(field, {log});
      painted = field;
      paintedLog = log;
      plane.frame({x: field.x, y: field.y, names});
      const line = (/** @type {readonly Point[]} */ points) => points.map(({x, y}, i) => `${i ? 'L' : 'M'}${plane.px(x).toFixed(1)} ${plane.py(y).toFixed(1)}`).join('');
      if (path.length > 1) svg('path', {class: 'map-path', d: line(path)}, plane.ground);
      for (const {points, mark, dash} of race) {
        const end = points[points.length - 1];
        svg('path', {class: 'map-path', d: line(points), 'stroke-dasharray': dash.join(' ')}, plane.ground);
        svg('path', {class: 'map-mark', d: markOf(mark), transform: `translate(${plane.px(end.x)} ${plane.py(end.y)})`}, plane.ground);
      }
      if (!at) return;
      if (slope) arrow(at, slope);
      knob.setAttribute('cx', String(plane.px(at.x)));
      knob.setAttribute('cy', String(plane.py(at.y)));
      knob.setAttribute('aria-valuenow', String(at.x));
      knob.setAttribute('aria-valuetext', `${names[0]} ${num(at.x)}, ${names[1]} ${num(at.y)}${said}`);
      const hadFocus = document.activeElement === knob;
      plane.ground.append(knob);
      if (hadFocus) knob.focus({preventScroll: true});
    },
  };

  /** Downhill, as steep as it goes in this plane. @param {Point} at @param {readonly [number, number]} slope */
  function arrow(at, [gx, gy]) {
    const dx = plane.px(at.x - gx) - plane.px(at.x), dy = plane.py(at.y - gy) - plane.py(at.y), length = Math.hypot(dx, dy);
    if (!(length > 0) || !Number.isFinite(length)) return;
    const [x, y, ux, uy] = [plane.px(at.x), plane.py(at.y), (dx / length) * ARROW, (dy / length) * ARROW];
    svg('path', {class: 'map-arrow', d: `M${x} ${y}l${ux} ${uy}m${-0.25 * ux - 0.12 * uy} ${-0.25 * uy + 0.12 * ux}l${0.25 * ux + 0.12 * uy} ${0.25 * uy - 0.12 * ux}l${-0.25 * ux + 0.12 * uy} ${-0.25 * uy - 0.12 * ux}`}, plane.ground);
  }
}
