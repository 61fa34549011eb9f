/** The net's configuration, where the program's text is else: input, layers, loss, weights, data, each error by its field. */
import {h} from '../../ui/dom.js';
import {dataPart} from './data.js';
import {createDraft} from './draft.js';
import {faultLine, field} from './fields.js';
import {layerList} from './layer_list.js';

/** @typedef {import('./fields.js').Part} Part @typedef {import('./fields.js').Described} Described */
/** @typedef {{layers: any[], losses: any[], initializers: {name: string, doc: string, formula: string, fields: Described[]}[], fields: Described[], datasets: any[]}} Options */

const DRAWS_ANEW = 'Other shapes, another initialiser or seed draw new weights; what was learned can be brought back by Undo.';

/** @param {HTMLElement} root @param {any} ctx store, actions, client, toast @returns {() => void} */
export function mount(root, ctx) {
  const {actions, client} = ctx, body = h('div', {class: 'net-form'}), wide = matchMedia('(min-width: 1024px)');
  const text = h('button', {type: 'button', class: 'tool', onclick: () => actions.setTab(wide.matches ? 'graph' : 'program')}, 'Program text');
  root.replaceChildren(h('div', {class: 'panel-head'}, h('h2', {}, 'Net'), text), body);
  /** @type {Options|null} */
  let options = null;
  /** @type {Part[]} */
  let parts = [];
  /** @type {ReturnType<typeof dataPart>|null} */
  let data = null;
  const rest = h('div', {class: 'net-form'});
  let built = '', focus = '', alive = true;
  const draft = createDraft(ctx, update);
  const focusNext = (/** @type {string} */ key) => { focus = key; };

  function update() {
    if (!options || !draft.get()) return;
    const structure = structureOf(draft.get());
    if (!data) body.replaceChildren((data = dataPart(draft, options.datasets, ctx)).root, rest);
    if (structure !== built) build(structure, options);
    for (const part of [data, ...parts]) part.update();
    focusOn(focus);
    focus = '';
  }

  /** @param {string} structure @param {Options} known */
  function build(structure, known) {
    built = structure;
    const key = focus || document.activeElement?.getAttribute('data-key') || document.activeElement?.getAttribute('data-path');
    const hadFocus = focus !== '' || rest.contains(document.activeElement);
    parts = sections(draft, known, focusNext, (path) => body.querySelector(`[data-path="${CSS.escape(path)}"]`) !== null);
    rest.replaceChildren(...parts.map((part) => part.root));
    if (hadFocus && key) focusOn(key);
  }

  /** @param {string} key */
  function focusOn(key) {
    if (key) /** @type {HTMLElement|null} */ (rest.querySelector(`[data-key="${CSS.escape(key)}"], [data-path="${CSS.escape(key)}"]`))?.focus();
  }

  /** @returns {Promise<void>} */
  const ask = () => Promise.all([client.get('/network/options'), client.get('/datasets')]).then(([found, {datasets}]) => {
    if (!alive) return;
    options = {...found, datasets};
    update();
  }).catch(() => {
    if (alive) body.replaceChildren(h('p', {class: 'way-note'}, 'What a net may be did not load. ', h('button', {type: 'button', class: 'tool', onclick: () => void ask()}, 'Try again')));
  });
  void ask();

  return () => {
    alive = false;
    data?.leave();
    draft.leave();
    root.replaceChildren();
  };
}

/** What decides which fields there are; the rest only changes what they hold. @param {any} configuration */
function structureOf({layers, initializer, input}) {
  /** @type {(list: any[]) => unknown[]} */
  const types = (list) => (Array.isArray(list) ? list : []).map((/** @type {any} */ each) => [each.type, each.layers ? types(each.layers) : []]);
  return JSON.stringify([types(layers), nameOf(initializer), Array.isArray(input) ? input.length : 0]);
}

/** @param {any} initializer */
const nameOf = (initializer) => (typeof initializer === 'string' ? initializer : initializer?.name) ?? 'glorot_uniform';

/** @param {import('./draft.js').Draft} draft @param {Options} options @param {(key: string) => void} focusNext @param {(path: string) => boolean} hasField @returns {Part[]} */
function sections(draft, options, focusNext, hasField) {
  const own = (/** @type {string} */ name, /** @type {string} */ label) => field(draft, name, /** @type {Described} */ (options.fields.find((each) => each.name === name)), label);
  const hint = anewHint(draft);
  return [
    section('Input', [inputPart(draft, focusNext)]),
    section('Layers', [layerList(draft, options.layers, 'layers', focusNext)]),
    section('Loss', [own('loss', 'Loss'), own('reduction', 'Reduction'), own('fused', 'Fused'), own('l1', 'L1'), own('l2', 'L2')]),
    section('Weights', [initializerPart(draft, options, focusNext), own('seed', 'Seed'), hint]),
    faultLine(draft, (path) => !hasField(path) && !OWN_LINE.test(path)),
  ];
}

/** @param {string} title @param {Part[]} parts @returns {Part} */
function section(title, parts) {
  const root = h('fieldset', {class: 'net-section'}, h('legend', {}, title), h('div', {class: 'net-fields'}, ...parts.map((part) => part.root)));
  return {root, update: () => { for (const part of parts) part.update(); }};
}

/** Said beforehand where there is something to lose. @param {import('./draft.js').Draft} draft @returns {Part} */
function anewHint(draft) {
  const root = h('p', {class: 'net-hint', hidden: true}, DRAWS_ANEW);
  return {root, update: () => { root.hidden = !draft.isTrained(); }};
}

/** Places that have a line of errors but no one field: the list of layers, a layer, the input’s shape. What has neither is told at the end. */
const OWN_LINE = /^(input|layers|(layers\[\d+\]\.?)+(type)?)(\[\d+\])?$/;

const KINDS = /** @type {const} */ ([['Features', ['features']], ['Sequence', ['steps', 'features']], ['Image', ['channels', 'height', 'width']]]);

/** Features in a row, a sequence of them, or an image. @param {import('./draft.js').Draft} draft @param {(key: string) => void} focusNext @returns {Part} */
function inputPart(draft, focusNext) {
  const sizes = () => { const input = draft.at('input'); return Array.isArray(input) ? input : [input]; };
  const first = sizes(), names = KINDS[Math.max(0, Math.min(2, first.length - 1))][1], isList = Array.isArray(draft.at('input'));
  const kind = h('select', {class: 'way-select', 'aria-label': 'Kind of input', 'data-key': 'input.kind', onchange() {
    const next = KINDS.findIndex(([text]) => text === kind.value), count = sizes().reduce((product, each) => product * Number(each), 1), side = Math.round(Math.sqrt(count));
    focusNext('input.kind');
    draft.set('input', next === 0 ? count : next === 1 ? [1, count] : side * side === count ? [1, side, side] : [1, 1, count]);
  }}, ...KINDS.map(([text]) => h('option', {}, text)));
  kind.value = KINDS[Math.max(0, Math.min(2, first.length - 1))][0];
  const fields = names.map((name, i) => field(draft, isList ? `input[${i}]` : 'input', {name, says: name, kind: 'whole', low: 1, high: [[64], [32, 64], [3, 28, 28]][names.length - 1][i]}, name));
  const fault = faultLine(draft, (path) => isList && path === 'input');
  const root = h('div', {class: 'net-fields'}, kind, ...fields.map((each) => each.root), fault.root);
  return {root, update: () => { for (const each of [...fields, fault]) each.update(); }};
}

/** @param {import('./draft.js').Draft} draft @param {Options} options @param {(key: string) => void} focusNext @returns {Part} */
function initializerPart(draft, {initializers}, focusNext) {
  const name = nameOf(draft.at('initializer')), record = initializers.find((each) => each.name === name);
  const select = h('select', {class: 'way-select', 'aria-label': 'Initialiser', 'data-key': 'initializer.name', title: record ? `${record.doc} ${record.formula}` : '', onchange() {
    focusNext('initializer.name');
    draft.set('initializer', select.value);
  }}, ...initializers.map((each) => h('option', {value: each.name}, each.name.replaceAll('_', ' '))));
  select.value = name;
  // A name alone has no place for options: the first one that is set makes it an object.
  const held = {...draft, at: (/** @type {string} */ path) => (typeof draft.at('initializer') === 'object' ? draft.at(path) : undefined), set: (/** @type {string} */ path, /** @type {unknown} */ value) => {
    const now = draft.at('initializer');
    draft.set('initializer', {...(typeof now === 'object' ? now : {name}), [path.split('.')[1]]: value});
  }};
  const fields = (record?.fields ?? []).map((each) => field(held, `initializer.${each.name}`, each));
  const root = h('div', {class: 'net-fields'}, h('label', {class: 'net-field net-field-choice'}, h('span', {class: 'net-field-name'}, 'Initialiser'), select), record ? h('p', {class: 'net-hint'}, record.formula) : null, ...fields.map((each) => each.root));
  return {root, update: () => { select.value = nameOf(draft.at('initializer')); for (const each of fields) each.update(); }};
}
