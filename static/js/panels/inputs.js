/** The inputs: a slider and a field for every number, a grid of fields for every array. */
import {setTo} from '../core/literals.js';
import {inputCheck} from '../model/explain.js';
import {access} from '../model/access.js';
import {stateOf} from '../model/fold_moment.js';
import {wholeOf} from '../model/run.js';
import {frameAt, timeline} from '../model/timeline.js';
import {isSummary} from '../model/tensor.js';
import {h} from '../ui/dom.js';
import {gridInput} from './inputs/grid.js';
import {scalarInput} from './inputs/scalar.js';

/** @typedef {{name: string, base: string, at: number[], id: string, slope: string, value: any, grad: any, isArray: boolean}} Input
 *   `base`, `at`: of which list it is which element; `slope`: the node whose gradient is its own */

/** @typedef {{name: string, base: string, at: number[], index: number, slope: number, gathered: boolean}} Place
 *   `index` of its (first) node; `slope`: of the node whose gradient is its own; `gathered`: an array in scalar detail */

const AT_ONCE = 60;

/** @param {HTMLElement} root @param {any} ctx store, actions @returns {() => void} */
export function mount(root, {store, actions}) {
  /** @type {Map<string, {root: HTMLElement, update: (input: Input, shown: {grad: any, reached: boolean, check: string}) => void}>} */
  let rows = new Map();
  let signature = '', limit = AT_ONCE;
  const more = h('button', {type: 'button', class: 'tool table-more', onclick: () => { limit += AT_ONCE; update(); }}, 'More inputs');

  function update() {
    const {run: folded, t} = store.get(), run = folded && wholeOf(folded);
    const all = run ? inputsOf(run) : [], inputs = all.slice(0, limit);
    const next = `${inputs.map(({name, isArray}) => `${name}:${isArray}`).join(' ')} ${all.length}`;
    if (next !== signature) {
      signature = next;
      const before = rows;
      rows = new Map(inputs.map((input) => [key(input), before.get(key(input)) ?? make(input)]));
      root.replaceChildren(...[...rows.values()].map((each) => each.root), ...(all.length > limit ? [more] : []));
      if (!inputs.length) root.replaceChildren(h('p', {class: 'inputs-none'}, run ? 'This program has no inputs: give a name a number, such as x = 2.0.' : ''));
    }
    if (!folded) return;
    const frame = frameAt(folded, timeline(folded), t);
    for (const input of inputs) {
      const seen = stateOf(folded, frame, input.slope);
      rows.get(key(input))?.update(input, {grad: seen ? seen.grad : input.grad, reached: !seen || seen.gradState !== 'none', check: checks(run).get(input.id) ?? 'none'});
    }
  }

  /** @type {{run: any, states: Map<string, string>}} */
  let checked = {run: null, states: new Map()};
  /** What the gradient check says of every input. @param {any} run */
  function checks(run) {
    if (checked.run !== run) checked = {run, states: new Map(inputsOf(run).slice(0, limit).map(({id}) => [id, inputCheck(run, run.node(id))]))};
    return checked.states;
  }

  /** @param {Input} input */
  function make(input) {
    const write = (/** @type {any} */ value) => actions.setInput(input.base, input.at.length ? withElement(current(input.base), input.at, value) : value);
    const parts = {name: input.name, id: input.id, write, store, actions};
    return input.isArray ? gridInput(parts) : scalarInput({...parts, output: () => outputName(store.get().run)});
  }

  /** The list as it stands, with what is not answered yet. @param {string} base */
  function current(base) {
    return setTo(store.get(), base) ?? store.get().run?.reply.values[base];
  }

  const leave = store.subscribe((/** @type {any} */ {run, t, overrides, ranges, stale}) => [run, t, overrides, ranges, stale], update);
  update();
  return () => {
    leave();
    root.replaceChildren();
  };
}

/** @param {Input} input */
const key = ({name, isArray}) => `${name}:${isArray}`;

/** @param {any} run */
const outputName = (run) => run?.node(run.output).name ?? 'output';

/**
 * Elements of a list are inputs of their own; in scalar detail an array's are gathered again. What is too large to be
 * sent number by number is not given that way either.
 * @param {any} run @returns {Input[]}
 */
function inputsOf(run) {
  const {id} = access(run);
  return placesOf(run).map(({name, base, at, index, slope, gathered}) => {
    const {value, shape} = run.node(id(index)), own = {name, base, at, id: id(index), slope: id(slope)};
    return gathered ? {...own, value: run.reply.values[base], grad: null, isArray: true}
      : {...own, value, grad: run.node(own.slope).grad, isArray: shape.length > 0};
  });
}

/** @type {{signature: string, places: Place[]}|null} */
let latest = null;

/** What is an input follows from the structure: a drag finds it known. @param {any} run @returns {Place[]} */
function placesOf(run) {
  if (latest && latest.signature === run.signature) return latest.places;
  latest = {signature: run.signature, places: findPlaces(run)};
  return latest.places;
}

/** @param {any} run @returns {Place[]} */
function findPlaces(run) {
  /** @type {Map<string, Place>} */
  const found = new Map();
  const lists = new Set(), all = access(run);
  for (let index = 0; index < all.count; index += 1) {
    const name = all.kind(index) === 'input' ? all.name(index) : null;
    if (!name || isSummary(all.value(index))) continue;
    const element = /^(.+?)\[([\d,]+)\]$/.exec(name);
    const base = element ? element[1].replace(/\[.*$/, '') : name;
    const list = element && run.reply.values[base];
    if (!list) found.set(name, {name, base: name, at: [], index, slope: index, gathered: false});
    else if (!isSummary(list) && count(list) <= 8) {
      const at = [...name.slice(base.length).matchAll(/\d+/g)].map(([digits]) => Number(digits));
      found.set(name, {name, base, at, index, slope: index, gathered: false});
    } else if (!lists.has(base)) {
      lists.add(base);
      if (!isSummary(list)) found.set(base, {name: base, base, at: [], index, slope: index, gathered: true});
    }
  }
  giveSlopes(all, found);
  return [...found.values()].sort((a, b) => placeOf(run, a) - placeOf(run, b));
}

/**
 * A weight that is updated in the program stands for one node after another. Its gradient is that of the last one that
 * the output is calculated from, as in the reply's `gradients`.
 * @param {import('../model/access.js').Access} all @param {Map<string, Place>} found
 */
function giveSlopes(all, found) {
  const later = new Map();
  for (let index = 0; index < all.count; index += 1) {
    const place = all.kind(index) === 'op' ? found.get(all.name(index) ?? '') : null;
    if (place) later.set(index, place);
  }
  if (!later.size) return;
  const used = new Set();
  for (let e = 0; e < all.source.length; e += 1) if (later.has(all.source[e]) && all.contribution(e) !== null) used.add(all.source[e]);
  for (const [index, place] of later) if (used.has(index)) place.slope = index;
}

/** Inputs stand in the order of the program; what is only asked for stands last. @param {any} run @param {Place} place */
function placeOf(run, {index}) {
  const span = access(run).span(index);
  return span ? span.line * 1e4 + span.column : Infinity;
}

/** @param {any} list @returns {number} */
const count = (list) => (Array.isArray(list) ? list.reduce((sum, each) => sum + count(each), 0) : 1);

/** @param {any} list @param {number[]} at @param {any} value @returns {any} */
export function withElement(list, [first, ...rest], value) {
  return list.map((/** @type {any} */ each, /** @type {number} */ i) => (i !== first ? each : rest.length ? withElement(each, rest, value) : value));
}
