/** Where things stood before, under the ids of what is shown now: what stays moves from there, and what is new grows out of there. */
import {idOf} from '../model/fold.js';
import {oneWhole} from '../model/fold_moment.js';
import {pair} from '../model/diff.js';

/** @typedef {import('../model/types.js').Run} Run @typedef {import('../layout/types.js').Layout} Layout @typedef {import('../layout/types.js').Point} Point */

/** @param {Run} old @param {Run} fresh @param {Layout} layout of the old run @returns {Layout} */
export function carried(old, fresh, layout) {
  if (old.folding && fresh.folding && old.signature !== fresh.signature && oneWhole(old, fresh)) return refolded(old, fresh, layout);
  const pairs = pair(fresh, old);
  return {...layout, positions: renamed(layout.positions, pairs.nodes), routes: renamed(layout.routes, pairs.edges)};
}

/** What was in a box comes out of it; a new box comes from the middle of its frame. @param {Run} old @param {Run} fresh @param {Layout} layout @returns {Layout} */
function refolded(old, fresh, layout) {
  const positions = new Map(layout.positions);
  for (const [id, {x, y, w, h}] of layout.frames) positions.set(id, {x: x + w / 2, y: y + h / 2});
  const stood = (/** @type {string} */ id) => positions.get(old.folding?.shownAs(id) ?? id);
  for (const node of fresh.nodes) {
    const place = positions.get(node.id) ?? stood(node.box?.result ?? node.id);
    if (place) positions.set(node.id, place);
  }
  return {...layout, positions};
}

/**
 * The new layout moved so that what was opened or closed stays where it was on the screen.
 * @param {Run} old @param {Run} fresh @param {Layout} before @param {Layout} after @returns {Layout}
 */
export function kept(old, fresh, before, after) {
  if (!old.folding || !fresh.folding || !oneWhole(old, fresh)) return after;
  const was = new Set(old.folding.open), is = new Set(fresh.folding.open);
  const changed = [...is].find((scope) => !was.has(scope)) ?? [...was].find((scope) => !is.has(scope));
  const from = changed && placeOf(before, idOf(changed)), to = changed && placeOf(after, idOf(changed));
  return from && to ? moved(after, Math.round(from.x - to.x), Math.round(from.y - to.y)) : after;
}

/** The middle of a frame or of a box. @param {Layout} layout @param {string} id @returns {Point|null} */
function placeOf({frames, positions}, id) {
  const frame = frames.get(id);
  return frame ? {x: frame.x + frame.w / 2, y: frame.y + frame.h / 2} : positions.get(id) ?? null;
}

/** @param {Layout} layout @param {number} dx @param {number} dy @returns {Layout} */
function moved(layout, dx, dy) {
  const shift = (/** @type {{x: number, y: number}} */ place) => ({...place, x: place.x + dx, y: place.y + dy});
  return {
    ...layout, bounds: /** @type {import('../layout/types.js').Box} */ (shift(layout.bounds)),
    positions: new Map([...layout.positions].map(([id, place]) => [id, shift(place)])),
    frames: new Map([...layout.frames].map(([id, box]) => [id, /** @type {import('../layout/types.js').Box} */ (shift(box))])),
    routes: new Map([...layout.routes].map(([id, route]) => [id, route.map(([x, y]) => /** @type {[number, number]} */ ([x + dx, y + dy]))])),
  };
}

/** @template T @param {Map<string, T>} items by old id @param {Map<string, string>} pairs new id → old id @returns {Map<string, T>} */
function renamed(items, pairs) {
  const found = new Map();
  for (const [id, was] of pairs) {
    const item = items.get(was);
    if (item !== undefined) found.set(id, item);
  }
  return found;
}
