/** Gradients in rows of text: the sign's triangle with the number, the decade rule, names in mathematical type. */
import {num, signOf} from '../model/format.js';
import {decadeBar, RULE_PX} from '../model/scales.js';
import {strongest} from '../model/tensor.js';
import {setName, signPath, svg} from '../render/elements.js';
import {hasMathItalics} from '../render/ink.js';
import {h, setAttribute, setText} from './dom.js';

/** @typedef {import('../model/types.js').Tensor} Tensor */

/** ▲ 0.9162, and how to change it. @param {{card?: boolean}} [where] on cards there is room for fewer digits @returns {{root: HTMLElement, show: (gradient: number|null) => void}} */
export function gradientMark(where = {}) {
  const drawing = svg('svg', {viewBox: '-5.5 -5.5 11 11', 'aria-hidden': 'true'});
  const path = svg('path', {}, drawing);
  const digits = h('span', {class: 'num'});
  const root = h('span', {class: 'grad'}, drawing, digits);
  return {
    root,
    show(gradient) {
      setAttribute(root, 'data-sign', signOf(gradient));
      setAttribute(path, 'd', signPath(gradient));
      setText(digits, gradient === null ? '—' : num(gradient, where));
    },
  };
}

/** @param {number|null} gradient */
export function gradient(gradient) {
  const mark = gradientMark();
  mark.show(gradient);
  return mark.root;
}

const TICKS = Array.from({length: 13}, (_, i) => `M${i * 6 + 0.5} 9v${i === 8 ? 6 : i % 4 === 0 ? 4 : 2.5}`);

/** The bar on its decades, 10⁻⁸ to 10⁴. @returns {{root: SVGElement, show: (gradient: Tensor|null) => void}} */
export function decadeRule() {
  const root = svg('svg', {class: 'decades', width: RULE_PX + 4, height: 18, viewBox: `-2 0 ${RULE_PX + 4} 18`, 'aria-hidden': 'true'});
  svg('path', {class: 'decades-ticks', d: `M0 9.5h${RULE_PX}${TICKS.filter((_, i) => i !== 8).join('')}`}, root);
  svg('path', {class: 'decades-one', d: TICKS[8]}, root);
  const bar = svg('rect', {x: 0, y: 4, height: 5, width: 0}, root);
  return {
    root,
    show(value) {
      const gradient = value === null ? null : strongest(value), drawn = decadeBar(gradient), hollow = gradient !== null && gradient < 0;
      setAttribute(bar, 'data-sign', drawn ? signOf(gradient) : 'none');
      setAttribute(bar, 'width', drawn ? drawn.length_px - (hollow ? 1.5 : 0) : 0);
      setAttribute(bar, 'x', hollow ? 0.75 : 0);
      setAttribute(bar, 'y', hollow ? 4.5 : 4);
      setAttribute(bar, 'height', hollow ? 4 : 5);
    },
  };
}

const CHECKED = /** @type {Record<string, [string, string]>} */ ({ok: ['✓', 'checked by central difference'], off: ['✗', 'not confirmed by central difference']});

/** ✓ where a gradient is confirmed, ✗ where it is not; nothing where it is not looked at. @returns {{root: HTMLElement, show: (state: string) => void}} */
export function checkMark() {
  const root = h('span', {class: 'check', role: 'img', hidden: true});
  return {
    root,
    show(state) {
      const [sign, says] = CHECKED[state] ?? ['', ''];
      root.hidden = !sign;
      setText(root, sign);
      setAttribute(root, 'aria-label', says || null);
      setAttribute(root, 'title', says || null);
    },
  };
}

/** A name as it stands in formulas. @param {string} text @param {string} [className] */
export function mathName(text, className = 'math') {
  const root = h('span', {class: className});
  setName(root, text, hasMathItalics());
  return root;
}

/** A message as a sentence: capital and full stop, its place said apart. @param {string} text */
export const sentence = (text) => (/[.?!]$/.test(text.trim()) ? text : `${text}.`).replace(/^line \d+: (.)/, (_, first) => first.toUpperCase());

/** Text with its `code` set as code. @param {string} text */
export const coded = (text) => text.split(/`([^`]+)`/).map((part, i) => (i % 2 ? h('code', {}, part) : part));
