/** What is chosen in the net's picture, told with its numbers: a weight's ∂L/∂w = δ·a, a unit's sum, activation and δ. */
import {num} from '../../model/format.js';
import {productsOf} from '../../model/net_numbers.js';
import {h} from '../../ui/dom.js';
import {gradient, mathName} from '../../ui/marks.js';
import {weightOf} from './cards.js';
import {wholeOf} from '../../model/run.js';
import {netRun, weightsSet} from './kit.js';

/** @typedef {import('../../model/net_numbers.js').NetNumbers} NetNumbers @typedef {import('../../model/net_plan.js').Link} Link */
/** @typedef {{net: NetNumbers, plan: import('../../model/net_plan.js').Plan, sample: number|null, run: import('../../model/types.js').Run}} Shown */

const LISTED = 6;

/** @param {HTMLElement} side @param {any} ctx store, actions @returns {{show: (shown: Shown, id: string|null) => void}} */
export function createTold(side, {store, actions}) {
  let before = '';
  return {
    show(shown, id) {
      const link = shown.plan.wires.find((each) => each.id === id)?.link ?? shown.plan.pills.find((each) => each.id === id)?.link;
      const card = shown.plan.cards.find((each) => each.id === id), configuration = store.get().net?.configuration ?? {};
      const parts = link ? linkTold(shown, link, configuration, store, actions) : card?.kind === 'unit' ? unitTold(shown, card.place) : summaryTold(shown);
      const text = `${id} ${shown.sample} ${parts.map((part) => part.textContent).join('|')}`;
      if (text === before) return;
      before = text;
      const had = side.contains(document.activeElement) && document.activeElement instanceof HTMLInputElement;
      side.replaceChildren(...parts);
      if (had) side.querySelector('input')?.focus();
    },
  };
}

/** @param {Shown} shown */
const whose = ({net, sample}) => (sample === null ? `over ${net.examples} examples` : `example ${sample + 1}`);

/** @param {Shown} shown @returns {HTMLElement[]} */
function summaryTold({net, sample}) {
  return [h('h2', {class: 'net-told-title'}, mathName('L')), line('Loss ', strong(num(net.loss))), h('p', {class: 'net-hint'}, sample === null ? `Over ${net.examples} examples.` : `Example ${sample + 1} alone.`), h('p', {class: 'net-hint'}, 'Point at a weight or a neuron, or go from one to the next with the arrow keys. A click keeps it.')];
}

/** @param {string|Node} first @param {...(string|Node)} rest */
const line = (first, ...rest) => h('p', {class: 'net-told-line num'}, first, ...rest);
/** @param {string} text */
const strong = (text) => h('b', {}, text);

/** Factors in a column, a rule, the result, as in school. @param {[string, number, string][]} rows sign, number, what it is @param {number} result @param {string} what */
function column(rows, result, what) {
  const row = (/** @type {string} */ sign, /** @type {Node|string} */ value, /** @type {string} */ says) => h('tr', {}, h('td', {}, sign), h('td', {class: 'end num'}, value), h('td', {class: 'net-told-says'}, says));
  return h('table', {class: 'net-told-column'}, h('tbody', {}, ...rows.map(([sign, value, says]) => row(sign, num(value), says))), h('tfoot', {}, row('', gradient(result), what)));
}

/** @param {Shown} shown @param {Link} link @param {any} configuration @param {any} store @param {any} actions @returns {HTMLElement[]} */
function linkTold(shown, link, configuration, store, actions) {
  const {net, sample} = shown, {layer, to, from} = link, {value, gradient: g} = weightOf(net, link), letter = from === null ? `b${to + 1}` : `w${to + 1}${from + 1}`;
  const isMean = (configuration.reduction ?? 'mean') === 'mean', all = productsOf(net, link, isMean ? net.examples : 1);
  const head = [h('h2', {class: 'net-told-title'}, mathName(letter)), h('p', {class: 'net-hint'}, `${from === null ? 'bias' : `weight from ${layer === 0 ? 'input' : net.layers[layer - 1].name + ', unit'} ${from + 1}`} to ${net.layers[layer].name}, unit ${to + 1}`), valueField(net, link, value, store, actions)];
  const extra = from === null ? 0 : (configuration.l2 ?? 0) * value + (configuration.l1 ?? 0) * Math.sign(value);
  const adds = extra ? [line('the regulariser adds ', strong(num(extra)))] : [];
  const total = g === null ? [] : [line('∂L/∂', mathName(letter), ' = ', gradient(g))];
  if (!all.length) return [...head, ...total];
  if (sample !== null || all.length === 1) return [...head, h('h3', {}, '∂L/∂w = δ·a'), column([['', all[0].delta, `δ of unit ${to + 1}`], ['×', all[0].a, from === null ? '1, a bias has no input' : 'a of its input']], all[0].product, 'δ·a'), ...adds, ...total];
  const sum = all.reduce((so, each) => so + each.product, 0), largest = [...all].sort((a, b) => Math.abs(b.product) - Math.abs(a.product)).slice(0, LISTED);
  const rows = largest.map((each) => h('tr', {}, h('td', {}, h('button', {type: 'button', class: 'tool net-small', 'aria-label': `Only example ${each.example + 1}`, onclick: () => actions.setWay({sample: String(each.example)})}, String(each.example + 1))), h('td', {class: 'end num'}, num(each.delta)), h('td', {class: 'end num'}, num(each.a)), h('td', {class: 'end num'}, gradient(each.product))));
  return [...head, h('h3', {}, `∂L/∂w = ${isMean ? 'mean' : 'sum'} of δ·a ${whose(shown)}`), line(isMean ? 'mean of δ·a = ' : 'sum of δ·a = ', gradient(isMean ? sum / all.length : sum)), ...adds, ...total,
    h('h3', {}, 'The examples that weigh most'), h('table', {class: 'way-table net-told-examples'}, h('thead', {}, h('tr', {}, ...['', 'δ', 'a', 'δ·a'].map((text) => h('th', {scope: 'col', class: text ? 'end' : ''}, text || 'example')))), h('tbody', {}, ...rows))];
}

/** A weight's value, to be set by hand: the other weights stay as they are. @param {NetNumbers} net @param {Link} link @param {number} value @param {any} store @param {any} actions */
function valueField(net, {layer, to, from}, value, store, actions) {
  const input = h('input', {class: 'net-number num', type: 'text', inputmode: 'decimal', 'aria-label': 'Value', title: 'Set this weight by hand', value: String(value), onchange: () => {
    const next = Number(input.value.replace('−', '-')), state = store.get(), found = netRun(state), dense = net.layers[layer].dense;
    if (input.value.trim() === '' || !Number.isFinite(next) || !found || !dense) return void (input.value = String(value));
    const [weight, bias] = found.layers[layer].parameters;
    const set = from === null ? {[bias]: dense.b?.map((each, j) => (j === to ? next : each))} : {[weight]: dense.w.map((row, j) => (j === to ? row.map((each, k) => (k === from ? next : each)) : row))};
    actions.setNet({configuration: state.net.configuration, parameters: {...weightsSet(state), ...set}});
  }});
  return h('label', {class: 'net-told-line num'}, 'value ', input);
}

/** @param {Shown} shown @param {{layer: number, unit: number}} place @returns {HTMLElement[]} */
function unitTold(shown, {layer, unit}) {
  const {net, sample} = shown, own = net.layers[layer], {dense} = own, before = layer === 0 ? net.input.a : net.layers[layer - 1].a;
  const title = [h('h2', {class: 'net-told-title'}, mathName(`a${unit + 1}`)), h('p', {class: 'net-hint'}, `${own.activation ?? own.type} neuron, ${own.name}, ${whose(shown)}`)];
  const mean = sample === null ? 'mean ' : '', z = own.z?.[unit], a = own.a?.[unit], up = own.slopeA?.[unit] ?? null, delta = own.delta?.[unit] ?? null;
  const sum = dense && before && before.length <= LISTED ? `${dense.w[unit].map((w, k) => `${num(w)} × ${wrapped(before[k])}`).join(' + ')}${dense.b ? ` + ${wrapped(dense.b[unit])}` : ''} = ` : '';
  const forward = [line(`${mean}z = ${sum}`, strong(num(z ?? NaN))), line(`${mean}a = `, ...(sample === null ? [] : [`${own.activation ?? ''}(${num(z ?? NaN)}) = `]), strong(num(a ?? NaN)))];
  if (up === null || delta === null) return [...title, ...forward];
  const slope = sample === null ? null : localOf(shown, layer, unit);
  const back = slope === null ? [line('∂L/∂a ', gradient(up)), line('δ = ∂L/∂z ', gradient(delta))] : [column([['', up, 'upstream ∂L/∂a'], ['×', slope, 'slope of the activation']], delta, 'δ = ∂L/∂z')];
  const weights = dense?.dw && before ? [h('h3', {}, 'Its weights: δ × input'), ...dense.dw[unit].slice(0, 2 * LISTED).map((g, k) => line('∂L/∂', mathName(`w${unit + 1}${k + 1}`), ' ', gradient(g))), ...(dense.db ? [line('∂L/∂', mathName(`b${unit + 1}`), ' ', gradient(dense.db[unit]))] : [])] : [];
  return [...title, ...forward, h('hr', {}), h('h3', {}, 'Through the activation'), ...back, ...weights];
}

/** @param {number} x */
const wrapped = (x) => (x < 0 ? `(${num(x)})` : num(x));

/** The activation's slope at one example, from the edge z → a of the run; null where it is no single edge. @param {Shown} shown @param {number} layer @param {number} unit @returns {number|null} */
function localOf({run}, layer, unit) {
  const {names} = run.reply.layers[layer], whole = wholeOf(run), z = whole.nodes.find(({name}) => name === names.z), a = whole.nodes.find(({name}) => name === names.a);
  const edge = z && a && whole.users(z.id).find(({target}) => target === a.id), local = /** @type {any} */ (edge?.local);
  return Array.isArray(local) && Array.isArray(local[0]) && typeof local[0][unit] === 'number' ? local[0][unit] : null;
}
