/** Pieces the story is set from: numbers that can be copied, school arithmetic, fractions, formulas. */
import {atPoint, full, num, signOf} from '../../model/format.js';
import {bracketed} from '../../model/run.js';
import {texText} from '../../model/symbols.js';
import {isScalar} from '../../model/tensor.js';
import {hasMathItalics} from '../../render/ink.js';
import {element, setName, signPath, svg} from '../../render/elements.js';

/** @typedef {import('../../model/types.js').Tensor} Tensor */
/**
 * @typedef {object} Row  one line of arithmetic
 * @property {string} [op]       "×", "+"
 * @property {Tensor|null} value
 * @property {boolean} [gradient]  has a hue and a sign
 * @property {string|Node} [word]
 * @property {boolean} [hidden]  keeps its place, not yet there
 */

/** @param {string} tag @param {string} className @param {...(Node|string|null)} children */
export function box(tag, className, ...children) {
  const made = element(tag, className);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** A caption, in which names are set as names. @param {...(Node|string)} children */
export const caption = (...children) => box('p', 'story-caption', ...children);

/** A name in mathematical type. @param {string} text @param {string} [className] */
export function name(text, className = '') {
  const made = element('span', `story-name ${className}`.trim());
  setName(made, text, hasMathItalics());
  return made;
}

/** ▲ ▽ ○ @param {number} g */
export function sign(g) {
  const root = svg('svg', {class: 'story-sign', width: 13, height: 13, viewBox: '-6.5 -6.5 13 13', 'aria-hidden': 'true'});
  svg('path', {d: signPath(g), 'data-sign': signOf(g)}, root);
  return root;
}

/** A number that copies all its digits when clicked. @param {number} x @param {{gradient?: boolean, className?: string, quiet?: boolean}} [how] quiet: no stop of its own for the Tab key */
export function number(x, {gradient = false, className = '', quiet = false} = {}) {
  const made = element('button', `story-number num ${className}`.trim(), num(x));
  copies(made, x, quiet);
  if (gradient) made.dataset.sign = signOf(x);
  return made;
}

/** @param {HTMLElement} made @param {Tensor} value @param {boolean} quiet */
function copies(made, value, quiet) {
  made.setAttribute('type', 'button');
  made.dataset.full = full(value);
  made.title = `${full(value)} — click to copy`;
  if (quiet) made.tabIndex = -1;
}

/** A gradient: its sign and its number. @param {number} g @param {string} [className] */
export const gradient = (g, className = '') => box('span', 'story-gradient', sign(g), number(g, {gradient: true, className}));

/** A column aligned at the decimal point, a rule, the result. @param {Row[]} rows @param {Row|null} result */
export function arithmetic(rows, result) {
  const root = element('div', 'story-sum num');
  for (const row of rows) root.append(...line(row));
  if (result) {
    const rule = element('span', 'story-rule');
    rule.classList.toggle('unset', Boolean(result.hidden));
    root.append(rule, ...line(result, true));
  }
  return root;
}

/** @param {Row} row @param {boolean} [isResult] */
function line({op = '', value, gradient: hued = false, word = '', hidden = false}, isResult = false) {
  const parts = [box('span', 'story-op', op), box('span', 'story-mark', hued && isScalar(value) ? sign(value) : ''), digits(value, hued, isResult), box('span', 'story-word', word)];
  for (const part of parts) part.classList.toggle('unset', hidden);
  return parts;
}

/** @param {Tensor|null} value @param {boolean} hued @param {boolean} isResult */
function digits(value, hued, isResult) {
  if (!isScalar(value)) return box('span', 'story-digits', box('span', 'story-whole', value === null ? '?' : '[…]'));
  const [before, after] = atPoint(num(value));
  const made = box('button', `story-digits ${isResult ? 'result' : ''}`.trim(), box('span', 'story-whole', before), box('span', 'story-part', after));
  copies(made, value, true);
  made.setAttribute('aria-label', num(value)); // not “2 .011”, as the two halves would read
  if (hued) made.dataset.sign = signOf(value);
  return made;
}

/** ∂out/∂by in a line. @param {string} out @param {string} by */
export const slope = (out, by) => `∂${bracketed(out)}/∂${bracketed(by)}`;

/** ∂out/∂by, one above the other. @param {string} out @param {string} by */
export function partial(out, by) {
  const made = box('span', 'story-fraction', box('span', '', '∂', name(bracketed(out))), box('span', '', '∂', name(bracketed(by))));
  made.setAttribute('role', 'math');
  made.setAttribute('aria-label', slope(out, by));
  return made;
}

/** @type {Promise<any>|null} */
let library = null;
/** @type {Map<string, HTMLElement>} */
const typeset = new Map();

/** A formula: readable at once, typeset as soon as the library is there. @param {string} tex */
export function formula(tex) {
  const made = element('span', 'story-formula', texText(tex));
  const done = typeset.get(tex);
  if (done) made.replaceChildren(done.cloneNode(true));
  else void render(tex, made);
  return made;
}

/** @param {string} tex @param {HTMLElement} target */
async function render(tex, target) {
  library ??= import(/** @type {string} */ ('/static/vendor/katex.js')).catch(() => null);
  const katex = await library;
  if (!katex) return;
  const set = element('span');
  try {
    // MathML is drawn by the browser in the page's own mathematical face.
    katex.render(`\\displaystyle ${tex}`, set, {output: 'mathml', throwOnError: true, strict: 'ignore'});
  } catch {
    return; // the plain text stays
  }
  typeset.set(tex, set);
  target.replaceChildren(set.cloneNode(true));
}

/** A formula on lines of its own, broken between its pieces only: what is wider than the story can be scrolled, by keys too. @param {...string} pieces TeX */
export function wideFormula(...pieces) {
  const made = box('div', 'story-wide', ...pieces.flatMap((tex, i) => [i ? ' ' : '', formula(tex)]));
  new ResizeObserver(() => {
    if (made.scrollWidth > made.clientWidth) made.tabIndex = 0;
    else made.removeAttribute('tabindex');
  }).observe(made);
  made.setAttribute('role', 'group');
  made.setAttribute('aria-label', 'Formula');
  return made;
}

/**
 * Puts `fresh` into `target`; of two levels down, what says the same stays as it is. During a drag that is most of the
 * story, and its formulas are dear to set again.
 * @param {Element} target @param {Element[]} fresh @param {number} [deep]
 */
export function renew(target, fresh, deep = 1) {
  const old = [...target.children];
  if (old.length !== fresh.length || (deep === 0 && old.length !== target.childNodes.length)) return target.replaceChildren(...fresh);
  fresh.forEach((next, i) => {
    if (old[i].isEqualNode(next)) return;
    if (deep > 0 && old[i].tagName === next.tagName && old[i].className === next.className && !hasText(next)) renew(old[i], [...next.children], deep - 1);
    else old[i].replaceWith(next);
  });
}

/** Whether text stands between an element's children. @param {Element} element */
const hasText = (element) => element.childNodes.length !== element.children.length;

export const separator = () => element('div', 'story-separator');
