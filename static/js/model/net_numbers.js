/**
 * The numbers of a net's run, by layer and unit: of one example as they are, of a batch gathered over its rows. Where the
 * loss is a mean, a gradient summed over the rows is the mean of the examples' own. Pure.
 */
import {real} from './tensor.js';

/** @typedef {import('./types.js').Run} Run */
/**
 * @typedef {object} LayerNumbers
 * @property {string} name @property {string} type @property {string|null} activation
 * @property {number} units @property {boolean} isRow   whether it gives a plain row of units
 * @property {readonly number[]} gives
 * @property {number[]|null} a        mean over the rows; null where the reply has a summary only
 * @property {number[]|null} z        mean over the rows
 * @property {number[]|null} slopeA   ∂L/∂a, summed over the rows
 * @property {number[]|null} delta    ∂L/∂z, summed over the rows
 * @property {{w: number[][], dw: number[][]|null, b: number[]|null, db: number[]|null}|null} dense
 * @property {number|null} sizeA @property {number|null} sizeDelta  mean length of an example's a; length of δ
 * @property {{a: any, delta: any, gradient: any}} rows  as sent; rows are examples
 */
/**
 * @typedef {object} NetNumbers
 * @property {number} examples @property {number} loss
 * @property {{names: string[], a: number[]|null, slopeA: number[]|null, rows: any}} input  rows: as the first layer takes them
 * @property {LayerNumbers[]} layers
 */

/** @param {Run} run with nothing folded @returns {NetNumbers} */
export function numbersOf(run) {
  const named = new Map(run.nodes.filter(({name}) => name).map((node) => [node.name, node]));
  const {layers, loss} = run.reply, given = named.get('a0') ?? named.get('x');
  const value = (/** @type {string|undefined} */ name) => named.get(name ?? '')?.value ?? null, slope = (/** @type {string|undefined} */ name) => named.get(name ?? '')?.grad ?? null;
  const input = gathered(given?.value, true), x = /** @type {any} */ (given?.value);
  return {
    examples: Array.isArray(x) ? x.length : 1, loss: Number(real(loss)),
    input: {names: (input ?? []).map((_, i) => `x${i + 1}`), a: input, slopeA: gathered(given?.grad, false), rows: x},
    layers: layers.map((/** @type {any} */ layer) => {
      const [weight, bias] = [layer.parameters[0], layer.parameters[1]], isDense = layer.type === 'dense' && layer.takes.length === 1;
      const a = real(layer.a), delta = real(layer.delta), gradient = slope(layer.names.a) ?? (layer.activation === 'linear' ? slope(layer.names.z) : null); // a linear layer's a is its z: one node
      return {
        name: layer.name, type: layer.type, activation: layer.activation, units: layer.units, gives: layer.gives, isRow: layer.gives.length === 1,
        a: gathered(a, true), z: gathered(real(layer.z), true), slopeA: gathered(gradient, false), delta: gathered(delta, false),
        dense: isDense && Array.isArray(value(weight)) ? {w: value(weight), dw: slope(weight), b: value(bias), db: slope(bias)} : null,
        sizeA: real(layer.activation_norm), sizeDelta: real(layer.delta_norm), rows: {a, delta, gradient},
      };
    }),
  };
}

/** The length of all numbers together. @param {any} rows @returns {number|null} */
export const lengthOf = (rows) => (Array.isArray(rows) ? Math.sqrt(rows.flat(Infinity).reduce((/** @type {number} */ sum, /** @type {number} */ each) => sum + each * each, 0)) : null);

/** Over the rows: their mean, or their sum. Rows of more than one axis are laid flat. @param {any} rows @param {boolean} mean @returns {number[]|null} */
export function gathered(rows, mean) {
  if (!Array.isArray(rows) || !rows.length) return null;
  const flat = rows.map((row) => (Array.isArray(row) ? row.flat(Infinity) : [row]));
  return flat[0].map((_, j) => flat.reduce((sum, row) => sum + row[j], 0) / (mean ? rows.length : 1));
}

/**
 * The rows of ∂L/∂w = Σ δ·a of one weight, each example's own: times their number where the loss is a mean.
 * @param {NetNumbers} net @param {{layer: number, to: number, from: number|null}} link  `from` null: the bias @param {number} times
 * @returns {{example: number, delta: number, a: number, product: number}[]}
 */
export function productsOf({input, layers}, {layer, to, from}, times) {
  const before = layer === 0 ? input.rows : layers[layer - 1].rows.a, {delta} = layers[layer].rows;
  if (!Array.isArray(before) || !Array.isArray(delta)) return [];
  return delta.map((row, example) => {
    const own = row[to] * times, a = from === null ? 1 : before[example][from];
    return {example, delta: own, a, product: own * a};
  });
}
