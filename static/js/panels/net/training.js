/** Training: its transport and settings, the curves of all runs, the way back along them, the runs to compare. */
import {trainerOf} from '../../core/trainer.js';
import {num} from '../../model/format.js';
import {firstOf, toldAt} from '../../model/runs.js';
import {createPlot} from '../../ui/plot.js';
import {h, setAttribute, setText} from '../../ui/dom.js';
import {curvesOf, MEASURES} from './training/curves.js';
import {followTraining, transport} from './training/kit.js';
import {runTable} from './training/run_table.js';
import {settingsForm} from './training/settings.js';
import {choice, choices} from '../derivatives/kit.js';

/** @param {HTMLElement} root @param {any} ctx store, actions, client @returns {() => void} */
export function mount(root, ctx) {
  const {store, actions} = ctx, trainer = trainerOf(ctx);
  const bar = transport(ctx), form = settingsForm(ctx), table = runTable(ctx);
  const plot = createPlot({name: 'What training has come to, step by step', x: {label: 'step'}, y: {label: 'loss'}, pick: (step) => void trainer.goTo(Math.round(step))});
  const back = h('input', {type: 'range', class: 'training-slider', min: 0, max: 0, step: 1, 'aria-label': 'Step of training', oninput: () => void trainer.goTo(Number(back.value))});
  const backText = h('output', {class: 'num'});
  const measure = choice('Curve', (value) => actions.setWay({curve: value})), log = h('input', {type: 'checkbox', onchange: () => actions.setWay({curvelog: log.checked ? '1' : null})});
  const smooth = h('input', {type: 'checkbox', onchange: () => actions.setWay({curvesmooth: smooth.checked ? '1' : null})});
  const charts = h('div', {class: 'training-charts'},
    choices(measure.root, h('label', {class: 'way-choice'}, log, 'Log scale'), h('label', {class: 'way-choice'}, smooth, 'Smoothed')), plot.root,
    h('label', {class: 'training-back'}, h('span', {}, 'Step'), back, backText));
  root.replaceChildren(bar.root, h('div', {class: 'training-columns'}, charts, form.root), table.root);

  /** @param {import('../../core/trainer.js').View} view */
  function show(view) {
    const {ways} = store.get(), {run, step} = view, chosen = MEASURES.find(({key}) => key === ways.curve) ?? MEASURES[0];
    measure.list(MEASURES.filter(({has}) => !run || has(run)).map(({key, text}) => [key, text]), chosen.key);
    log.checked = ways.curvelog === '1';
    smooth.checked = ways.curvesmooth === '1';
    const first = run ? firstOf(run) : 0, last = run ? Math.max(run.recording.last, step) : 0;
    setAttribute(back, 'min', first);
    setAttribute(back, 'max', last);
    back.value = String(step);
    back.disabled = last === first;
    const told = run && toldAt(run, step);
    setText(backText, run ? `${step} of ${last}` : '0');
    setAttribute(back, 'aria-valuetext', told ? `step ${step} of ${last}: loss ${num(told.loss)}` : 'not trained yet');
    plot.show(curvesOf(view, chosen, {smooth: smooth.checked, log: log.checked}), {y: {label: chosen.text, log: log.checked}, marker: run ? step : null, live: true});
  }

  const leaves = [followTraining(ctx, show), store.subscribe((/** @type {any} */ {ways}) => ways, () => show(trainer.get()))];
  return () => {
    for (const leave of [...leaves, bar.leave, form.leave, table.leave]) leave();
    plot.destroy();
  };
}
