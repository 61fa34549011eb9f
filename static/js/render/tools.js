/** The row above the graph: what the wires say, zoom, fit, direction. And the key below it. */
import {num, superscript} from '../model/format.js';
import {wireWidth} from '../model/scales.js';
import {element, signPath, svg} from './elements.js';

/** @typedef {import('./gates.js').Labels} Labels */
/** @typedef {{labels(value: Labels): void, fit(): void, zoom(): void, direction(value: 'right'|'down'): void, detail(value: 'tensor'|'scalar'): void}} Does */

const LABELS = /** @type {Labels[]} */ (['local', 'contribution', 'both']);
const MOST_SAMPLES = 4;

/** @param {HTMLElement} root @param {Does} does */
export function buildTools(root, does) {
  const labels = element('div', 'graph-set');
  labels.setAttribute('role', 'group');
  labels.setAttribute('aria-label', 'On the wires');
  const choices = LABELS.map((value) => pressable(value, value, () => does.labels(value)));
  labels.append(element('span', 'caption', 'On the wires'), ...choices);

  const right = element('div', 'graph-set');
  const unfold = pressable('Unfold', 'Unfold arrays into numbers', () => does.detail(unfold.getAttribute('aria-pressed') === 'true' ? 'tensor' : 'scalar'));
  const zoom = pressable('100 %', 'Zoom, back to 100 %', does.zoom);
  zoom.classList.add('num');
  const fit = pressable('Fit', 'Fit', does.fit);
  fit.classList.add('graph-fit');
  const ways = [pressable('→', 'Forward left to right', () => does.direction('right')), pressable('↓', 'Forward top down', () => does.direction('down'))];
  right.append(unfold, zoom, fit, ...ways);
  root.append(labels, right);

  return {
    /** @param {{labels: Labels, direction: 'right'|'down', k: number, fitted: boolean, detail: 'tensor'|'scalar', hasArrays: boolean}} state */
    update(state) {
      choices.forEach((button, i) => button.setAttribute('aria-pressed', String(LABELS[i] === state.labels)));
      ways.forEach((button, i) => button.setAttribute('aria-pressed', String((i === 0) === (state.direction === 'right'))));
      unfold.hidden = !state.hasArrays && state.detail === 'tensor';
      unfold.setAttribute('aria-pressed', String(state.detail === 'scalar'));
      zoom.textContent = `${Math.round(state.k * 100)} %`;
      root.toggleAttribute('data-fitted', state.fitted);
    },
  };
}

/** @param {string} text @param {string} name @param {() => void} press */
function pressable(text, name, press) {
  const button = element('button', '', text);
  button.setAttribute('type', 'button');
  if (name !== text) button.setAttribute('aria-label', name);
  button.addEventListener('click', press);
  return button;
}

/** What filled, hollow and width mean in this run. @param {HTMLElement} root */
export function buildKey(root) {
  const sizes = element('span', 'graph-set');
  root.append(element('span', 'caption', 'Gradient'), sample(1, 'filled: positive'), sample(-1, 'hollow: negative'), element('span', 'caption', 'size'), sizes);
  let last = '';
  return {
    /** @param {import('../model/scales.js').Window} window */
    update(window) {
      if (last === `${window.lo} ${window.hi}`) return;
      last = `${window.lo} ${window.hi}`;
      const step = Math.max(1, Math.ceil((window.hi - window.lo + 1) / MOST_SAMPLES));
      const decades = [];
      for (let e = window.hi; e >= window.lo; e -= step) decades.unshift(e);
      sizes.replaceChildren(...decades.map((e) => width(e, wireWidth(10 ** e, window))));
    },
  };
}

/** @param {number} sign @param {string} text */
function sample(sign, text) {
  const set = element('span', 'graph-sample');
  const icon = svg('svg', {width: 11, height: 11, viewBox: '-5.5 -5.5 11 11', 'aria-hidden': 'true'});
  svg('path', {d: signPath(sign), class: 'card-sign', 'data-sign': sign > 0 ? 'positive' : 'negative'}, icon);
  set.append(icon, element('span', '', text));
  return set;
}

/** @param {number} exponent @param {number} px */
function width(exponent, px) {
  const set = element('span', 'graph-sample');
  const icon = svg('svg', {width: 26, height: 10, 'aria-hidden': 'true'});
  svg('path', {d: 'M0 5h26', class: 'graph-key-wire', 'stroke-width': px}, icon);
  set.append(icon, element('span', 'num', exponent < -2 || exponent > 3 ? `10${superscript(exponent)}` : num(10 ** exponent)));
  return set;
}
