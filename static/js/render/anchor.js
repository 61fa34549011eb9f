/** What is unfolded, or folded again, stays where it was on the screen. */
import {isWithin} from '../core/selectors.js';
import {NEAR, panned, reveal, zoomedAt} from './viewport.js';

/** @typedef {import('./scene.js').Scene} Scene @typedef {import('./viewport.js').Viewport} Viewport */
/** @typedef {{opened: readonly string[], detail: 'tensor'|'scalar'}} Detail */
/** @typedef {{holds: (node: import('../model/types.js').RunNode) => boolean, x: number, y: number}} Anchor */

const MARGIN = 24;

/**
 * The place that must not move when the detail changes: the middle of the node that is unfolded or folded; for the
 * whole graph, of the node that is looked at.
 * @param {Scene} scene as it is before
 * @param {Detail} before @param {Detail} after @param {string|null} subject
 * @returns {Anchor|null}
 */
export function anchorOf(scene, before, after, subject) {
  const changed = before.opened.find((id) => !after.opened.includes(id)) ?? after.opened.find((id) => !before.opened.includes(id));
  if (before.detail === after.detail) return changed === undefined ? null : anchored(scene, resultOf(changed));
  const node = subject !== null && scene.run.has(subject) ? scene.run.node(subject) : null;
  const name = node?.name?.replace(/\[[\d,]*\]$/, '') ?? null;
  return name === null ? null : anchored(scene, ({name: other}) => other === name || Boolean(other?.startsWith(`${name}[`)));
}

/** @param {string} opened */
const resultOf = (opened) => (/** @type {{id: string}} */ {id}) => isWithin(opened, id);

/** @param {Scene} scene @param {Anchor['holds']} holds @returns {Anchor|null} */
function anchored(scene, holds) {
  const middle = middleOf(scene, holds);
  return middle && {holds, x: middle.x, y: middle.y};
}

/** The middle and the size of all cards that belong together. @param {Scene} scene @param {Anchor['holds']} holds */
function middleOf(scene, holds) {
  const boxes = scene.cards.filter(({node}) => holds(node)).map(({box}) => box);
  if (!boxes.length) return null;
  const [left, right] = [Math.min(...boxes.map(({x}) => x)), Math.max(...boxes.map(({x, w}) => x + w))];
  const [top, bottom] = [Math.min(...boxes.map(({y}) => y)), Math.max(...boxes.map(({y, h}) => y + h))];
  return {x: (left + right) / 2, y: (top + bottom) / 2, w: right - left, h: bottom - top};
}

/**
 * The view in which the anchor is where it was; from a little further away where what was unfolded has no room there.
 * @param {Anchor} anchor @param {Scene} scene as it is after @param {Viewport} view @param {import('./viewport.js').Size} size
 */
export function kept(anchor, scene, view, size) {
  const middle = middleOf(scene, anchor.holds);
  if (!middle) return view;
  const there = panned(view, (anchor.x - middle.x) * view.k, (anchor.y - middle.y) * view.k);
  const room = Math.min((size.w - 2 * MARGIN) / middle.w, (size.h - 2 * MARGIN) / middle.h), k = Math.min(view.k, Math.max(room, Math.min(NEAR, view.k)));
  const near = zoomedAt(there, middle.x * there.k + there.x, middle.y * there.k + there.y, k / view.k);
  return reveal(near, {x: middle.x - middle.w / 2, y: middle.y - middle.h / 2, w: middle.w, h: middle.h}, size, MARGIN);
}
