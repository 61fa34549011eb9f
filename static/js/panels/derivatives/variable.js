/** One variable at a time: each step of the chain as a curve with its tangent, ratios of changes that multiply, and h → 0. */
import {num, superscript} from '../../model/format.js';
import {title} from '../../model/run.js';
import {real} from '../../model/tensor.js';
import {gradient, mathName} from '../../ui/marks.js';
import {h, setText} from '../../ui/dom.js';
import {createActivation} from './activation.js';
import {among, choice, choices, followRun, inputsWith, noteLine, numberOptions} from './kit.js';
import {stepPlane} from './stack.js';

/** @typedef {import('../../model/types.js').Run} Run */
const STEPS = Array.from({length: 13}, (_, i) => 10 ** (-i / 3));     // h from 1 to 10⁻⁴
const FRAME_MS = 450;
const DELTAS = /** @type {[string, string][]} */ ([1, 0.5, 0.1, 0.01, 0.001].map((delta) => [String(delta), num(delta)]));
const STAGES_MOST = 8;

/** @param {HTMLElement} root @param {any} ctx store, actions, client @returns {() => void} */
export function mount(root, ctx) {
  const {store, actions} = ctx;
  const note = noteLine(), lead = h('p', {class: 'way-lead', role: 'status'}), stack = h('div', {class: 'stack'}), limit = h('p', {class: 'way-told', role: 'status'});
  const by = choice('Variable', (variable) => actions.setWay({variable})), delta = choice('Δ', (value) => actions.setWay({delta: value}));
  const slider = h('input', {type: 'range', step: 'any', 'aria-label': 'Its value', oninput: () => put(slider.valueAsNumber)});
  const shrink = h('button', {type: 'button', class: 'tool', onclick: () => (timer === null ? start() : stop())}, 'h → 0');
  const activation = createActivation((node) => actions.setWay({node}));
  root.replaceChildren(choices(by.root, slider, delta.root, shrink), note, lead, stack, limit, activation.root);
  /** @type {{reply: any, run: Run}|null} */
  let last = null;
  /** @type {any} */
  let timer = null;
  let at = 0;

  /** @param {import('../../core/state.js').State} state @param {Run} run */
  function ask({ways}, run) {
    const options = numberOptions(run), variable = among(options, ways.variable);
    by.list(options, variable);
    delta.list(DELTAS, among(DELTAS, ways.delta ?? '0.1'));
    const node = activation.list(run, ways.node);
    return variable ? {variable, delta: Number(delta.select.value), h: STEPS, ...(node ? {node} : {})} : null;
  }

  /** @param {any} reply @param {Run} run */
  function show(reply, run) {
    last = {reply, run};
    slider.min = String(reply.range[0]);
    slider.max = String(reply.range[1]);
    if (document.activeElement !== slider) slider.value = String(reply.value);
    slider.setAttribute('aria-valuetext', num(real(reply.value)));
    lead.replaceChildren(...product(reply, run));
    draw(null);
    activation.show(reply.op, run);
  }

  /** @param {number|null} slope of the secant that h has led to; null: that of Δ */
  function draw(slope) {
    if (!last) return;
    const {reply, run} = last, drawn = new Set(reply.series.map((/** @type {any} */ each) => each.node)), moving = reply.series.filter((/** @type {any} */ each) => each.inner.length === 1 && drawn.has(each.inner[0])), whole = reply.series.at(-1);
    const stages = moving.length > STAGES_MOST ? moving.slice(-STAGES_MOST) : moving;
    const planes = stages.filter((/** @type {any} */ each) => moving.length > 1 || each !== whole).map((/** @type {any} */ each) => stepPlane({reply, run, series: each, of: each.inner[0], slope: null, put: null}));
    stack.replaceChildren(...planes, ...(whole ? [stepPlane({reply, run, series: whole, of: reply.variable_node, slope, put})] : []));
  }

  function start() {
    at = 0;
    setText(shrink, 'Stop');
    timer = setInterval(tick, FRAME_MS);
    tick();
  }

  /** The difference quotient for the next smaller h: its secant turns into the tangent. */
  function tick() {
    const quotient = last?.reply.quotients[at];
    if (!last || !quotient) return stop();
    draw(real(quotient.forward));
    setText(limit, `h = ${power(quotient.h)}: (f(x+h) − f(x)) / h = ${num(real(quotient.forward))}, and f′ = ${num(real(last.reply.derivative))}`);
    at += 1;
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    setText(shrink, 'h → 0');
  }

  /** The variable moves, in the whole page. @param {number} value */
  function put(value) {
    const {variable, range} = /** @type {any} */ (last?.reply), next = Number(value.toFixed(Math.max(0, 3 - Math.floor(Math.log10(range[1] - range[0])))));
    for (const [base, whole] of Object.entries(inputsWith(store.get(), /** @type {any} */ (last).run, [[variable, next]]))) actions.setInput(base, whole);
  }

  const leave = followRun(ctx, {path: '/curve', ask, show, note});
  return () => {
    leave();
    stop();
    activation.destroy();
  };
}

/** Δu/Δx × Δy/Δu = Δy/Δx, and the same with derivatives, where the chain is one. @param {any} reply @param {Run} run */
function product(reply, run) {
  const name = (/** @type {string} */ id) => mathName(title(run.node(id))), chain = chainOf(reply);
  const whole = ['d', name(reply.output), '/d', mathName(reply.variable)];
  if (!chain || !reply.delta) return [...whole, ' = ', gradient(real(reply.derivative)), chain ? '' : reply.left_out ? ` (${reply.left_out.toLocaleString('en')} nodes between are not drawn)` : ' (several paths lead there: see Paths)'];
  const ratios = chain.map(({node}) => reply.delta.changes.find((/** @type {any} */ each) => each.node === node)?.ratio);
  const slopes = chain.map(({locals}) => locals[0]), times = (/** @type {any[]} */ numbers) => numbers.map((x) => num(real(x))).join(' × ');
  return [
    ...whole, ` = ${chain.length > 1 ? `${times(slopes)} = ` : ''}`, gradient(real(reply.derivative)),
    h('span', {class: 'way-off'}, `   with Δ = ${num(reply.delta.delta)}: ${chain.length > 1 ? `${times(ratios)} = ` : ''}${num(real(reply.delta.ratio))}`),
  ];
}

/** The steps from the variable to the output if each takes one moving operand. @param {any} reply @returns {any[]|null} */
function chainOf({series, variable_node: start, output}) {
  const by = new Map(series.map((/** @type {any} */ each) => [each.node, each]));
  const chain = [];
  for (let id = output; id !== start;) {
    const each = by.get(id);
    if (!each || each.inner.length !== 1) return null;
    chain.unshift(each);
    id = each.inner[0];
  }
  return chain;
}

/** @param {number} x */
function power(x) {
  const exponent = Math.log10(x);
  return Math.abs(exponent - Math.round(exponent)) < 1e-9 ? `10${superscript(Math.round(exponent))}` : num(x);
}
