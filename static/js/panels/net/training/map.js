/** A number over a plane: its field in ink on a canvas, with axes and whatever is drawn upon it. */
import {paintField} from '../../../ui/field.js';
import {createPlane, ROOM} from '../../../ui/plane.js';
import {h} from '../../../ui/dom.js';

/** @typedef {import('../../../ui/field.js').Field} Field */

/**
 * @param {{width: number, height: number, label: string}} size px
 * @returns {{root: HTMLElement, plane: import('../../../ui/plane.js').Plane, paint: (field: Field, how?: {levels?: readonly number[], range?: [number, number], log?: boolean, smooth?: boolean}) => void, clear: () => void}}
 */
export function createMap({width, height, label}) {
  const plane = createPlane({width, height, label}), across = width - ROOM.left - ROOM.right, down = height - ROOM.top - ROOM.bottom;
  const canvas = h('canvas', {width: 2 * across, height: 2 * down, 'aria-hidden': 'true'});
  const share = (/** @type {number} */ px, /** @type {number} */ of) => `${(100 * px) / of}%`;
  Object.assign(canvas.style, {left: share(ROOM.left, width), top: share(ROOM.top, height), width: share(across, width), height: share(down, height)});
  return {
    root: h('div', {class: 'map'}, canvas, plane.root), plane,
    paint(field, how = {}) {
      const style = getComputedStyle(canvas), read = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
      paintField(canvas, field, {low: read('--card'), high: read('--line'), line: read('--ink-2'), ...how});
    },
    clear: () => canvas.getContext('2d')?.clearRect(0, 0, canvas.width, canvas.height),
  };
}
