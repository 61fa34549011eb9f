/** Difference quotients: the number for a step h, and the error over all h: too long a step cuts off, too short a one drowns in rounding. */
import {num, shapeOf, superscript} from '../../model/format.js';
import {gradient} from '../../ui/marks.js';
import {createPlot} from '../../ui/plot.js';
import {h} from '../../ui/dom.js';
import {among, choice, choices, followRun, noteLine} from './kit.js';

/** @typedef {import('../../model/types.js').Run} Run */
const SWEEP = Array.from({length: 29}, (_, i) => 10 ** (-1 - i / 2));       // 10⁻¹ to 10⁻¹⁵
const COARSE = SWEEP.filter((_, i) => i % 2 === 0);
const COARSE_FROM = 64;    // numbers of all inputs, from which there is one h a decade: each takes two evaluations for each number
const USUAL = {forward: -8, central: -5, complex: -15};
const SCHEMES = /** @type {const} */ ([['central', 'Central, (f(x+h) − f(x−h)) / 2h'], ['forward', 'Forward, (f(x+h) − f(x)) / h'], ['complex', 'Complex step, Im f(x+ih) / h']]);
const LEAST = 1e-18;    // what is exact stands at the foot of the chart

/** @param {HTMLElement} root @param {any} ctx store, actions, client @returns {() => void} */
export function mount(root, ctx) {
  const {store, actions} = ctx;
  const note = noteLine(), told = h('p', {class: 'way-lead', role: 'status'}), why = h('div', {class: 'way-why'});
  const by = choice('By', (input) => actions.setWay({input})), scheme = choice('Scheme', (value) => actions.setWay({scheme: value, h: null}));
  const step = h('input', {type: 'range', min: -16, max: -1, step: 0.5, 'aria-label': 'h', oninput: () => actions.setWay({h: step.value})});
  const stepText = h('output', {class: 'num'});
  const plot = createPlot({name: 'Error of the difference quotient over its step', x: {label: 'h', log: true}, y: {label: '|quotient − gradient|', log: true}, pick: (x) => actions.setWay({h: String(Math.round(2 * Math.log10(x)) / 2)})});
  root.replaceChildren(choices(by.root, scheme.root, h('label', {class: 'way-choice'}, h('span', {}, 'h'), step, stepText)), note, told, h('div', {class: 'way-columns'}, h('div', {class: 'way-wide'}, plot.root), why));

  /** @param {import('../../core/state.js').State} state @param {Run} run */
  function ask({ways}, run) {
    const inputs = /** @type {[string, string][]} */ (Object.keys(run.reply.gradients).map((name) => [name, name]));
    by.list(inputs, among(inputs, ways.input));
    const chosen = /** @type {keyof typeof USUAL} */ (among(SCHEMES, ways.scheme));
    scheme.list(SCHEMES, chosen);
    step.value = String(ways.h ?? USUAL[chosen]);
    stepText.textContent = power(Number(step.value));
    step.setAttribute('aria-valuetext', `10 to the ${step.value}`);
    return inputs.length ? {scheme: chosen, h: 10 ** Number(step.value), sweep: numbersIn(run) > COARSE_FROM ? COARSE : SWEEP} : null;
  }

  /** @param {any} reply */
  function show({checks, sweep, scheme: used}) {
    const name = by.select.value, check = checks[name];
    if (!check) return;
    tell(check);
    const error = sweep.map((/** @type {any} */ each) => errorOf(each, name));
    const points = sweep.map((/** @type {any} */ {h: x}, /** @type {number} */ i) => ({x, error: error[i], truncation: bound(each(sweep[i].truncation, name)), rounding: bound(each(sweep[i].rounding, name))})).reverse();
    const x = points.map((/** @type {any} */ point) => point.x), column = (/** @type {string} */ key) => points.map((/** @type {any} */ point) => point[key]);
    plot.show([
      {label: 'error', x, y: column('error'), width: 2.5, points: true}, {label: 'cut off (truncation)', x, y: column('truncation'), dash: [6, 4], tone: 'ink2'}, {label: 'rounding', x, y: column('rounding'), dash: [2, 3], tone: 'ink2'},
    ]);
    why.replaceChildren(...explained(check, used));
  }

  /** @param {any} check */
  function tell({numeric, reverse, ok, agreement}) {
    if (numeric === null) return told.replaceChildren(`No number: ${agreement?.numeric?.why ?? 'this scheme does not apply here'}.`);
    if (typeof numeric !== 'number') return told.replaceChildren(ok ? '✓ agrees with reverse mode.' : '✗ does not agree with reverse mode.');
    told.replaceChildren('Difference quotient: ', gradient(numeric), ' · reverse mode: ', gradient(reverse), ok ? ' ✓' : ' ✗ does not agree');
  }

  const leave = followRun(ctx, {path: '/gradcheck', ask, show, note});
  return () => {
    leave();
    plot.destroy();
  };
}

/** Of all inputs. @param {Run} run */
const numbersIn = (run) => Object.values(run.reply.gradients).reduce((sum, gradient) => sum + shapeOf(gradient).reduce((product, n) => product * n, 1), 0);

/** A number, or the largest of an array's. @param {any} value @returns {number|null} */
const largest = (value) => (typeof value === 'number' ? Math.abs(value) : Array.isArray(value) ? Math.max(...value.flat(Infinity).filter((x) => typeof x === 'number').map(Math.abs)) : null);

/** @param {any} found @param {string} name of one input, or the same for all */
const each = (found, name) => (found !== null && typeof found === 'object' ? found[name] : found);

/** @param {any} point @param {string} name */
function errorOf(point, name) {
  const error = largest(point.error[name]);
  return error === null || !Number.isFinite(error) ? null : Math.max(error, LEAST);
}

/** @param {any} found an estimate of one part of the error */
function bound(found) {
  const size = largest(found);
  return size === null || !Number.isFinite(size) || size === 0 ? null : Math.max(LEAST, size);
}

/** Both branches of the V in words. @param {any} check @param {string} scheme */
function explained(check, scheme) {
  const order = scheme === 'forward' ? 'h' : 'h²', {parts} = check;
  const left = scheme === 'complex' ? 'Nothing is subtracted, so no digits cancel: the left branch is missing, and h may be as small as it likes.' : `To the left, f(x+h) and f(x−h) share almost all their digits; what is lost in subtracting them is divided by h, so halving h doubles the error.`;
  const right = `To the right, the curve bends within h: the error shrinks with ${order}${parts?.derivative !== undefined && typeof parts.derivative === 'number' ? ` (the next derivative that counts is ${num(parts.derivative)})` : ''}.`;
  return [h('p', {}, right), h('p', {}, left)];
}

/** @param {number} exponent */
const power = (exponent) => (Number.isInteger(exponent) ? `10${superscript(exponent)}` : num(10 ** exponent));
