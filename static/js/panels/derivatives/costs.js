/** What each way to the whole gradient costs, for this program and for the same put behind itself again and again. */
import {superscript} from '../../model/format.js';
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

/** @param {any} reply of /paths @returns {{root: HTMLElement, destroy: () => void}} */
export function costs({operations, growth}) {
  const rows = WAYS.map(([key, name, how]) => h('tr', {}, h('th', {scope: 'row'}, name), h('td', {class: 'num end'}, whole(operations[key])), h('td', {}, how)));
  const told = table('Operations for the whole gradient', [['Way', ''], ['Operations', 'end'], ['', '']], rows);
  const lead = h('p', {class: 'way-note'}, 'One operation: a multiplication by a local derivative, or one op evaluated.');
  const plot = growth ? deeper(growth) : null;
  return {root: h('section', {class: 'costs'}, h('h3', {}, 'What each way costs'), lead, told, plot && plot.root), destroy: () => plot?.destroy()};
}

/** A count, exact as long as it can be read. @param {number|string|null|undefined} count */
function whole(count) {
  if (count === null || count === undefined) return 'not counted';
  const digits = String(count);
  if (digits.length <= 16) return Number(digits).toLocaleString('en').replaceAll(',', '\u202f');
  return `${digits[0]}.${digits.slice(1, 3)}×10${superscript(digits.length - 1)}`;
}

/** The same where the program is put behind itself. @param {{source: string, target: string, counts: Operations[]}} growth */
function deeper({source, target, counts}) {
  const plot = createPlot({name: `Made deeper: the program behind itself, its ${target} the next one’s ${source}`, x: {label: 'copies'}, y: {label: 'operations', log: true}});
  const x = counts.map(({copies}) => copies);
  plot.show(WAYS.map(([key, label]) => ({label, x, y: counts.map((each) => (each[key] === null ? null : Math.min(LARGEST, Math.max(1, Number(each[key]))))), points: true, width: key === 'reverse' ? 2.5 : 1.5})));
  return plot;
}
