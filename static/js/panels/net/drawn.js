/** Points drawn on the plane: a click or Space places one of the chosen class, arrow keys move the cursor, Delete takes the nearest away. */
import {num} from '../../model/format.js';
import {svg} from '../../render/elements.js';
import {createPlane} from '../../ui/plane.js';
import {h, setAttribute, setText} from '../../ui/dom.js';
import {isDrawable} from './data.js';

/** @typedef {import('./draft.js').Draft} Draft @typedef {import('./fields.js').Part} Part */
/** @typedef {{x: number, y: number, c: number}} Point */

export const CLASSES = 4;
const SIDE = 232, END = 1.5, STEP = 0.1, SPACING_PX = 9, DECIMALS = 3;
/** Classes differ by shape: disc, ring, square, cross. */
const SHAPES = ['M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z', 'M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z', 'M-3.5-3.5h7v7h-7z', 'M-3.5-3.5l7 7M-3.5 3.5l7-7'];

/** A class's mark, filled where `filled`. @param {number} c @param {Element} [parent] */
export const classMark = (c, parent) => svg('path', {class: 'net-point', d: SHAPES[c], 'data-class': c}, parent);

/** @param {Draft} draft @param {import('./data.js').Give} give @returns {Part} */
export function drawnPart(draft, give) {
  const plane = createPlane({width: SIDE, height: SIDE, label: 'Draw points'});
  const cursor = svg('path', {class: 'net-cursor', d: 'M-8 0H8M0-8V8'});
  const said = h('p', {class: 'net-hint', role: 'status'});
  let chosen = 0, at = {x: 0, y: 0};
  /** @type {any} */
  let given = null;
  /** @type {Point[]} */
  let points = [];
  let stroke = 0;

  const classes = h('div', {class: 'net-row', role: 'radiogroup', 'aria-label': 'Class to draw'}, ...Array.from({length: CLASSES}, (_, c) => {
    const mark = svg('svg', {viewBox: '-6 -6 12 12', width: 14, height: 14, 'aria-hidden': 'true'});
    classMark(c, mark);
    return h('label', {class: 'net-class'}, h('input', {type: 'radio', name: 'net-class', checked: c === 0, onchange: () => { chosen = c; }}), mark, String(c));
  }));
  const clear = h('button', {type: 'button', class: 'tool', onclick: () => { points = []; paint(); }}, 'Clear');
  const root = h('div', {class: 'net-own'}, classes, plane.root, h('div', {class: 'net-row'}, clear), said);
  plane.root.tabIndex = 0;
  setAttribute(plane.root, 'role', 'application');
  setAttribute(plane.root, 'aria-roledescription', 'drawing plane');

  /** @param {string} key */
  function changed(key) {
    paint();
    if (points.length < 2 || new Set(points.map(({c}) => c)).size < 2) return;
    given = points.map(({x, y}) => [x, y]);
    give(given, points.map(({c}) => c), true, key);
  }

  /** @param {{x: number, y: number}} place @param {string} key */
  function put({x, y}, key) {
    if (Math.abs(x) > END || Math.abs(y) > END) return;
    points = [...points, {x: Number(x.toFixed(DECIMALS)), y: Number(y.toFixed(DECIMALS)), c: chosen}];
    changed(key);
  }

  function paint() {
    plane.frame({x: [-END, END], y: [-END, END], names: ['x₁', 'x₂']});
    for (const {x, y, c} of points) setAttribute(classMark(c, plane.ground), 'transform', `translate(${plane.px(x)} ${plane.py(y)})`);
    setAttribute(cursor, 'transform', `translate(${plane.px(at.x)} ${plane.py(at.y)})`);
    plane.ground.append(cursor);
    const few = new Set(points.map(({c}) => c)).size < 2 ? ' Points of two classes make a net’s data; until then the last net stays.' : '';
    setText(said, `${points.length} points. Cursor ${num(at.x)}, ${num(at.y)}: arrows move it, Space places, Delete takes away.${few}`);
  }

  plane.root.addEventListener('pointerdown', (event) => {
    plane.root.setPointerCapture(event.pointerId);
    stroke += 1;
    at = plane.at(event);
    put(at, `held:draw:${stroke}`);
    event.preventDefault();
    /** @type {HTMLElement} */ (/** @type {unknown} */ (plane.root)).focus({preventScroll: true});
  });
  plane.root.addEventListener('pointermove', (event) => {
    if (!plane.root.hasPointerCapture(event.pointerId)) return;
    const next = plane.at(event), last = points.at(-1);
    if (last && Math.hypot(plane.px(next.x) - plane.px(last.x), plane.py(next.y) - plane.py(last.y)) < SPACING_PX) return;
    at = next;
    put(at, `held:draw:${stroke}`);
  });
  plane.root.addEventListener('keydown', (event) => {
    const {key, shiftKey} = /** @type {KeyboardEvent} */ (event), step = shiftKey ? STEP * 3 : STEP;
    const by = {ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step]}[key];
    if (by) {
      const within = (/** @type {number} */ v) => Number(Math.max(-END, Math.min(END, v)).toFixed(DECIMALS));
      at = {x: within(at.x + by[0]), y: within(at.y + by[1])};
      paint();
    } else if (key === ' ' || key === 'Enter') put(at, 'net:draw');
    else if (key === 'Delete' || key === 'Backspace') {
      const away = (/** @type {Point} */ {x, y}) => Math.hypot(x - at.x, y - at.y);
      const nearest = points.reduce((/** @type {Point|null} */ best, each) => (!best || away(each) < away(best) ? each : best), null);
      points = points.filter((each) => each !== nearest);
      changed('net:draw');
    } else if (/^[0-3]$/.test(key)) {
      chosen = Number(key);
      /** @type {HTMLInputElement} */ (classes.querySelectorAll('input')[chosen]).checked = true;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    root,
    update() {
      const data = draft.at('data');
      if (data?.x !== given && data?.dataset === undefined && isDrawable(data)) {
        given = data.x;
        points = data.x.map((/** @type {number[]} */ [x, y], /** @type {number} */ i) => ({x, y, c: data.y[i]}));
      }
      paint();
    },
  };
}
