/** The borders between the parts of the page, moved by pointer or arrow keys; a double click puts them back. */
import {byId, h, setAttribute} from './dom.js';

const STEP = 16;
const GRAPH = 360;        // px that the columns leave to the graph
const STAGE = 120;        // px that the dock leaves to it

/** @type {Record<'x'|'y', Record<string, number|undefined>>} */
const ALONG = {x: {ArrowLeft: -STEP, ArrowRight: STEP}, y: {ArrowUp: -STEP, ArrowDown: STEP}};

/**
 * @typedef {object} Split
 * @property {string} name       of what is sized: `--w-program`, “Width of the program”
 * @property {'x'|'y'} axis
 * @property {1|-1} grows        1: with the pointer's coordinate, -1: against it
 * @property {number} least      px
 * @property {() => number} most
 * @property {HTMLElement} part  what is sized
 */

export function makeSplitters() {
  const width = (/** @type {string} */ id) => byId(id).getBoundingClientRect().width;
  split(byId('split-program'), {name: 'program', axis: 'x', grows: 1, least: 200, most: () => innerWidth - GRAPH - width('story'), part: byId('program')});
  split(byId('split-story'), {name: 'story', axis: 'x', grows: -1, least: 240, most: () => innerWidth - GRAPH - width('program'), part: byId('story')});
}

/** The upper border of a part that is docked below others. @param {HTMLElement} part @returns {HTMLElement} */
export function dockSplitter(part) {
  const root = h('div', {class: 'splitter-dock'});
  const most = () => (part.parentElement?.clientHeight ?? innerHeight) - STAGE;
  split(root, {name: 'dock', axis: 'y', grows: -1, least: 120, most, part});
  return root;
}

/** @param {HTMLElement} root @param {Split} what */
function split(root, {name, axis, grows, least, most, part}) {
  const vertical = axis === 'y', property = `--${vertical ? 'h' : 'w'}-${name}`;
  const size = () => part.getBoundingClientRect()[vertical ? 'height' : 'width'];

  /** @param {number} wanted */
  function set(wanted) {
    const next = Math.round(Math.max(least, Math.min(most(), wanted)));
    document.documentElement.style.setProperty(property, `${next}px`);
    setAttribute(root, 'aria-valuenow', next);
  }

  root.tabIndex = 0;
  for (const [attribute, value] of Object.entries({
    role: 'separator', 'aria-orientation': vertical ? 'horizontal' : 'vertical', 'aria-label': `${vertical ? 'Height' : 'Width'} of the ${name}`, 'aria-controls': part.id,
    'aria-valuemin': least, 'aria-valuemax': 2000, 'aria-valuenow': Math.round(size()),
  })) setAttribute(root, attribute, value);

  root.addEventListener('pointerdown', (event) => {
    root.setPointerCapture(event.pointerId);
    root.toggleAttribute('data-held', true);
    event.preventDefault();
  });
  root.addEventListener('pointermove', (event) => {
    if (!root.hasPointerCapture(event.pointerId)) return;
    const {left, right, top, bottom} = part.getBoundingClientRect(), at = vertical ? event.clientY : event.clientX;
    set(grows > 0 ? at - (vertical ? top : left) : (vertical ? bottom : right) - at);
  });
  root.addEventListener('lostpointercapture', () => root.toggleAttribute('data-held', false));
  root.addEventListener('dblclick', () => document.documentElement.style.removeProperty(property));
  root.addEventListener('keydown', (event) => {
    const along = ALONG[axis][event.key];
    if (along === undefined) return;
    set(size() + grows * along);
    event.preventDefault();
    event.stopPropagation();
  });
}
