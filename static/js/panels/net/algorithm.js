/** The algorithm in five steps, with this net's matrices: what each step works out, the shape below each factor, the numbers. */
import {real} from '../../model/tensor.js';
import {h, setAttribute} from '../../ui/dom.js';
import {choices, choice} from '../derivatives/kit.js';
import {formula} from '../story/parts.js';
import {matrixGrid} from './grid.js';
import {errorLine, examplesOf, followQuestion, netRun, sampleChoice, sampleOf} from './kit.js';
import {namedNode} from './layers.js';

/** @typedef {import('./grid.js').Factor} Factor */
/** @typedef {{layer: string, result: string, says: string, row: Form, column: Form, index: string}} Equation @typedef {{tex: string, factors: Factor[], result: Factor}} Form */

const STEPS = /** @type {const} */ ([['initialise', 'Initialise'], ['forward', 'Forward'], ['output_error', 'Output error'], ['backprop', 'Backprop'], ['gradients', 'Gradients']]);
const MOST = 20_000;   // numbers of an array that are asked for

/** @param {HTMLElement} root @param {any} ctx store, actions, client @returns {() => void} */
export function mount(root, ctx) {
  const {store, actions} = ctx, error = errorLine(), sample = sampleChoice(ctx), body = h('div', {class: 'net-steps'});
  const form = choice('Form', (value) => actions.setWay({form: value === 'matrix' ? null : value})), convention = choice('Convention', (value) => actions.setWay({side: value === 'column' ? null : value}));
  const steps = STEPS.map(([key, text], i) => h('button', {type: 'button', class: 'net-depth', 'aria-pressed': 'false', onclick: () => actions.setWay({step: key})}, `${i + 1} ${text}`));
  root.replaceChildren(choices(h('span', {class: 'net-row', role: 'group', 'aria-label': 'Step of the algorithm'}, ...steps)), choices(form.root, convention.root, sample.root), error.root, body);
  /** @type {any} */
  let answer = null;

  function draw() {
    const {ways} = store.get(), step = STEPS.find(([key]) => key === ways.step)?.[0] ?? 'forward', found = netRun(store.get());
    form.list([['matrix', 'matrices'], ['index', 'by index']], ways.form === 'index' ? 'index' : 'matrix');
    convention.list([['column', 'an example is a column: z = W a'], ['row', 'an example is a row: Z = A Wᵀ']], ways.side === 'row' ? 'row' : 'column');
    steps.forEach((button, i) => setAttribute(button, 'aria-pressed', String(STEPS[i][0] === step)));
    if (found) sample.update(examplesOf(found), sampleOf(store.get(), examplesOf(found)));
    if (!answer) return;
    const {equations} = answer.steps.find((/** @type {any} */ each) => each.name === step) ?? {equations: []};
    body.replaceChildren(...(equations.length ? equations.map((/** @type {Equation} */ each) => equationView(each, ways)) : [h('p', {class: 'way-note'}, 'Nothing is to be done here: the net has one layer.')]));
  }

  /** @param {Equation} equation @param {Readonly<Record<string, string>>} ways */
  function equationView(equation, ways) {
    const form = ways.side === 'row' ? equation.row : equation.column, tex = ways.form === 'index' ? equation.index : form.tex;
    const grids = form.factors.flatMap((factor, i) => [i ? h('span', {class: 'net-between', 'aria-hidden': 'true'}, ' ') : null, gridOf(factor, ways.side !== 'row')]);
    return h('section', {class: 'net-equation', 'aria-label': equation.says}, h('p', {class: 'net-says'}, `${equation.says.replace(/^[a-z]/, (first) => first.toUpperCase())}.`), h('div', {class: 'way-equation'}, formula(tex)),
      h('div', {class: 'net-grids'}, ...grids, grids.length ? h('span', {class: 'net-between', 'aria-hidden': 'true'}, '=') : null, gridOf(form.result, ways.side !== 'row')));
  }

  /** @param {Factor} factor @param {boolean} upright */
  function gridOf(factor, upright) {
    const {arrays, parts, examples, sample: alone} = answer, array = real(arrays[factor.array]), part = parts[factor.array];
    const isRows = /^(a|z|delta|upstream|slope)\d+$/.test(factor.array);
    const head = formula(factor.symbol);
    head.classList.add('net-symbol');
    const grid = matrixGrid({
      factor, array, upright, hued: /^(d[A-Zb]|delta|upstream)/.test(factor.array), examples: isRows ? examples : null,
      nameOf: (index) => `${part ? `${part.part === 'gradient' ? 'gradient of ' : ''}${part.variable}` : factor.array}[${index.map((i) => i + 1).join(', ')}]`,
      pick: part ? (index) => inGraph(part.variable, isRows && alone !== null ? [alone, ...index.slice(1)] : index) : null,
    });
    grid.prepend(head);
    return grid;
  }

  /** The cell in the graph, in sight and chosen. @param {string} variable @param {number[]} cell */
  function inGraph(variable, cell) {
    const run = netRun(store.get())?.run, node = run && namedNode(run, variable);
    if (!node) return;
    actions.setTab('graph');
    actions.reveal(node.id, cell.length ? cell : null);
  }

  const leaves = [
    followQuestion(ctx, {
      path: '/network/algorithm', told: error.tell,
      ask: (state, found) => { const alone = sampleOf(state, examplesOf(found)); return {max_elements: MOST, ...(alone === null ? {} : {sample: alone})}; },
      show(reply) { answer = reply; draw(); },
    }),
    store.subscribe((/** @type {any} */ {ways, run}) => [ways, run], draw),
  ];
  draw();
  return () => { for (const leave of leaves) leave(); };
}
