/** The data: a set by name with its fields, points drawn by hand, or a table that was pasted or dropped. */
import {num} from '../../model/format.js';
import {suited, taskOf} from '../../model/net_suits.js';
import {flat} from '../../model/tensor.js';
import {h, setText} from '../../ui/dom.js';
import {drawnPart} from './drawn.js';
import {field} from './fields.js';
import {netRun} from './kit.js';
import {pastedPart} from './pasted.js';

/** @typedef {import('./draft.js').Draft} Draft @typedef {import('./fields.js').Part} Part */
/** @typedef {(x: number[][], y: number[], classes: boolean, key: string|null) => void} Give  a person's own points become the net's data */

const SHOWN = 4;   // features whose scaling is written out
const SHARE = 0.25;

/** @param {boolean} own @returns {import('./fields.js').Described[]} */
const aboutData = (own) => [
  {name: 'seed', says: 'for points and their order', kind: 'whole', low: 0, high: 2 ** 53 - 1, default: 0},
  {name: 'test_fraction', says: 'share kept for testing', kind: 'real', low: 0, high: 0.9, default: own ? 0 : SHARE},
  {name: 'standardize', says: 'whether inputs are scaled to mean 0 and deviation 1', kind: 'flag', default: false},
];

/** @param {Draft} draft @param {any[]} datasets @param {any} ctx @returns {Part & {leave: () => void}} */
export function dataPart(draft, datasets, ctx) {
  const setName = () => draft.at('data.dataset');
  const doc = h('p', {class: 'net-hint'}), place = h('div', {class: 'net-fields'}), scaling = h('p', {class: 'net-hint', hidden: true});
  const select = h('select', {class: 'way-select', 'aria-label': 'Data', onchange: () => chosen(select.value)},
    ...datasets.map(({name}) => h('option', {value: name}, name.replaceAll('_', ' '))), h('option', {value: 'drawn'}, 'drawn by you'), h('option', {value: 'table'}, 'a table of yours (CSV)'));
  const root = h('fieldset', {class: 'net-section'}, h('legend', {}, 'Data'), h('div', {class: 'net-fields'}, select, doc, place, scaling));
  /** @type {Part[]} */
  let parts = [];
  let seen = setName();

  /** @type {Give} */
  function give(x, y, classes, key) {
    const {dataset, seed = 0, test_fraction: share = 0, standardize = false} = draft.get().data;
    draft.replace(suited({...draft.get(), data: {x, y, seed, test_fraction: dataset === undefined ? share : 0, standardize}}, taskOf(x, y, classes)), key);
  }

  /** @param {string} name */
  function chosen(name) {
    const record = datasets.find((each) => each.name === name);
    if (!record) return show(name);
    const {dataset, seed, test_fraction: share, standardize, noise, samples} = draft.get().data;
    const kept = Object.entries({noise, samples, seed, test_fraction: dataset === undefined ? undefined : share, standardize}).filter(([key, value]) => value !== undefined && (record.fields.some((/** @type {any} */ each) => each.name === key) || ['seed', 'test_fraction', 'standardize'].includes(key)));
    draft.replace(suited({...draft.get(), data: {dataset: name, ...Object.fromEntries(kept)}}, record));
  }

  /** @param {string} mode a data set's name, `drawn` or `table` */
  function show(mode) {
    leaveParts();
    const record = datasets.find((each) => each.name === mode);
    setText(doc, record?.doc ?? '');
    const own = record ? record.fields.map((/** @type {any} */ each) => field(draft, `data.${each.name}`, each)) : [mode === 'drawn' ? drawnPart(draft, give) : pastedPart(draft, give)];
    parts = [...own, ...aboutData(!record).map((each) => field(draft, `data.${each.name}`, each))];
    place.replaceChildren(...parts.map((part) => part.root));
    select.value = mode;
    for (const part of parts) part.update();
  }
  const leaveParts = () => { for (const part of parts) /** @type {any} */ (part).leave?.(); };

  /** Scaling is part of the net, so its numbers are shown. */
  function tellScaling() {
    const found = netRun(ctx.store.get())?.network.data.standardize;
    scaling.hidden = !found;
    if (!found) return;
    const first = (/** @type {any} */ list) => flat(list).slice(0, SHOWN).map((each) => num(each)).join(', ');
    setText(scaling, `Inputs are scaled before the first layer: mean ${first(found.mean)}, deviation ${first(found.scale)}${flat(found.mean).length > SHOWN ? ' …' : ''}.`);
  }

  const modeNow = () => setName() ?? (isDrawable(draft.at('data')) ? 'drawn' : 'table');
  show(modeNow());
  const leave = ctx.store.subscribe((/** @type {any} */ {run}) => run, tellScaling);
  return {
    root,
    update() {
      const isOwn = setName() === undefined && ['drawn', 'table'].includes(select.value);
      if (seen !== setName() && !isOwn) show(modeNow());
      seen = setName();
      for (const part of parts) part.update();
      tellScaling();
    },
    leave() {
      leave();
      leaveParts();
    },
  };
}

/** Points on the plane with classes 0 to 3. @param {any} data */
export const isDrawable = (data) => Array.isArray(data?.x) && data.x.every((/** @type {any} */ each) => each?.length === 2) && Array.isArray(data.y) && data.y.every((/** @type {any} */ each) => [0, 1, 2, 3].includes(each));
