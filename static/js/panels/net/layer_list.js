/** The list of layers: each with its type and its fields, to be added, taken out and moved; blocks around others hold a list of their own. */
import {moved, valueAt} from '../../model/net_paths.js';
import {h} from '../../ui/dom.js';
import {faultLine, field, plainName} from './fields.js';

/** @typedef {import('./draft.js').Draft} Draft @typedef {import('./fields.js').Part} Part */
/** @typedef {{type: string, doc: string, fields: import('./fields.js').Described[], nested: boolean}} LayerRecord */

const NEW_UNITS = 4;

/** A layer of a type with what it must be given; the rest is as usual. @param {LayerRecord} record @returns {any} */
export function newLayer({type, fields, nested}) {
  const required = fields.filter(({required: is}) => is).map(({name, low = 1, high = 64}) => [name, Math.max(low, Math.min(high, NEW_UNITS))]);
  return {type, ...Object.fromEntries(required), ...(type === 'dense' ? {activation: 'tanh'} : {}), ...(nested ? {layers: [{type: 'activation', activation: 'tanh'}]} : {})};
}

/**
 * @param {Draft} draft @param {LayerRecord[]} records @param {string} path  `layers`, or those of a block: `layers[1].layers`
 * @param {(key: string) => void} focusNext  where the focus goes when the list is built anew
 * @returns {Part}
 */
export function layerList(draft, records, path, focusNext) {
  const layers = /** @type {any[]} */ (draft.at(path) ?? []), isOuter = path === 'layers';
  const rows = layers.map((layer, i) => layerRow(draft, records, path, i, layers.length, focusNext));
  const fault = faultLine(draft, (at) => at === path);
  /** @param {any[]} next @param {string} focus */
  const put = (next, focus) => { focusNext(focus); draft.set(path, next); };
  // A hidden layer goes before the last, which gives the output; inside a block it goes to the end.
  const place = isOuter ? Math.max(0, layers.length - 1) : layers.length;
  const add = h('button', {type: 'button', class: 'tool net-add', 'data-key': `${path}+`, onclick: () => put([...layers.slice(0, place), newLayer(records[0]), ...layers.slice(place)], `${path}[${place}].type`)}, isOuter ? 'Add a hidden layer' : 'Add a layer inside');
  const root = h('div', {class: 'net-layers'}, h('ol', {class: 'net-layer-list', role: 'presentation'}, ...rows.map((row) => row.root)), fault.root, add);
  return {root, update: () => { for (const row of rows) row.update(); fault.update(); }};
}

/** @param {Draft} draft @param {LayerRecord[]} records @param {string} path @param {number} i @param {number} count @param {(key: string) => void} focusNext @returns {Part} */
function layerRow(draft, records, path, i, count, focusNext) {
  const at = `${path}[${i}]`, layer = draft.at(at), record = records.find(({type}) => type === layer.type), name = `layer ${i + 1}`;
  const list = () => /** @type {any[]} */ (valueAt(draft.get(), path));
  /** @param {any[]} next @param {string} focus */
  const put = (next, focus) => { focusNext(focus); draft.set(path, next); };
  const select = h('select', {class: 'way-select net-type', 'data-key': `${at}.type`, 'aria-label': `Type of ${name}`, title: record?.doc, onchange() {
    const next = records.find(({type}) => type === select.value);
    if (next) put(list().map((each, k) => (k === i ? newLayer(next) : each)), `${at}.type`);
  }}, ...records.map(({type}) => h('option', {value: type}, plainName(type))));
  select.value = layer.type;
  const button = (/** @type {string} */ text, /** @type {string} */ label, /** @type {boolean} */ off, /** @type {() => void} */ act, /** @type {string} */ key) => h('button', {type: 'button', class: 'tool net-small', 'aria-label': label, title: label, 'aria-disabled': off ? 'true' : null, 'data-key': `${at}${key}`, onclick: () => { if (!off) act(); }}, text);
  const up = button('↑', `Move ${name} up`, i === 0, () => put(moved(list(), i, -1), `${path}[${i - 1}]up`), 'up');
  const down = button('↓', `Move ${name} down`, i === count - 1, () => put(moved(list(), i, 1), `${path}[${i + 1}]down`), 'down');
  const out = button('×', `Remove ${name}`, count === 1, () => put(list().filter((_, k) => k !== i), `${path}[${Math.max(0, Math.min(i, count - 2))}].type`), 'out');
  const fields = (record?.fields ?? []).map((each) => field(draft, `${at}.${each.name}`, each, plainName(each.name)));
  const inner = record?.nested ? [layerList(draft, records, `${at}.layers`, focusNext)] : [];
  const fault = faultLine(draft, (where) => where === at || where === `${at}.type`);
  const root = h('li', {class: 'net-layer'}, h('div', {role: 'group', 'aria-label': name}, h('div', {class: 'net-layer-head'}, h('span', {class: 'net-layer-number num', 'aria-hidden': 'true'}, String(i + 1)), select, up, down, out), h('div', {class: 'net-fields'}, ...fields.map((each) => each.root)), fault.root, ...inner.map((each) => each.root)));
  const parts = [...fields, ...inner, fault];
  return {root, update: () => { for (const each of parts) each.update(); }};
}
