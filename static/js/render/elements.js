/** Elements of the graph's cards, made by hand: no markup strings. */
import {mathItalic, typeset} from './typeset.js';

const SVG = 'http://www.w3.org/2000/svg';

/** @param {string} tag @param {string} [className] @param {string} [text] @returns {HTMLElement} */
export function element(tag, className = '', text = '') {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** @param {string} tag @param {Record<string, string|number>} [attributes] @param {Element} [parent] @returns {SVGElement} */
export function svg(tag, attributes = {}, parent = undefined) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  parent?.append(made);
  return made;
}

/** Writes a name in mathematical type. @param {HTMLElement} target @param {string} text @param {boolean} italics whether the mathematical italics can be had */
export function setName(target, text, italics) {
  target.replaceChildren(...typeset(text).map(({text: piece, italic, level}) => {
    const run = element(level === 'base' ? (italic && !italics ? 'i' : 'span') : level, '', italic && italics ? mathItalic(piece) : piece);
    if (italic && !italics && level !== 'base') run.style.fontStyle = 'italic';
    return run;
  }));
}

/** ▲ ▽ ○ as a path for a 10 px box around (0, 0), filled only when positive; what is no number has no sign. @param {number|null} g */
export function signPath(g) {
  if (g === null) return '';
  if (g > 0) return 'M-4.2 3.4h8.4L0-4z';
  if (g < 0) return 'M-4.2-3.4h8.4L0 4z';
  return g === 0 ? 'M-3.4 0a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0-6.8 0z' : '';
}
