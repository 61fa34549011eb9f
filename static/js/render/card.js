/** Cards of scalars and constants: the value above the line, the gradient below, its magnitude on the decade rule. */
import {num, signOf} from '../model/format.js';
import {decadeBar, DECADE_PX, RULE_PX} from '../model/scales.js';
import {element, setName, signPath, svg} from './elements.js';
import {CARD, glyphOf, nameOf} from './measure.js';

/** @typedef {import('./scene.js').Card} Card @typedef {import('../model/types.js').NodeFrame} NodeFrame */
/** @typedef {{root: HTMLElement, update(state: NodeFrame, run: import('../model/types.js').Run): void}} CardView */

const PIP = 6;
const RULE_Y = CARD.h - 8;
const MOST_PIPS = 8;

/** Ticks at decades, long ones at 10⁻⁸, 10⁻⁴, 10⁴. */
const TICKS = Array.from({length: 13}, (_, i) => `M${i * DECADE_PX + 0.5} 0v${i % 4 ? 2.5 : 4}`).join('');
const ONE = `M${8 * DECADE_PX + 0.5} 0v6`;

/** @param {Card} card @param {boolean} italics @returns {CardView} */
export function constantCard({node}, italics) {
  const root = element('div', 'card card-constant');
  const value = element('span', 'card-constant-value num', typeof node.value === 'number' ? num(node.value, {card: true}) : nameOf(node));
  if (node.name) setName(value, node.name, italics);
  root.append(value);
  return {
    root,
    update() {
      if (!node.name && typeof node.value === 'number') value.textContent = num(node.value, {card: true});
    },
  };
}

/** @param {Card} card @param {boolean} italics @param {boolean} output @returns {CardView} */
export function opCard({node, measured}, italics, output) {
  const root = element('div', 'card card-op');
  const name = element('span', 'card-name');
  const op = element('span', 'card-glyph');
  const value = element('span', 'card-value num');
  const gradient = element('span', 'card-gradient num');
  const pips = element('span', 'card-pips');
  setName(name, nameOf(node), italics);
  setName(op, glyphOf(node), italics);
  const drawing = drawingOf(measured.w, node.kind === 'input', output);
  const title = element('div', 'card-title');
  title.append(name, op);
  root.append(drawing.root, title, value, gradient, pips);
  return {
    root,
    update(state, run) {
      const now = run.node(node.id);
      setValue(value, showsValue(state) ? /** @type {number} */ (now.value) : null);
      const shown = shownGradient(state);
      gradient.textContent = shown === null ? '' : num(shown, {card: true});
      gradient.dataset.sign = signOf(shown);
      drawing.update(shown, barOf(state));
      setPips(pips, state.pips);
    },
  };
}

/** The value stands once the wire's tip has arrived; an input, which has no wire, halfway. @param {NodeFrame} state */
export function showsValue({value, p}) {
  return value === 'shown' || (value === 'arriving' && p > 0.5);
}

/** While a sum is at work the old gradient stands until the total is set. @param {NodeFrame} state @returns {number|null} */
function shownGradient({grad, from, p}) {
  const g = from !== null && p < 0.5 ? from : grad;
  return typeof g === 'number' ? g : null;
}

/** The bar grows from the old length to the new one; a notch stays at the old. @param {NodeFrame} state */
function barOf({grad, from, p}) {
  const now = typeof grad === 'number' ? decadeBar(grad) : null;
  const old = typeof from === 'number' ? decadeBar(from) : null;
  if (!now || !old) return {bar: now, old: null};
  return {bar: {...now, length_px: old.length_px + (now.length_px - old.length_px) * p}, old: old.length_px};
}

/** @param {HTMLElement} target @param {number|null} x */
export function setValue(target, x) {
  target.textContent = x === null ? '' : num(x, {card: true});
  target.classList.toggle('broken', x !== null && !Number.isFinite(x));
}

/** @param {HTMLElement} target @param {import('../model/types.js').Pip[]} pips */
export function setPips(target, pips) {
  const key = pips.map(({filled}) => (filled ? 1 : 0)).join('');
  if (target.dataset.pips === key) return;
  target.dataset.pips = key;
  const shown = pips.length > MOST_PIPS ? pips.slice(0, MOST_PIPS) : pips;
  target.replaceChildren(...shown.map(({filled}, i) => {
    const pip = element('span', 'card-pip');
    pip.dataset.filled = String(filled);
    pip.style.left = `${i * (PIP + 2)}px`;
    return pip;
  }));
}

/** Line, sign, decade rule and bar. @param {number} w @param {boolean} input @param {boolean} output */
export function drawingOf(w, input, output) {
  const root = svg('svg', {class: 'card-drawing', width: w, height: CARD.h, 'aria-hidden': 'true'});
  svg('path', {class: 'card-line', d: `M0 ${CARD.line}h${w}`}, root);
  if (input) svg('path', {class: 'card-input', d: `M0 0h4v${CARD.h}h-4z`}, root);
  if (output) svg('path', {class: 'card-output', d: `M${w - 4.5} 0v${CARD.h}`}, root);
  const rule = svg('g', {transform: `translate(${(w - RULE_PX) / 2} ${RULE_Y})`}, root);
  svg('path', {class: 'card-ticks', d: `M0 .5h${RULE_PX}${TICKS}`}, rule);
  svg('path', {class: 'card-one', d: ONE}, rule);
  const bar = svg('path', {class: 'card-bar'}, rule);
  const notch = svg('path', {class: 'card-notch'}, rule);
  const sign = svg('path', {class: 'card-sign', transform: `translate(${input ? 16.5 : 13.5} 58.5)`}, root);
  const dash = svg('path', {class: 'card-none', d: `M${w - (output ? 20 : 18)} 59h9`}, root);
  return {
    root,
    /** @param {number|null} g @param {{bar: {length_px: number, notch: 'below'|'above'|null}|null, old: number|null}} length */
    update(g, {bar: now, old}) {
      sign.setAttribute('d', signPath(g));
      sign.setAttribute('data-sign', signOf(g));
      dash.setAttribute('visibility', g === null ? 'visible' : 'hidden');
      root.setAttribute('data-gradient', g === null ? 'none' : 'some');
      bar.setAttribute('d', g && now ? barPath(g, now) : '');
      bar.setAttribute('data-sign', signOf(g));
      notch.setAttribute('d', old === null ? '' : `M${old} -7v9`);
    },
  };
}

/** Filled when positive, hollow when negative; beyond the rule it ends in a notch ‹ or ›. @param {number} g @param {{length_px: number, notch: 'below'|'above'|null}} bar */
function barPath(g, {length_px: length, notch}) {
  const inset = g < 0 ? 0.75 : 0;
  const [top, bottom, left, right] = [-5 + inset, -inset, inset, length - inset];
  if (notch === 'above') return `M${left} ${top}H${right}l-3 ${(bottom - top) / 2}l3 ${(bottom - top) / 2}H${left}z`;
  if (notch === 'below') return `M${right + 1.5} ${top}l-2.5 ${(bottom - top) / 2}l2.5 ${(bottom - top) / 2}z`;
  return `M${left} ${top}H${right}V${bottom}H${left}z`;
}
