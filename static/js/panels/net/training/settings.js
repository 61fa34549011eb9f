/** How the net is trained: fields with the labels, defaults and limits that the server names. A change goes on from where the training stands. */
import {trainerOf} from '../../../core/trainer.js';
import {readSettings, switched, writeSettings} from '../../../model/training_settings.js';
import {h} from '../../../ui/dom.js';
import {field, plainName} from '../fields.js';

/** @typedef {{name: string, says: string, default: any, least?: number, below?: number, low?: number, high?: number, above?: number, kind?: string, pair?: any}} Limits as GET /network/optimizers has them */
/** @typedef {{name: string, title?: string, doc: string, fields: Limits[]}} Record_ */
/** @typedef {{optimizers: Record_[], schedules: Record_[]}} Catalogue */

const EMPTY_IS_NONE = new Set(['batch_size', 'clip_norm']);
const OWN = Object.freeze({
  batch_size: {name: 'batch_size', says: 'examples in an update; empty: all', kind: /** @type {const} */ ('whole'), low: 1, default: null},
  shuffle: {name: 'shuffle', says: 'every epoch has its own order, by the net’s seed', kind: /** @type {const} */ ('flag'), default: false},
  clip_norm: {name: 'clip_norm', says: 'longest gradient, over all parameters together; empty: not clipped', kind: /** @type {const} */ ('real'), above: 0, default: null},
});

/** @param {any} ctx @returns {{root: HTMLElement, leave: () => void}} */
export function settingsForm(ctx) {
  const {store, actions, client} = ctx, trainer = trainerOf(ctx), root = h('div', {class: 'training-settings'});
  /** @type {Catalogue|null} */
  let catalogue = null;
  /** @type {{path: string, text: string, value: unknown}[]} */
  let faults = [];
  /** @type {{root: HTMLElement, update: () => void}[]} */
  let fields = [];
  let built = '', alive = true;
  /** @type {string[]} */
  let names = [];

  const now = () => readSettings(store.get().ways.train);
  const take = (/** @type {any} */ next) => actions.setWay({train: writeSettings(next)});

  /** @param {string} path @returns {any} */
  function at(path) {
    const fault = faults.find((each) => each.path === path);
    return fault ? fault.value : path.split('.').reduce((/** @type {any} */ value, key) => value?.[key], now());
  }

  /** @param {string} path @param {any} value @param {Limits} limits */
  function put(path, value, limits) {
    const [first, ...rest] = path.split('.'), given = EMPTY_IS_NONE.has(first) && value === '' ? null : value;
    const text = given === null && EMPTY_IS_NONE.has(first) ? null : faultOf(given, limits);
    faults = [...faults.filter((each) => each.path !== path), ...(text === null ? [] : [{path, text, value}])];
    if (text === null) take(changed(now(), [first, ...rest], given, limits));
    update();
  }

  /** @param {string} path @param {any} limits */
  function part(path, limits, label = plainName(limits.name)) {
    const draft = {at, set: (/** @type {string} */ place, /** @type {unknown} */ value) => put(place, value, limits), faults: () => faults, get: now, replace: take, isTrained: () => false, leave() {}};
    return field(draft, path, {...limits, kind: kindOf(limits), low: limits.low ?? limits.least, high: limits.high ?? limits.below}, label);
  }

  /** @param {'optimizer'|'schedule'} key @param {Record_[]} records @param {string} label */
  function named(key, records, label) {
    const select = h('select', {class: 'way-select', 'aria-label': label, onchange() {
      const record = records.find(({name}) => name === select.value);
      faults = faults.filter(({path}) => !path.startsWith(`${key}.`));
      if (record) take({...now(), [key]: switched(now()[key], record)});
      update();
      /** @type {HTMLElement|null} */ (root.querySelector(`select[aria-label="${label}"]`))?.focus();
    }}, ...records.map(({name, title}) => h('option', {value: name}, title ?? plainName(name))));
    const record = records.find(({name}) => name === now()[key].name) ?? records[0];
    select.value = record.name;
    select.title = record.doc;
    const own = record.fields.flatMap((limits) => (Array.isArray(limits.default)
      ? limits.default.map((each, i) => part(`${key}.${limits.name}.${i}`, {...limits, default: each, pair: limits.default}, `${plainName(limits.name)} ${i + 1}`))
      : [part(`${key}.${limits.name}`, limits)]));
    return {root: h('fieldset', {class: 'training-group'}, h('legend', {}, label), select, ...own.map((each) => each.root)), own};
  }

  function build() {
    if (!catalogue) return;
    const optimizer = named('optimizer', catalogue.optimizers, 'Optimizer'), schedule = named('schedule', catalogue.schedules, 'Schedule');
    const own = Object.values(OWN).map((limits) => part(limits.name, limits));
    fields = [...optimizer.own, ...schedule.own, ...own];
    root.replaceChildren(optimizer.root, h('fieldset', {class: 'training-group'}, h('legend', {}, 'Batches and gradient'), ...own.map((each) => each.root)), schedule.root, frozen());
  }

  function frozen() {
    const boxes = names.map((name) => {
      const box = h('input', {type: 'checkbox', checked: now().freeze.includes(name), onchange: () => take({...now(), freeze: names.filter((each) => (each === name ? box.checked : now().freeze.includes(each)))})});
      return h('label', {class: 'training-freeze'}, box, name);
    });
    return h('fieldset', {class: 'training-group'}, h('legend', {}, 'Frozen: they stay as they are'), h('div', {class: 'training-boxes'}, ...boxes));
  }

  function update() {
    const {optimizer, schedule, freeze} = now(), structure = JSON.stringify([optimizer.name, schedule.name, freeze, names, catalogue !== null]);
    const key = root.contains(document.activeElement) ? document.activeElement?.getAttribute('data-path') : null;
    if (structure !== built) build();
    built = structure;
    for (const each of fields) each.update();
    if (key && !root.contains(document.activeElement)) /** @type {HTMLElement|null} */ (root.querySelector(`[data-path="${CSS.escape(key)}"]`))?.focus();
  }

  /** @returns {Promise<void>} */
  const load = () => client.get('/network/optimizers').then((/** @type {Catalogue} */ found) => {
    catalogue = found;
    if (alive) update();
  }).catch(() => {
    if (alive) root.replaceChildren(h('p', {class: 'way-note'}, 'What a training may be did not load. ', h('button', {type: 'button', class: 'tool', onclick: () => void load()}, 'Try again')));
  });
  const learnNames = () => trainer.about().then(({shapes}) => {
    names = Object.keys(shapes);
    if (alive) update();
  }).catch(() => {});

  void load();
  if (store.get().net) void learnNames();
  const leaves = [
    store.subscribe((/** @type {any} */ {ways}) => ways.train, update),
    store.subscribe((/** @type {any} */ {net}) => net?.configuration, () => { if (store.get().net) void learnNames(); }),
  ];
  return {root, leave() { alive = false; for (const each of leaves) each(); }};
}

/** @param {Limits} limits */
function kindOf({kind, default: usual}) {
  return kind ?? (typeof usual === 'boolean' ? 'flag' : 'real');
}

/** Why a value can't be; null: it can. @param {any} value @param {Limits} limits @returns {string|null} */
function faultOf(value, limits) {
  const kind = kindOf(limits), least = limits.low ?? limits.least ?? -Infinity, most = limits.high ?? Infinity, below = limits.below ?? Infinity;
  if (kind === 'flag' || kind === 'choice') return null;
  if (typeof value !== 'number') return `is ${value === '' ? 'empty' : value}, must be a number`;
  if (kind === 'whole' && !Number.isInteger(value)) return `is ${value}, must be a whole number`;
  if (limits.above !== undefined && value <= limits.above) return `is ${value}, must be above ${limits.above}`;
  if (value < least || value > most || value >= below) return `is ${value}, must be ${most < Infinity ? `from ${least} to ${most}` : below < Infinity ? `from ${least} and below ${below}` : `${least} or more`}`;
  return null;
}

/** @param {any} settings @param {string[]} path @param {any} value @param {Limits} limits */
function changed(settings, [first, name, index], value, limits) {
  if (name === undefined) return {...settings, [first]: value};
  if (index === undefined) return {...settings, [first]: {...settings[first], [name]: value}};
  const pair = [...(settings[first][name] ?? limits.pair)];
  pair[Number(index)] = value;
  return {...settings, [first]: {...settings[first], [name]: pair}};
}
