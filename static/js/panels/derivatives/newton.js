/** A Newton step beside a gradient step, on the contour lines of the output over any two numbers. */
import {extentOf, paintField} from '../../ui/field.js';
import {num} from '../../model/format.js';
import {title} from '../../model/run.js';
import {levelsByRank} from '../../model/second.js';
import {real} from '../../model/tensor.js';
import {readInk} from '../../render/ink.js';
import {svg} from '../../render/elements.js';
import {h} from '../../ui/dom.js';
import {mathName, sentence} from '../../ui/marks.js';
import {createPlane} from '../../ui/plane.js';
import {among, choice, inputsWith, numberOptions} from './kit.js';

/** @typedef {import('../../model/types.js').Run} Run */
const WIDE = 360, HIGH = 346;       // px: the ground is square, so that a gradient stands upright on its contour line
const PIXELS = 2;                   // of the canvas for one of the page
const GRID = 41;                    // points along a side
const LEVELS = 14;
const WIDE_RATIO = 1e3;             // of values that are shaded by their logarithm
const HEAD = 9;                     // px, of an arrow
const RATES = /** @type {[string, string][]} */ ([0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1].map((rate) => [String(rate), num(rate)]));
const STEPS = /** @type {const} */ ([['newton', 'Newton step', '−H⁻¹·g'], ['gradient', 'gradient step', '−η·g']]);

/** @param {any} ctx store, actions, toast @returns {import('./second.js').Part} */
export function newton({store, actions, toast}) {
  const across = choice('Across', (value) => actions.setWay({across: value})), up = choice('Up', (value) => actions.setWay({up: value})), rate = choice('Learning rate η', (value) => actions.setWay({rate: value}));
  const plane = createPlane({width: WIDE, height: HIGH, label: 'Contour lines of the output, with both steps'}), canvas = h('canvas', {class: 'field-ground', width: WIDE * PIXELS, height: HIGH * PIXELS, 'aria-hidden': 'true'});
  const part = (/** @type {number} */ share) => `${share * 100}%`, {box} = plane;
  Object.assign(canvas.style, {left: part(box.left), top: part(box.top), width: part(box.width), height: part(box.height)});
  const picture = h('div', {class: 'field-plane'}, canvas, plane.root), told = h('div', {class: 'way-wide'});
  /** @type {any} */
  let field = null;
  const themes = matchMedia('(prefers-color-scheme: dark)'), rethemed = new MutationObserver(paint);
  rethemed.observe(document.documentElement, {attributeFilter: ['data-theme']});
  themes.addEventListener('change', paint);

  function paint() {
    if (!field) return;
    const ink = readInk(document.documentElement), range = extentOf(field), log = range !== null && range[0] > 0 && range[1] / range[0] > WIDE_RATIO;
    paintField(canvas, field, {low: ink.paper, high: ink.line, line: ink.ink3, levels: levelsByRank(field.values, LEVELS), log});
  }

  /** @param {any} found of the reply @param {Run} run */
  function draw({newton: steps, plane: seen}, run) {
    picture.hidden = !seen;
    if (!seen) return;
    field = {x: ends(seen.x), y: ends(seen.y), values: real(seen.values)};
    plane.frame({x: field.x, y: field.y, names: [seen.inputs[0], seen.inputs[1]]});
    paint();
    const [x, y] = steps.point.map(real), from = {x: plane.px(x), y: plane.py(y)};
    for (const [key, step] of /** @type {const} */ ([['gradient', steps.gradient_step], ['newton', steps.step]])) {
      const move = step?.map(real);
      if (move?.every(Number.isFinite)) svg('path', {class: `step-arrow step-${key}`, d: arrow(from, {x: plane.px(x + move[0]), y: plane.py(y + move[1])})}, plane.ground);
    }
    svg('circle', {class: 'curve-point', cx: from.x, cy: from.y, r: 5}, plane.ground);
    plane.root.setAttribute('aria-label', `Contour lines of ${title(run.node(run.output))} over ${seen.inputs.join(' and ')}; the point at ${num(x)}, ${num(y)} with both steps`);
  }

  /** @param {any} steps of the reply @param {Run} run */
  function tell(steps, run) {
    const out = title(run.node(run.output)), list = (/** @type {any[]} */ numbers) => `(${numbers.map((x) => num(real(x))).join(', ')})`;
    told.replaceChildren(
      h('p', {class: 'way-lead'}, 'Here ', mathName(out), ` = ${num(real(steps.value))}, gradient g = ${list(steps.gradient)}, Hessian ${steps.definiteness}${steps.eigenvalues ? `, eigenvalues ${list(steps.eigenvalues)}` : ''}.`),
      ...STEPS.map(([key, name, how]) => stepRow(key, name, how, steps, run, out)),
      ...(steps.why ? [h('p', {class: 'way-lead', role: 'status'}, h('b', {}, 'Why not Newton: '), sentence(steps.why))] : []));
  }

  /** @param {'newton'|'gradient'} key @param {string} name @param {string} how @param {any} steps @param {Run} run @param {string} out */
  function stepRow(key, name, how, steps, run, out) {
    const step = (key === 'newton' ? steps.step : steps.gradient_step)?.map(real), after = real(key === 'newton' ? steps.newton_value : steps.gradient_value);
    const sample = svg('svg', {class: 'step-sample', width: 36, height: 10, 'aria-hidden': 'true'});
    svg('path', {class: `step-arrow step-${key}`, d: 'M1 5H34'}, sample);
    const words = step ? [` = (${step.map((/** @type {number} */ x) => num(x)).join(', ')}); `, mathName(out), `: ${num(real(steps.value))} → ${num(after)}`] : [' there is none'];
    const take = step?.every(Number.isFinite) && run.nodes.some(({kind}) => kind === 'input') && h('button', {type: 'button', class: 'tool way-apply', onclick() {
      const moved = steps.inputs.map((/** @type {string} */ input, /** @type {number} */ i) => /** @type {[string, number]} */ ([input, real(steps.point[i]) + step[i]]));
      actions.setInputs(inputsWith(store.get(), run, moved));
      toast(`The ${name} is taken. ${out} was ${num(real(steps.value))}.`, {text: 'Undo', act: actions.undo});
    }}, `Take the ${name}`);
    return h('p', {class: 'step-row', 'data-step': key}, sample, h('b', {}, name[0].toUpperCase() + name.slice(1)), ` ${how}`, ...words, take && ' ', take);
  }

  return {
    choices: [across.root, up.root, rate.root], body: h('div', {class: 'way-columns'}, picture, told),
    ask({ways}, run) {
      const options = numberOptions(run), x = among(options, ways.across), others = options.filter(([value]) => value !== x), y = among(others, ways.up);
      across.list(options, x);
      up.list(others, y);
      up.root.hidden = !others.length;
      rate.list(RATES, among(RATES, ways.rate ?? '0.1'));
      if (!x) return null;
      const chosen = y ? [x, y] : [x];
      return {
        newton: chosen, learning_rate: Number(rate.select.value), wrt: [...new Set(chosen.map((name) => name.replace(/\[[\d,]+\]$/, '')))],
        ...(y ? {plane: {x, y, size: GRID}} : {}),
      };
    },
    show(reply, run) {
      draw(reply, run);
      tell(reply.newton, run);
    },
    destroy() {
      rethemed.disconnect();
      themes.removeEventListener('change', paint);
    },
  };
}

/** @param {number[]} all @returns {[number, number]} */
const ends = (all) => [all[0], all[all.length - 1]];

/** A line with a head. @param {{x: number, y: number}} from @param {{x: number, y: number}} to */
function arrow(from, to) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1, ux = (to.x - from.x) / length, uy = (to.y - from.y) / length, head = Math.min(HEAD, length / 2);
  const wing = (/** @type {1|-1} */ side) => `M${to.x} ${to.y}L${to.x - head * (ux - side * 0.5 * uy)} ${to.y - head * (uy + side * 0.5 * ux)}`;
  return `M${from.x} ${from.y}L${to.x} ${to.y}${wing(1)}${wing(-1)}`;
}
