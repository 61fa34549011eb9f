/** The next update, number by number: the gradient, what the optimizer remembers, the change, before and after, each under its formula. */
import {trainerOf} from '../../core/trainer.js';
import {cellsOf, numbersOf, offsetOf} from '../../model/blocks.js';
import {num} from '../../model/format.js';
import {real} from '../../model/tensor.js';
import {trainingOf} from '../../model/training_settings.js';
import {gradient, mathName} from '../../ui/marks.js';
import {h, setText} from '../../ui/dom.js';
import {among, choice, choices, noteLine} from '../derivatives/kit.js';
import {formula} from '../story/parts.js';
import {followWeights, transport} from './training/kit.js';

const ROWS = 60;        // at first
const HEADS = new Map([['gradient', 'gradient, ∂L/∂θ'], ['before', 'before'], ['change', 'change Δ'], ['after', 'after']]);

/** @param {HTMLElement} root @param {any} ctx store, actions, client @returns {() => void} */
export function mount(root, ctx) {
  const {actions, store} = ctx, trainer = trainerOf(ctx), bar = transport(ctx), note = noteLine(), lead = h('p', {class: 'way-lead'}), lines = h('div', {class: 'training-boxes'}), room = h('div', {class: 'training-scroll', role: 'group', tabindex: 0, 'aria-label': 'The update'});
  const parameter = choice('Parameter', (value) => actions.setWay({updateof: value}));
  const more = h('button', {type: 'button', class: 'tool way-apply', hidden: true, onclick() { all = true; asking.ask(); }}, 'Show all rows');
  root.replaceChildren(bar.root, choices(parameter.root), note, lead, lines, room, more);
  let all = false, formulas = '';

  /** @param {Record<string, any>} network */
  async function ask(network) {
    const resume = await trainer.resume();
    return {network, ...trainingOf(trainer.settings()), encoding: 'binary', ...(resume ? {resume} : {})};
  }

  /** @param {any} reply */
  function show({step, learning_rate, rows, gradient_norm, clipped, optimizer, columns}) {
    const {shapes} = columns.find((/** @type {any} */ {term}) => term === 'before').values, names = Object.keys(shapes).map((name) => /** @type {[string, string]} */ ([name, `${name}, ${shapes[name].join(' × ') || 'one number'}`]));
    const chosen = among(names, store.get().ways.updateof);
    parameter.list(names, chosen);
    const cut = Number(real(clipped));
    setText(lead, `Update ${step} → ${step + 1}: learning rate ${num(Number(real(learning_rate)))}, ${rows.length} ${rows.length === 1 ? 'example' : 'examples'}, the gradient is ${num(Number(real(gradient_norm)))} long${cut < 1 ? `, clipped to ${num(cut)} of it` : ''}.`);
    if (formulas !== JSON.stringify(optimizer)) lines.replaceChildren(...optimizer.formula.map((/** @type {{tex: string}} */ {tex}) => formula(tex)));
    formulas = JSON.stringify(optimizer);
    const read = columns.map((/** @type {any} */ {values}) => (values !== null && typeof values === 'object' ? numbersOf(values.float64) : Number(real(values))));
    const cells = cellsOf({[chosen]: shapes[chosen]}), from = offsetOf(shapes, chosen), shown = all ? cells : cells.slice(0, ROWS);
    more.hidden = shown.length === cells.length;
    const order = inOrder(columns);
    const body = shown.map(({name, cell}, i) => h('tr', {}, h('th', {scope: 'row'}, mathName(name), cell.length ? `[${cell.join(', ')}]` : ''), ...order.map((k) => cellOf(columns[k].term, typeof read[k] === 'number' ? read[k] : read[k][from + i]))));
    const heads = order.map((k) => h('th', {scope: 'col', class: 'end'}, HEADS.get(columns[k].term) ?? symbolOf(columns[k])));
    room.replaceChildren(h('table', {class: 'way-table update-table'}, h('caption', {class: 'unseen'}, `Update of ${chosen}`), h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, 'θ'), ...heads)), h('tbody', {}, ...body)));
  }

  const asking = followWeights(ctx, {path: '/network/update', ask, show, note});
  return () => {
    asking.leave();
    bar.leave();
  };
}

/** Gradient, the formula's terms, the change, before, after. @param {{term: string}[]} columns */
function inOrder(columns) {
  const last = ['change', 'before', 'after'], at = (/** @type {string} */ term) => columns.findIndex((each) => each.term === term);
  return [...columns.keys()].filter((k) => !last.includes(columns[k].term)).concat(last.map(at).filter((k) => k >= 0));
}

/** @param {string} term @param {number} value */
const cellOf = (term, value) => h('td', {class: 'end num'}, term === 'gradient' ? gradient(value) : num(value));

/** What stands left of the arrow in a term's line. @param {{term: string, tex: string}} column */
const symbolOf = ({term, tex}) => (tex ? formula(tex.split(/\\leftarrow|=/)[0].trim()) : term.replaceAll('_', ' '));
