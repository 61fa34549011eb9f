/** What each way to the whole gradient costs, for this program and for the same put behind itself again and again. */
import {createPlot} from '../../ui/plot.js';
import {h} from '../../ui/dom.js';
import {table} from './kit.js';

/** @typedef {Record<string, any>} Operations */
/** In the order of the table. @type {readonly (readonly [string, string, string])[]} */
const WAYS = [
  ['paths', 'Path by path', 'every path by itself'],
  ['forward', 'Forward mode', 'one pass for each input'],
  ['differences', 'Finite differences', 'two evaluations for each input'],
  ['reverse', 'Reverse mode', 'one pass, each edge once'],
];
const LARGEST = 1e300; // what a chart can place

/** @param {any} operations @returns {HTMLElement} */
export function costs(operations) {
  const rows = WAYS.map(([key, name, how]) => h('tr', {}, h('th', {scope: 'row'}, name), h('td', {class: 'num end'}, whole(operations[key])), h('td', {}, how)));
  return h('section', {class: 'costs'}, h('h3', {}, 'Operations'), table('Operations for the whole gradient', [['Way', ''], ['Operations', 'end'], ['', '']], rows), growth(operations.growth));
}

/** A count, exact as long as it can be read. @param {number|string|null|undefined} count */
function whole(count) {
  if (count === null || count === undefined) return 'not counted';
  const digits = String(count);
  if (digits.length <= 16) return Number(digits).toLocaleString('en').replaceAll(',', '\u202f');
  return `${digits[0]}.${digits.slice(1, 3)}×10^${digits.length - 1}`;
}

/** @param {Operations[]|undefined} deeper */
function growth(deeper) {
  if (!deeper?.length) return null;
  const plot = createPlot({name: 'Operations as the program is put behind itself', x: {label: 'copies'}, y: {label: 'operations', log: true}});
  const x = deeper.map((_, i) => i + 1);
  plot.show(WAYS.map(([key, label]) => ({label, x, y: deeper.map((each) => (each[key] === null ? null : Math.min(LARGEST, Math.max(1, Number(each[key]))))), points: true, width: key === 'reverse' ? 2.5 : 1.5})));
  return plot.root;
}
