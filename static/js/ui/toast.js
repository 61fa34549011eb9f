/** A short word at the bottom of the page: one at a time, for four seconds. */
import {h} from './dom.js';

const SHOWN_MS = 4000;

/** @param {HTMLElement} root a polite live region @returns {(text: string) => void} */
export function createToasts(root) {
  /** @type {any} */
  let timer = null;
  return (text) => {
    clearTimeout(timer);
    root.replaceChildren(h('p', {class: 'toast'}, text));
    timer = setTimeout(() => root.replaceChildren(), SHOWN_MS);
  };
}
