/** The cells that a picked cell's gradient is made of, on the other cards. */
import {explainCell} from '../model/cells.js';
import {wholeOf} from '../model/run.js';

/** @typedef {import('../model/types.js').Run} Run @typedef {{value: number[][], gradient: number[][]}} Picks */

/**
 * Cells to frame, by node: the picked one in both its maps, the gradients that flow into it, the values they are multiplied with.
 * @param {Run} run
 * @param {{node?: string, cell?: number[]|null}|null} chosen
 * @returns {Map<string, Picks>}
 */
export function feedsOf(run, chosen) {
  const picks = new Map();
  if (!chosen?.node || !chosen.cell || !run.has(chosen.node)) return picks;
  const of = (/** @type {string} */ id) => {
    if (!picks.has(id)) picks.set(id, {value: [], gradient: []});
    return picks.get(id);
  };
  of(chosen.node).value.push(chosen.cell);
  of(chosen.node).gradient.push(chosen.cell);
  const whole = wholeOf(run); // what is folded in has no card, and shows nothing
  for (const edge of whole.users(chosen.node)) {
    const story = explainCell(whole, edge, chosen.cell);
    for (const {upstreamCell, localCell} of story?.terms ?? []) {
      of(edge.target).gradient.push(upstreamCell);
      if (story?.other) of(story.other.id).value.push(localCell);
    }
  }
  return picks;
}
