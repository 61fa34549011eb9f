/** One cell of an array, as the server takes it apart. No number is made here: a product is what was sent as one. */
import {real} from './tensor.js';

/** @typedef {{cell: number[], local: number, upstream: number, product: number, factorCell: number[]|null}} Term */
/** @typedef {{edge: string, target: string, slot: number, contribution: number, factor: string|null, count: number, terms: Term[]}} Feed */
/** @typedef {{cell: number[], value: number, local: number}} SourceCell */
/** @typedef {{edge: string, source: string, slot: number, count: number, cells: SourceCell[]}} MadeFrom */
/** @typedef {{node: string, cell: number[], value: number, grad: number|null, seed: number|null, feeds: Feed[], madeFrom: MadeFrom[]}} Told */
/**
 * @typedef {object} Anatomy
 * @property {import('./types.js').Run} run    whose numbers these are
 * @property {string} node
 * @property {number[]} cell
 * @property {Told|null} told                  null when there is only an error
 * @property {string|null} error
 */

/** @param {any} reply  the JSON of /cell @returns {Told} */
export function toldOf(reply) {
  return {
    node: reply.node, cell: reply.cell, value: real(reply.value), grad: real(reply.grad), seed: real(reply.seed),
    feeds: reply.feeds.map(feedOf), madeFrom: reply.made_from.map(madeFromOf),
  };
}

/** @param {any} wire @returns {Feed} */
function feedOf(wire) {
  const {edge, target, slot, factor, count} = wire;
  const terms = wire.terms.map((/** @type {any} */ each) => ({
    cell: each.cell, local: real(each.local), upstream: real(each.upstream), product: real(each.product), factorCell: each.factor_cell,
  }));
  return {edge, target, slot, factor, count, contribution: real(wire.contribution), terms};
}

/** @param {any} wire @returns {MadeFrom} */
function madeFromOf({edge, source, slot, count, cells}) {
  return {edge, source, slot, count, cells: cells.map((/** @type {any} */ each) => ({cell: each.cell, value: real(each.value), local: real(each.local)}))};
}

/** Whether this is about that cell, of this run or of one that differs in its numbers only. @param {Anatomy|null} anatomy @param {import('./types.js').Run} run @param {string} node @param {number[]} cell */
export const isAbout = (anatomy, run, node, cell) =>
  anatomy !== null && anatomy.node === node && String(anatomy.cell) === String(cell) && (anatomy.run === run || anatomy.run.signature === run.signature);

/** The axes along which cells differ. @param {number[][]} cells @returns {number[]} */
export function axesOf(cells) {
  return (cells[0] ?? []).flatMap((first, axis) => (cells.some((cell) => cell[axis] !== first) ? [axis] : []));
}
