/** The derivative as a formula: simplified, as the rules give it, and rule by rule with the node that each belongs to. */
import {num} from '../../model/format.js';
import {gradient} from '../../ui/marks.js';
import {h} from '../../ui/dom.js';
import {formula, wideFormula} from '../story/parts.js';
import {among, choice, choices, followRun, noteLine, numberOptions, pointsAt, table} from './kit.js';

/** @typedef {import('../../model/types.js').Run} Run */

const CLOSE = 1e-9;
const STEPS_MOST = 40;
const TEX_MOST = 1500;      // letters of a step that is typeset
const COPIES = /** @type {const} */ ([['latex', 'LaTeX'], ['python', 'Python'], ['rust', 'Rust']]);

/** @param {HTMLElement} root @param {any} ctx store, actions, client, toast @returns {() => void} */
export function mount(root, ctx) {
  const {actions} = ctx;
  const note = noteLine(), body = h('div');
  const by = choice('By', (variable) => actions.setWay({variable}));
  root.replaceChildren(choices(by.root), note, body);

  /** @param {import('../../core/state.js').State} state @param {Run} run */
  function ask({ways}, run) {
    const options = numberOptions(run), variable = among(options, ways.variable);
    by.list(options, variable);
    return variable ? {variable} : null;
  }

  /** @param {any} reply @param {Run} run */
  function show(reply, run) {
    body.replaceChildren(...answer(reply, run, ctx), ...derivation(reply, run, ctx));
  }

  const leave = followRun(ctx, {path: '/symbolic', ask, show, note});
  return () => {
    leave();
    actions.trace(null);
  };
}

/** @param {any} reply @param {Run} run @param {any} ctx */
function answer(reply, run, ctx) {
  const slope = `\\frac{\\partial ${texName(run)}}{\\partial ${reply.variable_tex ?? texOf(reply.variable)}}`;
  const lead = reply.latex ? wideFormula(`${slope} = ${reply.latex}`) : h('p', {class: 'way-note'}, `No formula: ${reply.why}.`);
  const unsimplified = reply.form === 'simplified' && reply.unsimplified?.latex && reply.unsimplified.text !== reply.text
    ? h('details', {class: 'way-more'}, h('summary', {}, 'As the rules give it'), wideFormula(reply.unsimplified.latex)) : null;
  return [lead, reply.form === 'unsimplified' && h('p', {class: 'way-note'}, `Not simplified: ${reply.why}.`), agreement(reply), copies(reply, ctx), unsimplified].filter((each) => each instanceof Node);
}

/** The formula's number beside reverse mode's. @param {any} reply */
function agreement({value, reverse}) {
  if (typeof value !== 'number' || typeof reverse !== 'number') return h('p', {class: 'way-lead'}, 'Reverse mode: ', gradient(typeof reverse === 'number' ? reverse : NaN));
  const agrees = Math.abs(value - reverse) <= CLOSE * Math.max(1, Math.abs(reverse));
  return h('p', {class: 'way-lead'}, 'Here: ', gradient(value), agrees ? '  ✓ reverse mode gives the same.' : `  ✗ reverse mode gives ${num(reverse)}.`);
}

/** @param {any} reply @param {any} ctx */
function copies(reply, {toast}) {
  const buttons = COPIES.filter(([key]) => reply[key]).map(([key, name]) => h('button', {type: 'button', class: 'tool', async onclick() {
    await navigator.clipboard.writeText(reply[key]);
    toast(`The derivative is copied as ${name}.`);
  }}, name));
  return buttons.length ? h('div', {class: 'way-copies', role: 'group', 'aria-label': 'Copy the derivative'}, h('span', {class: 'caption'}, 'Copy as'), ...buttons) : null;
}

/** @param {{steps: any[]}} reply @param {Run} run @param {any} ctx */
function derivation({steps}, run, {actions}) {
  const rows = steps.slice(0, STEPS_MOST).map((step) => {
    const nodes = step.nodes.filter((/** @type {string} */ id) => run.has(id));
    const row = h('tr', {}, h('th', {scope: 'row'}, `${step.rule}${step.chain ? ', chain' : ''}`), h('td', {class: 'way-equation'}, equation(`${step.before} = ${step.after}`)), h('td', {class: 'end'}, typeof step.value === 'number' ? gradient(step.value) : String(step.value)));
    return /** @type {HTMLTableRowElement} */ (pointsAt(row, actions, {nodes, edges: nodes.flatMap((/** @type {string} */ id) => run.operands(id).map((edge) => edge.id))}));
  });
  const rest = steps.length > rows.length ? h('p', {class: 'way-note'}, `and ${(steps.length - rows.length).toLocaleString('en')} steps more`) : null;
  return rows.length ? [h('h3', {}, 'Rule by rule'), table('The derivation, from the output inwards', [['Rule', ''], ['Step', ''], ['Value here', 'end']], rows), ...(rest ? [rest] : [])] : [];
}

/** @param {string} tex */
const equation = (tex) => (tex.length > TEX_MOST ? h('span', {class: 'way-note'}, 'too long to be shown') : formula(tex));

/** @param {Run} run */
const texName = (run) => texOf(run.node(run.output).name ?? 'f');

/** A name in TeX: words upright. @param {string} name */
const texOf = (name) => (/^[\p{L}]$/u.test(name) ? name : `\\mathrm{${name.replaceAll('_', '\\_')}}`);
