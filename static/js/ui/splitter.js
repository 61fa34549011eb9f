/** The borders between the columns, moved by pointer or arrow keys. */
import {byId, setAttribute} from './dom.js';

const LEAST = {program: 200, story: 240};
const GRAPH = 360;
const STEP = 16;

/** @typedef {'program'|'story'} Side */

export function makeSplitters() {
  for (const side of /** @type {Side[]} */ (['program', 'story'])) makeSplitter(byId(`split-${side}`), side);
}

/** @param {HTMLElement} root @param {Side} side */
function makeSplitter(root, side) {
  const width = () => byId(side).getBoundingClientRect().width;
  const most = () => innerWidth - GRAPH - byId(side === 'program' ? 'story' : 'program').getBoundingClientRect().width;

  /** @param {number} wanted */
  function set(wanted) {
    const next = Math.round(Math.max(LEAST[side], Math.min(most(), wanted)));
    document.documentElement.style.setProperty(`--w-${side}`, `${next}px`);
    setAttribute(root, 'aria-valuenow', next);
  }

  root.tabIndex = 0;
  for (const [name, value] of Object.entries({
    role: 'separator', 'aria-orientation': 'vertical', 'aria-label': `Width of the ${side}`, 'aria-controls': side,
    'aria-valuemin': LEAST[side], 'aria-valuemax': 2000, 'aria-valuenow': Math.round(width()),
  })) setAttribute(root, name, value);

  root.addEventListener('pointerdown', (event) => {
    root.setPointerCapture(event.pointerId);
    root.toggleAttribute('data-held', true);
    event.preventDefault();
  });
  root.addEventListener('pointermove', (event) => {
    if (root.hasPointerCapture(event.pointerId)) set(side === 'program' ? event.clientX : innerWidth - event.clientX);
  });
  root.addEventListener('lostpointercapture', () => root.toggleAttribute('data-held', false));
  root.addEventListener('dblclick', () => document.documentElement.style.removeProperty(`--w-${side}`));
  root.addEventListener('keydown', (event) => {
    const by = {ArrowLeft: -STEP, ArrowRight: STEP}[event.key];
    if (by === undefined) return;
    set(width() + (side === 'program' ? by : -by));
    event.preventDefault();
    event.stopPropagation();
  });
}
