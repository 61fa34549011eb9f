/** What stays chosen when the picture becomes another one. */
import {access} from '../model/access.js';
import {oneWhole, standsFor} from '../model/fold_moment.js';
import {wholeOf} from '../model/run.js';

/** @typedef {import('../model/types.js').Run} Run @typedef {import('./state.js').Selection} Selection */

const PLACE = /\[([\d,]+)\]$/;

/** A selection stays while its node or edge, or what stands for its node, is there. @param {Run|null} before @param {Run} run @param {Selection|null} selection @returns {Selection|null} */
export function pinnedIn(before, run, selection) {
  if (!selection) return null;
  if (before && detailOf(before) !== detailOf(run)) return inOtherDetail(before, run, selection);
  if (selection.edge) return run.hasEdge(selection.edge) ? selection : null;
  const {node} = selection;
  if (!node || run.has(node)) return node ? selection : null;
  if (before && before.has(node) && oneWhole(before, run)) return {node: standsFor(before, run, node)};
  return wholeOf(run).has(node) && run.folding ? {node: run.folding.shownAs(node)} : null;
}

/** @param {Run} run */
const detailOf = (run) => wholeOf(run).asked?.detail ?? 'tensor';

/**
 * In another detail the same ids are other nodes, so a selection goes by its name: the array `W` becomes its cell, or
 * its first number, and `W[1,0]` that cell of `W`.
 * @param {Run} before @param {Run} run @param {Selection} selection @returns {Selection|null}
 */
function inOtherDetail(before, run, {node, cell}) {
  const old = wholeOf(before), name = node && old.has(node) ? old.node(node).name : null;
  if (node === undefined || name === null) return null;
  if (detailOf(run) === 'scalar') return shown(run, named(run, `${name}[${cell ?? old.node(node).shape.map(() => 0)}]`) ?? named(run, name));
  const place = PLACE.exec(name), whole = place && named(run, name.slice(0, place.index));
  return place && whole ? {...shown(run, whole), cell: place[1].split(',').map(Number)} : shown(run, named(run, name));
}

/** The first node of this name in the whole run. @param {Run} run @param {string} name @returns {string|null} */
function named(run, name) {
  const {count, id, name: nameOf} = access(wholeOf(run));
  for (let i = 0; i < count; i += 1) if (nameOf(i) === name) return id(i);
  return null;
}

/** @param {Run} run @param {string|null} node @returns {Selection|null} */
const shown = (run, node) => (node === null ? null : {node: run.folding ? run.folding.shownAs(node) : node});
