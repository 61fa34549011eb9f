/** A race of up to four optimizers from one point: who is in it, and how far each has come. */
import {num} from '../../../model/format.js';
import {words} from '../../../model/training_settings.js';
import {svg} from '../../../render/elements.js';
import {h, setText} from '../../../ui/dom.js';
import {createPlot} from '../../../ui/plot.js';
import {DASHES} from './curves.js';
import {markOf} from './surface_map.js';

/** @typedef {{name: string, title: string, fields: {name: string, default: any}[]}} Record_ */
/** @typedef {{path: [number, number][], loss: (number|string)[], off: number[], optimizer: {name: string, settings: Record<string, any>}}} Run_ */

const LANES = 4, STEPS = 50, MOST_STEPS = 2000;
const FIRST = ['sgd', 'sgd momentum', 'rmsprop', 'adam'];
const RATES = /** @type {Record<string, number>} */ ({'sgd': 0.1, 'sgd momentum': 0.1, 'sgd nesterov': 0.1});   // PyTorch's own default is too short for so few steps
const VARIANTS = /** @type {const} */ ([['sgd momentum', 'SGD, momentum 0.9', {momentum: 0.9}], ['sgd nesterov', 'SGD, Nesterov 0.9', {momentum: 0.9, nesterov: true}]]);

/**
 * @param {(race: {optimizer: Record<string, any>, steps: number}[]) => void} go
 * @returns {{root: HTMLElement, list: (records: readonly Record_[]) => void, show: (runs: readonly Run_[]) => void, leave: () => void}}
 */
export function raceForm(go) {
  const steps = h('input', {class: 'net-number num', type: 'number', min: 1, max: MOST_STEPS, step: 1, value: STEPS, 'aria-label': 'Steps of the race'});
  const lanes = h('div', {class: 'race-lanes'}), body = h('tbody'), said = h('p', {class: 'way-note', role: 'status'});
  const plot = createPlot({name: 'Loss of the racers', x: {label: 'step'}, y: {label: 'loss'}});
  const table = h('table', {class: 'way-table', hidden: true}, h('caption', {class: 'unseen'}, 'Race of the optimizers'), h('thead', {}, h('tr', {}, ...['', 'Optimizer', 'Loss at the end', 'Off the plane'].map((text, i) => h('th', {scope: 'col', class: i > 1 ? 'end' : ''}, text)))), body);
  const root = h('div', {class: 'race'}, h('h3', {}, 'Race from this point'), lanes, h('div', {class: 'training-boxes'}, h('label', {class: 'way-choice'}, h('span', {}, 'Steps'), steps), h('button', {type: 'button', class: 'tool way-apply', onclick: start}, 'Race')), said, table, plot.root);
  plot.root.hidden = true;
  /** @type {{select: HTMLSelectElement, rate: HTMLInputElement}[]} */
  let rows = [];

  function start() {
    const count = Number(steps.value), race = rows.filter(({select}) => select.value).map(({select, rate}) => {
      const [name] = select.value.split(' '), variant = VARIANTS.find(([key]) => key === select.value);
      return {optimizer: {name, learning_rate: Number(rate.value), ...variant?.[2]}, steps: count};
    });
    const bad = !Number.isInteger(count) || count < 1 || count > MOST_STEPS ? `Steps: must be a whole number from 1 to ${MOST_STEPS}.` : race.some(({optimizer}) => !(optimizer.learning_rate >= 0)) ? 'Learning rate: must be 0 or more.' : race.length ? '' : 'Choose an optimizer.';
    setText(said, bad);
    if (!bad) go(race);
  }

  return {
    root,
    list(records) {
      const options = records.flatMap(({name, title}) => [[name, title], ...(name === 'sgd' ? VARIANTS.map(([key, text]) => [key, text]) : [])]);
      const rateOf = (/** @type {string} */ key) => RATES[key] ?? records.find(({name}) => name === key.split(' ')[0])?.fields.find(({name}) => name === 'learning_rate')?.default ?? 0.01;
      rows = Array.from({length: LANES}, (_, i) => {
        const select = h('select', {class: 'way-select', 'aria-label': `Racer ${i + 1}`, onchange: () => { rate.value = select.value ? String(rateOf(select.value)) : ''; }}, h('option', {value: ''}, 'none'), ...options.map(([value, text]) => h('option', {value}, text)));
        const rate = h('input', {class: 'net-number num', type: 'text', inputmode: 'decimal', 'aria-label': `Learning rate of racer ${i + 1}`});
        select.value = options.some(([value]) => value === FIRST[i]) ? FIRST[i] : '';
        rate.value = select.value ? String(rateOf(select.value)) : '';
        return {select, rate};
      });
      lanes.replaceChildren(...rows.map(({select, rate}, i) => h('div', {class: 'training-boxes'}, sample(i), select, rate)));
    },
    show(runs) {
      table.hidden = plot.root.hidden = !runs.length;
      body.replaceChildren(...runs.map(({optimizer, loss, off}, i) => h('tr', {}, h('td', {}, sample(i)), h('th', {scope: 'row'}, nameOf(optimizer)), h('td', {class: 'end num'}, num(Number(loss[loss.length - 1]))), h('td', {class: 'end num'}, num(Number(off[off.length - 1]))))));
      if (runs.length) plot.show(runs.map(({optimizer, loss}, i) => ({label: nameOf(optimizer), x: loss.map((_, step) => step), y: loss.map(Number), dash: DASHES[i]})));
    },
    leave: plot.destroy,
  };
}

/** A line with its dash and its mark. @param {number} i */
function sample(i) {
  const root = svg('svg', {viewBox: '0 0 44 14', width: 44, height: 14, 'aria-hidden': 'true'});
  svg('path', {class: 'map-path', d: 'M0 7h44', 'stroke-dasharray': DASHES[i].join(' ')}, root);
  svg('path', {class: 'map-mark', d: markOf(i), transform: 'translate(22 7)'}, root);
  return root;
}

/** @param {{name: string, settings: Record<string, any>}} optimizer */
const nameOf = ({name, settings: {learning_rate, momentum, nesterov}}) => [`${words(name)} ${num(learning_rate)}`, momentum ? `momentum ${num(momentum)}` : '', nesterov ? 'nesterov' : ''].filter(Boolean).join(', ');
