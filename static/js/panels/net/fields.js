/** Fields of a configuration, made from what the server says of them: its kind, its limits, its line of explanation. */
import {h, setAttribute, setText} from '../../ui/dom.js';

/** @typedef {import('./draft.js').Draft} Draft */
/** @typedef {{name: string, says: string, kind: 'whole'|'real'|'flag'|'choice'|'pair', default?: any, low?: number, high?: number, choices?: string[], required?: boolean}} Described */
/** @typedef {{root: HTMLElement, update: () => void}} Part */

/** Names as a person reads them: test_fraction → test fraction. @param {string} name */
export const plainName = (name) => name.replaceAll('_', ' ');

/** @param {Draft} draft @param {string} path @param {Described} what @param {string} [label] @returns {Part} */
export function field(draft, path, what, label = plainName(what.name)) {
  const input = what.kind === 'flag' ? flag(draft, path, what) : what.kind === 'choice' ? choice(draft, path, what) : written(draft, path, what);
  const fault = faultLine(draft, (at) => at === path || at.startsWith(`${path}[`));
  setAttribute(input.root, 'data-path', path);
  setAttribute(input.root, 'aria-label', label);
  const hint = what.low === undefined ? what.says : `${what.says}; ${what.low} to ${what.high}`;
  const root = h('label', {class: `net-field net-field-${what.kind}`, title: hint}, h('span', {class: 'net-field-name'}, label), input.root, fault.root);
  return {
    root,
    update() {
      input.update();
      fault.update();
      setAttribute(input.root, 'aria-invalid', fault.root.hidden ? null : 'true');
    },
  };
}

/** The line of errors of what is at some paths. @param {Draft} draft @param {(path: string) => boolean} mine @returns {Part} */
export function faultLine(draft, mine) {
  const root = h('span', {class: 'net-fault', role: 'alert', hidden: true});
  return {
    root,
    update() {
      const found = draft.faults().filter(({path}) => mine(path));
      root.hidden = !found.length;
      setText(root, found.map(({path, text}) => (path ? `${path}: ${text}` : text)).join('\n'));
    },
  };
}

/** @param {Draft} draft @param {string} path @param {Described} what @returns {Part} */
function flag(draft, path, what) {
  const root = h('input', {type: 'checkbox', onchange: () => draft.set(path, root.checked)});
  return {root, update: () => { root.checked = Boolean(draft.at(path) ?? what.default); }};
}

/** @param {Draft} draft @param {string} path @param {Described} what @returns {Part} */
function choice(draft, path, what) {
  const root = h('select', {class: 'way-select', onchange: () => draft.set(path, root.value)}, ...(what.choices ?? []).map((value) => h('option', {value}, plainName(value))));
  return {root, update: () => { root.value = draft.at(path) ?? what.default; }};
}

/** Numbers, and pairs of them (“3 × 3”); what is no number goes to the server as it is, which says what must be. @param {Draft} draft @param {string} path @param {Described} what @returns {Part} */
function written(draft, path, what) {
  const root = h('input', {class: 'net-number num', type: 'text', inputmode: what.kind === 'whole' ? 'numeric' : 'decimal', autocomplete: 'off', spellcheck: 'false', oninput: () => draft.set(path, parsed(root.value, what.kind))});
  root.addEventListener('blur', () => update());
  root.addEventListener('keydown', (event) => {
    const by = {ArrowUp: 1, ArrowDown: -1}[event.key], now = Number(root.value);
    if (!by || what.kind !== 'whole' || !Number.isInteger(now)) return;
    root.value = String(Math.max(what.low ?? 0, Math.min(what.high ?? Infinity, now + by)));
    draft.set(path, Number(root.value));
    event.preventDefault();
  });
  function update() {
    const given = draft.at(path), value = given === undefined ? what.default : given;
    const isBeingTyped = document.activeElement === root && JSON.stringify(parsed(root.value, what.kind)) === JSON.stringify(value);
    if (!isBeingTyped) root.value = textOf(value);
  }
  return {root, update};
}

/** @param {any} value */
const textOf = (value) => (Array.isArray(value) ? value.join(' × ') : value === null || value === undefined ? '' : String(value));

/** @param {string} text @param {string} kind @returns {unknown} */
export function parsed(text, kind) {
  const words = kind === 'pair' ? text.split(/[×x,\s]+/).filter(Boolean) : [text.trim()];
  const numbers = words.map((word) => (word !== '' && Number.isFinite(Number(word.replace('−', '-'))) ? Number(word.replace('−', '-')) : word));
  return kind !== 'pair' ? numbers[0] : numbers.length === 0 ? null : numbers;
}
