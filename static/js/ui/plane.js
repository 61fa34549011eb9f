/** A coordinate plane in SVG: named axes with ticks, a ground to draw on, and places there and back. */
import {num} from '../model/format.js';
import {svg} from '../render/elements.js';

const LEFT = 46, BOTTOM = 34, RIGHT = 10, TOP = 8;      // px around the ground
/** The same, for what lies below the plane and fits its ground. */
export const ROOM = Object.freeze({left: LEFT, bottom: BOTTOM, right: RIGHT, top: TOP});
const TICK_PX = 56;
const LYING = 3;       // letters of the upright axis's name that fit beside it; longer ones stand on their side

/** @typedef {readonly [number, number]} Span2 */
/**
 * @typedef {object} Plane
 * @property {SVGElement} root
 * @property {SVGElement} ground   clipped to the box
 * @property {(span: {x: Span2, y: Span2, names: readonly [string, string]}) => void} frame  draws the axes anew and empties the ground
 * @property {(x: number) => number} px
 * @property {(y: number) => number} py
 * @property {{left: number, top: number, width: number, height: number}} box  the ground's place, as parts of the whole: for what lies under it
 * @property {(event: {clientX: number, clientY: number}) => {x: number, y: number}} at
 */

let made = 0;

/** @param {{width: number, height: number, label: string}} size px @returns {Plane} */
export function createPlane({width, height, label}) {
  const root = svg('svg', {class: 'plane', viewBox: `0 0 ${width} ${height}`, width, height, role: 'group', 'aria-label': label});
  const id = `plane-${(made += 1)}`;
  svg('rect', {x: LEFT, y: TOP, width: width - LEFT - RIGHT, height: height - TOP - BOTTOM}, svg('clipPath', {id}, root));
  const axes = svg('g', {'aria-hidden': 'true'}, root), ground = svg('g', {'clip-path': `url(#${id})`}, root);
  /** @type {{x: Span2, y: Span2}} */
  let span = {x: [0, 1], y: [0, 1]};
  const px = (/** @type {number} */ x) => LEFT + ((x - span.x[0]) / (span.x[1] - span.x[0])) * (width - LEFT - RIGHT);
  const py = (/** @type {number} */ y) => height - BOTTOM - ((y - span.y[0]) / (span.y[1] - span.y[0])) * (height - TOP - BOTTOM);

  return {
    root, ground, px, py,
    box: {left: LEFT / width, top: TOP / height, width: (width - LEFT - RIGHT) / width, height: (height - TOP - BOTTOM) / height},
    frame({x, y, names}) {
      span = {x, y};
      axes.replaceChildren();
      ground.replaceChildren();
      for (const at of ticks(x, (width - LEFT - RIGHT) / TICK_PX)) {
        svg('path', {class: at === 0 ? 'plane-zero' : 'plane-grid', d: `M${px(at)} ${TOP}V${height - BOTTOM}`}, axes);
        svg('text', {class: 'plane-tick', x: px(at), y: height - BOTTOM + 14, 'text-anchor': 'middle'}, axes).textContent = num(at);
      }
      for (const at of ticks(y, (height - TOP - BOTTOM) / TICK_PX)) {
        svg('path', {class: at === 0 ? 'plane-zero' : 'plane-grid', d: `M${LEFT} ${py(at)}H${width - RIGHT}`}, axes);
        svg('text', {class: 'plane-tick', x: LEFT - 6, y: py(at) + 4, 'text-anchor': 'end'}, axes).textContent = num(at);
      }
      svg('text', {class: 'plane-name', x: LEFT + (width - LEFT - RIGHT) / 2, y: height - 3, 'text-anchor': 'middle'}, axes).textContent = names[0];
      const middle = TOP + (height - TOP - BOTTOM) / 2, isLong = names[1].length > LYING;
      svg('text', {class: 'plane-name', x: isLong ? 12 : 10, y: middle, 'text-anchor': 'middle', ...(isLong ? {transform: `rotate(-90 12 ${middle})`} : {})}, axes).textContent = names[1];
    },
    at({clientX, clientY}) {
      const box = root.getBoundingClientRect(), across = ((clientX - box.left) * width) / box.width, down = ((clientY - box.top) * height) / box.height;
      return {
        x: span.x[0] + ((across - LEFT) / (width - LEFT - RIGHT)) * (span.x[1] - span.x[0]),
        y: span.y[0] + ((height - BOTTOM - down) / (height - TOP - BOTTOM)) * (span.y[1] - span.y[0]),
      };
    },
  };
}

/** Round numbers between two ends: 1, 2 or 5 times a power of ten apart. @param {Span2} span @param {number} count about how many @returns {number[]} */
export function ticks([lo, hi], count) {
  const rough = (hi - lo) / Math.max(1, count), power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? 10 * power, first = Math.ceil(lo / step - 1e-9);
  return Array.from({length: Math.max(0, Math.floor(hi / step + 1e-9) - first + 1)}, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
