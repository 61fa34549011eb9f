/** The curve F = 0 with a point on it: tangent, normal, and the points where the slope breaks down. */
import {num} from '../../model/format.js';
import {svg} from '../../render/elements.js';
import {createPlane} from '../../ui/plane.js';

const WIDE = 320, HIGH = 306;   // px: the ground is square
const ARROW = 46;          // px

/** @param {{drag: (place: Record<string, number>) => unknown, key: (way: 1|-1) => unknown}} does */
export function createCurve({drag, key}) {
  const plane = createPlane({width: WIDE, height: HIGH, label: 'The curve'});
  const knob = svg('circle', {class: 'curve-point', r: 7, tabindex: 0, role: 'slider', 'aria-label': 'Point on the curve'});
  /** @type {any} */
  let shown = null;
  let busy = false;
  /** @type {Record<string, number>|null} */
  let wanted = null;

  /** One question at a time, the latest place next. @param {Record<string, number>} place */
  async function to(place) {
    wanted = place;
    if (busy) return;
    busy = true;
    while (wanted) {
      const next = wanted;
      wanted = null;
      await drag(next);
    }
    busy = false;
  }

  plane.root.addEventListener('pointerdown', (event) => {
    plane.root.setPointerCapture(event.pointerId);
    knob.focus({preventScroll: true});
    aim(event);
    event.preventDefault();
  });
  plane.root.addEventListener('pointermove', (event) => { if (plane.root.hasPointerCapture(event.pointerId)) aim(event); });
  knob.addEventListener('keydown', (event) => {
    const way = /** @type {Record<string, 1|-1|undefined>} */ ({ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1})[event.key];
    if (way === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    key(way);
  });

  /** @param {PointerEvent} event */
  function aim(event) {
    if (!shown) return;
    const {x, y} = plane.at(event);
    void to({[shown.independent]: x, [shown.dependent]: y});
  }

  return {
    root: plane.root,
    /** @param {any} reply of /implicit */
    show(reply) {
      shown = reply;
      const {independent, dependent, box, point, curve} = reply;
      plane.frame({x: box[independent], y: box[dependent], names: [independent, dependent]});
      for (const line of curve ?? []) svg('path', {class: 'curve-line', d: pathOf(line, plane)}, plane.ground);
      for (const [x, y] of reply.singular_points ?? []) svg('circle', {class: 'curve-singular', cx: plane.px(x), cy: plane.py(y), r: 5}, plane.ground);
      const at = {x: plane.px(point[independent]), y: plane.py(point[dependent])};
      for (const branch of reply.branches) direction('curve-tangent', at, branch, reply, true);
      if (reply.normal) direction('curve-normal', at, reply.normal, reply, false);
      knob.setAttribute('cx', String(at.x));
      knob.setAttribute('cy', String(at.y));
      knob.setAttribute('aria-valuenow', String(point[independent]));
      knob.setAttribute('aria-valuetext', said(reply));
      plane.ground.append(knob);
    },
  };

  /** A unit vector from the point, both ways where it is a line. @param {string} name @param {{x: number, y: number}} at @param {Record<string, number>} along @param {any} reply @param {boolean} both */
  function direction(name, at, along, {independent, dependent, point}, both) {
    const to = {x: plane.px(point[independent] + along[independent]) - at.x, y: plane.py(point[dependent] + along[dependent]) - at.y}, length = Math.hypot(to.x, to.y) || 1;
    const [dx, dy] = [(to.x / length) * ARROW, (to.y / length) * ARROW];
    svg('path', {class: name, d: both ? `M${at.x - 3 * dx} ${at.y - 3 * dy}L${at.x + 3 * dx} ${at.y + 3 * dy}` : `M${at.x} ${at.y}l${dx} ${dy}m${-0.2 * dx - 0.1 * dy} ${-0.2 * dy + 0.1 * dx}l${0.2 * dx + 0.1 * dy} ${0.2 * dy - 0.1 * dx}l${-0.2 * dx + 0.1 * dy} ${-0.2 * dy - 0.1 * dx}`}, plane.ground);
  }
}

/** @param {number[][]} line @param {import('../../ui/plane.js').Plane} plane */
const pathOf = (line, {px, py}) => line.map(([x, y], i) => `${i ? 'L' : 'M'}${px(x).toFixed(2)} ${py(y).toFixed(2)}`).join('');

/** @param {any} reply */
function said({independent, dependent, point, derivative}) {
  const slope = typeof derivative === 'number' ? `slope ${num(derivative)}` : derivative === 'vertical' ? 'vertical tangent' : 'singular point';
  return `${independent} ${num(point[independent])}, ${dependent} ${num(point[dependent])}, ${slope}`;
}
