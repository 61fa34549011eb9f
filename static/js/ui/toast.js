/** A short word at the bottom of the page: one at a time, for four seconds; one with something to do stays until the next. */
import {h} from './dom.js';

const SHOWN_MS = 4000;

/** @typedef {{text: string, act: () => void}} Deed  `Undo` @typedef {(text: string, deed?: Deed) => void} Toast */

/** @param {HTMLElement} root a polite live region @returns {Toast} */
export function createToasts(root) {
  /** @type {any} */
  let timer = null;
  const clear = () => root.replaceChildren();
  return (text, deed) => {
    clearTimeout(timer);
    const close = deed && h('button', {type: 'button', class: 'toast-close', 'aria-label': 'Close', onclick: clear}, '×');
    root.replaceChildren(h('p', {class: 'toast'}, text, deed && h('button', {type: 'button', class: 'toast-deed', onclick: () => { clear(); deed.act(); }}, deed.text), close));
    if (!deed) timer = setTimeout(clear, SHOWN_MS);
  };
}
