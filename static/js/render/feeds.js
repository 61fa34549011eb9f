/** The cells that hang together with a picked one, on the other cards. */
import {isAbout} from '../model/cells.js';

/** @typedef {import('../model/types.js').Run} Run @typedef {{value: number[][], gradient: number[][]}} Picks */

/**
 * Cells to frame, by node: the picked one in both its maps, the gradients that flow into it, the values these are
 * multiplied with, the values that it was made from.
 * @param {Run} run
 * @param {{node?: string, cell?: number[]|null}|null} chosen
 * @param {import('../model/cells.js').Anatomy|null} anatomy
 * @returns {Map<string, Picks>}
 */
export function feedsOf(run, chosen, anatomy) {
  const picks = new Map();
  if (!chosen?.node || !chosen.cell || !run.has(chosen.node)) return picks;
  const of = (/** @type {string} */ id) => {
    if (!picks.has(id)) picks.set(id, {value: [], gradient: []});
    return picks.get(id);
  };
  of(chosen.node).value.push(chosen.cell);
  of(chosen.node).gradient.push(chosen.cell);
  const told = isAbout(anatomy, run, chosen.node, chosen.cell) ? anatomy?.told : null;
  for (const {target, factor, terms} of told?.feeds ?? []) {
    for (const {cell, factorCell} of terms) {
      of(target).gradient.push(cell);
      if (factor && factorCell) of(factor).value.push(factorCell);
    }
  }
  for (const {source, cells} of told?.madeFrom ?? []) for (const {cell} of cells) of(source).value.push(cell);
  return picks;
}
