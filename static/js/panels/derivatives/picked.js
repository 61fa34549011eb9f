/** Several of a list, taken one by one: a choice that adds, and a button for each that takes it away again. */
import {h} from '../../ui/dom.js';
import {choice} from './kit.js';

const MOST = 12;

/** @typedef {readonly (readonly [string, string])[]} Options  value, name */

/**
 * @param {string} text "Rows" @param {(values: string[]) => void} changed
 * @returns {{root: HTMLElement, list: (options: Options, chosen: readonly string[]) => void}}
 */
export function picks(text, changed) {
  const chips = h('span', {class: 'picked', role: 'group', 'aria-label': text}), add = choice(`Add to ${text.toLowerCase()}`, (value) => value && changed([...now, value]));
  const root = h('div', {class: 'picks'}, h('span', {class: 'caption'}, text), chips, add.select);
  /** @type {readonly string[]} */
  let now = [];
  let drawn = '';

  return {
    root,
    list(options, chosen) {
      now = chosen;
      const key = JSON.stringify([chosen, options]);
      if (key === drawn) return;
      drawn = key;
      const names = new Map(options), focused = [...chips.children].indexOf(/** @type {Element} */ (document.activeElement));
      chips.replaceChildren(...chosen.map((value) => h('button', {type: 'button', class: 'tool chip', 'aria-label': `Take ${names.get(value)} away`, onclick: () => changed(now.filter((each) => each !== value))}, `${names.get(value)} ×`)));
      const others = options.filter(([value]) => !chosen.includes(value));
      add.list([['', 'add …'], ...others], '');
      add.select.hidden = !others.length || chosen.length >= MOST;
      // who takes one away by keys goes on with the next
      if (focused >= 0) /** @type {HTMLElement} */ (chips.children[Math.min(focused, chips.children.length - 1)] ?? add.select).focus();
    },
  };
}

/** What was chosen, as far as there is such a thing; else what stands for it. @param {string|undefined} written "n3|n5" @param {Options} options @param {readonly string[]} usual @returns {string[]} */
export function pickedOf(written, options, usual) {
  const known = new Set(options.map(([value]) => value)), found = readPicked(written).filter((each) => known.has(each));
  return (found.length ? found : usual.filter((each) => known.has(each))).slice(0, MOST);
}

/** @param {string|undefined} written */
export const readPicked = (written) => (written ?? '').split('|').filter(Boolean);

/** @param {readonly string[]} values */
export const writePicked = (values) => values.join('|') || null;
