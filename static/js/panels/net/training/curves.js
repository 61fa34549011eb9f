/** The curves of runs: each run has a dash of its own, training and test a width; a trend stands over its faint curve. */
import {sampled, smoothed} from '../../../model/smooth.js';

/** @typedef {import('../../../model/runs.js').Run} Run @typedef {import('../../../ui/plot.js').Series} Series */
/** @typedef {{name: string, text: string, test?: boolean}} Column */
/** @typedef {{key: string, text: string, columns: (run: Run) => Column[], has: (run: Run) => boolean}} Measure */

const POINTS = 800;
export const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3]];

const measure = (/** @type {string} */ key, /** @type {string} */ text, /** @type {Column[]} */ ...columns) => ({key, text, columns: () => columns, has: (/** @type {Run} */ run) => columns.some(({name}) => run.recording.column(name) !== null)});

/** @type {readonly Measure[]} */
export const MEASURES = [
  measure('loss', 'loss', {name: 'loss', text: 'training'}, {name: 'test_loss', text: 'test', test: true}),
  measure('accuracy', 'accuracy', {name: 'accuracy', text: 'training'}, {name: 'test_accuracy', text: 'test', test: true}),
  {key: 'gradient', text: 'gradient’s length by layer', columns: ({recording}) => recording.layers.map((layer, i) => ({name: `norm ${layer}`, text: String(layer), test: i > 0})), has: () => true},
  measure('rate', 'learning rate', {name: 'learning_rate', text: 'learning rate'}),
];

/** The dash of a run. @param {Pick<Run, 'id'>} run */
export const dashOf = ({id}) => DASHES[id % DASHES.length];

/**
 * @param {{runs: readonly Run[], hidden: readonly number[]}} view @param {Measure} measure
 * @param {{smooth: boolean, log: boolean}} how  on a log scale only what is above 0 has a place
 * @returns {Series[]}
 */
export function curvesOf({runs, hidden}, {columns}, {smooth, log}) {
  const shown = runs.filter(({id, recording}) => !hidden.includes(id) && recording.last > recording.from);
  return shown.flatMap((run) => columns(run).flatMap((column) => {
    const values = run.recording.column(column.name);
    return values ? drawn(run, column, values, {smooth, log, named: runs.length > 1}) : [];
  }));
}

/** @param {Run} run @param {Column} column @param {readonly number[]} values @param {{smooth: boolean, log: boolean, named: boolean}} how @returns {Series[]} */
function drawn(run, {text, test}, values, {smooth, log, named}) {
  const at = sampled(values.length, POINTS), x = at.map((i) => run.from + i), dash = dashOf(run), label = named ? `${run.name} ${text}` : text;
  const y = (/** @type {readonly number[]} */ all) => at.map((i) => (log && !(all[i] > 0) ? null : all[i]));
  if (!smooth) return [{label, x, y: y(values), dash, width: test ? 1 : 2, tone: test ? 'ink2' : 'ink'}];
  return [{label, x, y: y(values), dash, width: 0.75, tone: 'line'}, {label: `${label}, smoothed`, x, y: y(smoothed(values)), dash, width: test ? 1 : 2, tone: 'ink'}];
}
