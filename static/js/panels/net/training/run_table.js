/** The runs: how each was trained, where it branches off, what it has come to. One is at work; the others stay to be compared. */
import {trainerOf} from '../../../core/trainer.js';
import {num} from '../../../model/format.js';
import {settingsText} from '../../../model/training_settings.js';
import {svg} from '../../../render/elements.js';
import {h, setText} from '../../../ui/dom.js';
import {dashOf} from './curves.js';
import {followTraining} from './kit.js';

/** @typedef {import('../../../model/runs.js').Run} Run */
const HEADS = ['', 'Run', 'In the chart', 'From', 'Trained by', 'Steps', 'Loss', 'Test loss', 'Accuracy', 'Test accuracy', ''];

/** @param {any} ctx @returns {{root: HTMLElement, leave: () => void}} */
export function runTable(ctx) {
  const trainer = trainerOf(ctx), body = h('tbody');
  const table = h('table', {class: 'way-table training-runs'}, h('caption', {class: 'unseen'}, 'Runs of training'), h('thead', {}, h('tr', {}, ...HEADS.map((text, i) => h('th', {scope: 'col', class: i > 4 && i < 10 ? 'end' : ''}, text)))), body);
  const hint = h('p', {class: 'way-note'}, 'Go back to a step, change a setting and play: a new run branches off there.');
  const root = h('div', {class: 'training-comparison', hidden: true}, h('h3', {}, 'Runs'), h('div', {class: 'training-scroll', role: 'group', tabindex: 0, 'aria-label': 'Runs'}, table), hint);
  /** @type {Map<number, ReturnType<typeof rowOf>>} */
  let rows = new Map();

  const leave = followTraining(ctx, ({runs, run, hidden}) => {
    root.hidden = !runs.length;
    const known = runs.filter(({recording}) => recording.last >= 0);
    if ([...rows.keys()].join() !== known.map(({id}) => id).join()) {
      rows = new Map(known.map((each) => [each.id, rows.get(each.id) ?? rowOf(each, trainer)]));
      body.replaceChildren(...[...rows.values()].map(({row}) => row));
    }
    for (const each of known) rows.get(each.id)?.update(each === run, !hidden.includes(each.id), runs.some(({parent}) => parent === each));
  });
  return {root, leave};
}

/** @param {Run} run @param {ReturnType<typeof trainerOf>} trainer */
function rowOf(run, trainer) {
  const work = h('input', {type: 'radio', name: 'training-run', 'aria-label': `Run ${run.name} at work`, onchange: () => void trainer.choose(run)});
  const shown = h('input', {type: 'checkbox', 'aria-label': `Run ${run.name} in the chart`, onchange: () => trainer.show(run, shown.checked)});
  const line = svg('svg', {viewBox: '0 0 40 8', width: 40, height: 8, 'aria-hidden': 'true'});
  svg('path', {d: 'M0 4h40', class: 'training-line', 'stroke-dasharray': dashOf(run).join(' ')}, line);
  const numbers = HEADS.slice(5, 10).map(() => h('td', {class: 'end num'}));
  const away = h('button', {type: 'button', class: 'tool', 'aria-label': `Forget run ${run.name}`, onclick: () => trainer.remove(run)}, 'Forget');
  const row = h('tr', {}, h('td', {}, work), h('th', {scope: 'row'}, run.name), h('td', {}, h('span', {class: 'training-boxes'}, shown, line)), h('td', {}, originOf(run)), h('td', {class: 'training-words'}, settingsText(run.settings, run.configuration)), ...numbers, h('td', {}, away));
  return {
    row,
    update(/** @type {boolean} */ atWork, /** @type {boolean} */ inChart, /** @type {boolean} */ isParent) {
      work.checked = atWork;
      shown.checked = inChart;
      away.hidden = atWork || isParent;
      const {recording} = run, told = recording.told(recording.last);
      const share = (/** @type {number|null|undefined} */ value) => (value === null || value === undefined ? '—' : num(value));
      [String(recording.last), ...[told?.loss, told?.test_loss, told?.accuracy, told?.test_accuracy].map(share)].forEach((text, i) => setText(numbers[i], text));
    },
  };
}

/** @param {Run} run */
const originOf = ({parent, from, moved}) => (parent ? `run ${parent.name}, step ${from}${moved ? ', other weights' : ''}` : 'first weights');
