/**
 * What a run of training was like at every step: a few numbers in columns, its parameters as one row of float64 each, and
 * now and then the optimizer's state. A step whose row is not kept is trained anew from the last state before it, which
 * gives the same numbers to the last bit.
 */
import {numbersOf, sameRow} from './blocks.js';
import {real} from './tensor.js';

export const STATE_EVERY = 64;      // steps between states that stay; strides are powers of two, so that states are at steps that keep their rows
const ROW_OVERHEAD = 200;           // bytes of an array beside its numbers

/** @typedef {import('./blocks.js').Shapes} Shapes */
/** @typedef {{updates: number, optimizer: Readonly<Record<string, Float64Array|number>>}} State */
/** @typedef {{step: number, row: Float64Array, state: State, confusion: any}} Checkpoint */
/** @typedef {{step: number, epoch: number, loss: number, test_loss: number|null, accuracy: number|null, test_accuracy: number|null, learning_rate: number, gradient_norms: Record<string, number>}} Told */
/** @typedef {{row: Float64Array, agrees: boolean}} Kept  `agrees`: with what this step had before, if it had */
/** @typedef {ReturnType<typeof createRecording>} Recording */

export function createRecording() {
  /** @type {Shapes|null} */
  let shapes = null;
  let from = 0, last = -1, stride = 1;
  /** @type {(string|number)[]} */
  let layers = [];
  /** @type {Record<string, number[]>} by name, one number per step; null stands as NaN where `lacks` has the name */
  const columns = {};
  const lacks = new Set(/** @type {string[]} */ ([]));
  /** @type {Map<number, Float64Array>} */
  const rows = new Map();
  /** @type {Map<number, Checkpoint>} */
  const states = new Map();

  /** @param {string} name @param {number} step @param {unknown} value as on the wire */
  function note(name, step, value) {
    if (value === null || value === undefined) lacks.add(name);
    (columns[name] ??= [])[step - from] = value === null || value === undefined ? NaN : /** @type {number} */ (real(/** @type {any} */ (value)));
  }

  /** Whether what belongs to a step stays when the next ones come. @param {number} step @param {number} every */
  const stays = (step, every) => step === from || step % every === 0;

  /** @param {any} record @returns {Kept} */
  function keep({step, parameters, state, confusion}) {
    const row = numbersOf(parameters.float64);
    shapes ??= parameters.shapes;
    const before = rows.get(step), agrees = !before || sameRow(before, row);
    rows.set(step, row);
    if (state) states.set(step, {step, row, state: stateOf(state), confusion: confusion ?? null});
    return {row, agrees};
  }

  /** The step before was the last one: its row and state go where they are not among those that stay. @param {number} step */
  function forget(step) {
    if (!stays(step, stride)) rows.delete(step);
    if (!stays(step, statesEvery())) states.delete(step);
  }
  const statesEvery = () => Math.max(STATE_EVERY, stride);

  return {
    /** Takes a record of a stream that has parameters. @param {any} record */
    put(record) {
      const {step} = record;
      if (last < 0) from = step;
      for (const name of /** @type {const} */ (['epoch', 'loss', 'test_loss', 'accuracy', 'test_accuracy', 'learning_rate'])) note(name, step, record[name]);
      layers = Object.keys(record.gradient_norms);
      for (const layer of layers) note(`norm ${layer}`, step, record.gradient_norms[layer]);
      const kept = keep(record);
      if (step > last) {
        if (last >= from) forget(last);
        last = step;
      } else if (step < last) forget(step);
      return kept;
    },
    /** Half of the rows go; the others can be had from the states. */
    thin() {
      stride *= 2;
      for (const step of [...rows.keys()]) if (step !== last) forget(step);
      for (const step of [...states.keys()]) if (step !== last) forget(step);
    },
    get shapes() { return shapes; },
    get from() { return from; },
    get last() { return last; },
    get stride() { return stride; },
    get layers() { return layers; },
    /** @param {number} step @returns {Told|null} */
    told(step) {
      if (step < from || step > last) return null;
      const read = (/** @type {string} */ name) => columns[name][step - from], orNull = (/** @type {string} */ name) => (lacks.has(name) ? null : read(name));
      return {
        step, epoch: read('epoch'), loss: read('loss'), test_loss: orNull('test_loss'), accuracy: orNull('accuracy'), test_accuracy: orNull('test_accuracy'),
        learning_rate: read('learning_rate'), gradient_norms: Object.fromEntries(layers.map((layer) => [layer, read(`norm ${layer}`)])),
      };
    },
    /** One quantity from the first step to the last; null where the net has none. @param {string} name @returns {readonly number[]|null} */
    column: (name) => (lacks.has(name) || !columns[name] ? null : columns[name]),
    /** @param {number} step @returns {Float64Array|null} null: not kept */
    row: (step) => rows.get(step) ?? null,
    /** @param {number} step @returns {Checkpoint|null} */
    checkpoint: (step) => states.get(step) ?? null,
    /** The last state at or before a step. @param {number} step @returns {Checkpoint|null} */
    before(step) {
      let found = null;
      for (const each of states.values()) if (each.step <= step && (!found || each.step > found.step)) found = each;
      return found;
    },
    /** Of all that is kept. */
    get bytes() {
      let sum = 0;
      for (const row of rows.values()) sum += row.byteLength + ROW_OVERHEAD;
      for (const [step, {row, state}] of states) {
        if (rows.get(step) !== row) sum += row.byteLength + ROW_OVERHEAD;
        for (const each of Object.values(state.optimizer)) sum += typeof each === 'number' ? 8 : each.byteLength + ROW_OVERHEAD;
      }
      return sum + Object.values(columns).reduce((all, column) => all + 8 * column.length, 0);
    },
  };
}

/** @param {any} wire @returns {State} */
export function stateOf({optimizer, updates}) {
  const read = (/** @type {any} */ value) => (value !== null && typeof value === 'object' ? numbersOf(value.float64) : /** @type {number} */ (real(value)));
  return {updates, optimizer: Object.fromEntries(Object.entries(optimizer).map(([name, value]) => [name, read(value)]))};
}
