/** What the parts of the net view share: the net's reply on the page, one example of it, an answer kept up to date. */
import {wholeOf} from '../../model/run.js';
import {real} from '../../model/tensor.js';
import {followRun as follow} from '../derivatives/kit.js';

/** @typedef {import('../../model/types.js').Run} Run */
/** @typedef {import('../../core/state.js').State} State */
/**
 * @typedef {object} Layer  of the reply of /backprop to a net; rows of z, a, delta are examples
 * @property {string} name @property {string} type @property {string|null} activation
 * @property {number[]} takes @property {number[]} gives @property {string[]} parameters
 * @property {{z: string, a: string}} names @property {number} units
 * @property {any} z @property {any} a @property {any} delta
 * @property {number|string|null} grad_norm @property {number|string|null} delta_norm @property {number|string|null} activation_norm
 * @property {number} saturated @property {number} dead @property {number[]} saturated_units @property {number[]} dead_units
 */
/** @typedef {{code: string, layer: string|null, cause: string, remedy: string, change: Record<string, unknown>}} Finding */
/** @typedef {{run: Run, layers: Layer[], health: Finding[], network: any, loss: any}} NetRun */

/** The page's run where it is of a net, with what is known of its layers; null else. @param {State} state @returns {NetRun|null} */
export function netRun({net, run}) {
  if (!net || !run) return null;
  const whole = wholeOf(run), {layers, health, network, loss} = whole.reply;
  return network ? {run: whole, layers, health, network, loss} : null;
}

/** `followRun` of the net view. @param {any} ctx @param {Omit<Parameters<typeof follow>[1], 'tab'>} what */
export const followRun = (ctx, what) => follow(ctx, {...what, tab: 'net'});

/** Runs with each new run of a net, and at once. @param {any} ctx @param {(found: NetRun|null) => void} show @returns {() => void} ends it */
export function followNet({store}, show) {
  const look = () => { if (store.get().tab === 'net') show(netRun(store.get())); };
  const leave = store.subscribe((/** @type {State} */ {run, tab, net}) => [run, tab, net === null], look);
  look();
  return leave;
}

/** A number of the reply, NaN and ∞ too; null stays. @param {unknown} value @returns {number|null} */
export const numberOf = (value) => (value === null || value === undefined ? null : /** @type {number} */ (real(/** @type {any} */ (value))));
