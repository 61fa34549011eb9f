/** The graph panel's elements, and their sizes in device pixels. */
import {element} from './elements.js';
import {MINIMAP} from './minimap.js';

export const NARROW = 600;       // px from which the panel has its tools and its key

/**
 * @typedef {object} Stage
 * @property {HTMLElement} root @property {HTMLElement} ground where the pointer works
 * @property {HTMLCanvasElement} wires below the cards @property {HTMLCanvasElement} over above them
 * @property {HTMLElement} frames around open scopes @property {HTMLElement} heads their names @property {HTMLElement} cards @property {HTMLElement} tips @property {HTMLElement} tip
 * @property {HTMLCanvasElement} minimap @property {HTMLElement} tools @property {HTMLElement} key @property {HTMLElement} note @property {HTMLElement} empty
 */

/** @param {HTMLElement} root @returns {Stage} */
export function buildStage(root) {
  root.classList.add('graph');
  if (!root.hasAttribute('aria-label')) {
    root.setAttribute('role', 'region');
    root.setAttribute('aria-label', 'Graph');
  }
  const tools = element('div', 'graph-tools');
  const ground = element('div', 'graph-ground');
  const wires = canvas('graph-wires');
  const frames = element('div', 'graph-frames');
  const heads = element('div', 'graph-heads');
  const cards = element('div', 'graph-cards');
  const over = canvas('graph-over');
  const tips = element('div', 'graph-tips');
  const tip = element('div', 'graph-tip');
  const minimap = canvas('graph-minimap');
  const key = element('div', 'graph-key');
  const note = element('div', 'graph-note');
  const empty = element('div', 'graph-empty');
  tip.hidden = note.hidden = empty.hidden = minimap.hidden = true;
  note.setAttribute('role', 'status');
  tip.setAttribute('role', 'status');
  tips.append(tip);
  empty.append(element('div', 'graph-empty-card'), element('p', '', 'Type a formula, or choose an example.'));
  ground.append(wires, frames, cards, over, heads, tips);
  root.append(ground, tools, key, minimap, note, empty);
  return {root, ground, wires, over, frames, heads, cards, tips, tip, minimap, tools, key, note, empty};
}

/** @param {string} className */
function canvas(className) {
  const made = /** @type {HTMLCanvasElement} */ (element('canvas', className));
  made.setAttribute('aria-hidden', 'true');
  return made;
}

/** @param {Stage} stage @param {{w: number, h: number}} size @returns {number} device pixels per px */
export function fitCanvases({wires, over, minimap}, size) {
  const ratio = globalThis.devicePixelRatio || 1;
  for (const each of [wires, over]) {
    each.width = Math.round(size.w * ratio);
    each.height = Math.round(size.h * ratio);
    each.style.width = `${size.w}px`;
    each.style.height = `${size.h}px`;
  }
  minimap.width = MINIMAP.w * ratio;
  minimap.height = MINIMAP.h * ratio;
  return ratio;
}

/** What tools and key keep free. @param {{w: number, h: number}} size */
export const insetOf = (size) => (size.w < NARROW ? {top: 0, bottom: 0} : {top: 40, bottom: 40});
