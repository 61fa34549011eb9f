/** What the panels about training share: the trainer's transport, following it, asking about the net as it is now. */
import {ApiError, OfflineError} from '../../../api/problems.js';
import {networkOf} from '../../../core/runner.js';
import {trainerOf} from '../../../core/trainer.js';
import {num} from '../../../model/format.js';
import {toldAt} from '../../../model/runs.js';
import {h, setAttribute, setText} from '../../../ui/dom.js';
import {linkStyle} from '../../../ui/sheets.js';

const SPEEDS = /** @type {const} */ ([['1', '1 step/s'], ['5', '5 steps/s'], ['20', '20 steps/s'], ['100', '100 steps/s'], ['500', '500 steps/s'], ['Infinity', 'As fast as it goes']]);

/** Runs at most once a frame, with the latest. @param {any} ctx @param {(view: import('../../../core/trainer.js').View) => void} show @returns {() => void} ends it */
export function followTraining(ctx, show) {
  const trainer = trainerOf(ctx);
  let asked = 0;
  const draw = () => {
    asked = 0;
    show(trainer.get());
  };
  const ask = () => { asked ||= requestAnimationFrame(draw); };
  const leaves = [trainer.subscribe(ask), ctx.store.subscribe((/** @type {any} */ {net}) => net, ask)];
  show(trainer.get());
  return () => {
    cancelAnimationFrame(asked);
    for (const leave of leaves) leave();
  };
}

/**
 * Play, one step, one epoch, back to the start, how fast; where it stands and what is wrong.
 * @param {any} ctx @returns {{root: HTMLElement, leave: () => void}}
 */
export function transport(ctx) {
  void linkStyle('/static/css/training.css');
  const trainer = trainerOf(ctx);
  const button = (/** @type {string} */ text, /** @type {() => unknown} */ act, /** @type {string} */ says) => h('button', {type: 'button', class: 'tool training-button', title: says, onclick: () => void act()}, text);
  const play = button('Play', () => (trainer.get().playing ? trainer.pause() : trainer.play()), 'Trains until it is paused');
  const reset = button('Reset', () => trainer.reset(), 'Back to the weights that the training began with');
  const speed = h('select', {class: 'way-select', 'aria-label': 'Speed of training', onchange: () => trainer.setSpeed(Number(speed.value))}, ...SPEEDS.map(([value, text]) => h('option', {value}, text)));
  const state = h('p', {class: 'training-state num'}), note = h('p', {class: 'way-note training-note', role: 'status'});
  const root = h('div', {class: 'training-bar', role: 'group', 'aria-label': 'Training'}, h('div', {class: 'training-buttons'}, play, button('One step', () => trainer.advance(), 'One update of all weights'), button('One epoch', () => trainer.epoch(), 'Once through the training examples'), reset, speed), state, note);

  const leave = followTraining(ctx, (view) => {
    setText(play, view.playing ? 'Pause' : 'Play');
    setAttribute(reset, 'aria-disabled', view.run ? null : 'true');
    speed.value = String(view.speed);
    setText(state, standing(view));
    setText(note, view.problem ?? view.notice ?? (trainer.moved && !view.playing ? 'The weights are others than this step’s. Training goes on from them in a run of its own.' : ''));
  });
  return {root, leave};
}

/** @param {import('../../../core/trainer.js').View} view */
function standing({run, step}) {
  const told = run && toldAt(run, step);
  if (!told) return 'Not trained yet';
  const share = (/** @type {number} */ accuracy) => `${num(Number((100 * accuracy).toFixed(1)))} %`;
  return [
    `Run ${run.name}`, `step ${step}`, `epoch ${told.epoch}`, `loss ${num(told.loss)}`, told.test_loss === null ? '' : `test loss ${num(told.test_loss)}`,
    told.accuracy === null ? '' : `accuracy ${share(told.accuracy)}`, told.test_accuracy === null ? '' : `test accuracy ${share(told.test_accuracy)}`,
  ].filter(Boolean).join(' · ');
}

/**
 * Keeps an answer about the net on the page up to date; one question at a time, only the latest net.
 * @param {any} ctx store, client
 * @param {object} what
 * @param {string} what.path
 * @param {(network: Record<string, any>, state: import('../../../core/state.js').State) => Record<string, unknown>|null|Promise<Record<string, unknown>|null>} what.ask  the body; null: nothing to ask
 * @param {(reply: any, asked: Record<string, unknown>) => void} what.show
 * @param {HTMLElement} what.note  says what went wrong
 * @param {HTMLElement} [what.place]  is marked as busy while what it shows is not of the net on the page
 * @returns {{ask: () => void, leave: () => void}} `ask`: something else that the body depends on has changed
 */
export function followWeights({store, client}, {path, ask, show, note, place}) {
  let alive = true, busy = false, again = false;

  async function look() {
    again = true;
    if (busy) return;
    busy = true;
    place?.setAttribute('aria-busy', 'true');
    while (again && alive) {
      again = false;
      await one().catch(failed);
    }
    busy = false;
    place?.removeAttribute('aria-busy');
  }

  async function one() {
    const state = store.get(), {net} = state;
    const body = net && (await ask(networkOf(net), state));
    if (!body || !alive) return;
    const reply = await client.post(path, body);
    if (!alive || store.get().net?.configuration !== net.configuration) return;
    note.hidden = true;
    show(reply, body);
  }

  /** @param {unknown} error */
  function failed(error) {
    note.hidden = false;
    setText(note, error instanceof OfflineError ? 'Offline: this can be told when the server is back.' : textOf(error));
  }

  const leave = store.subscribe((/** @type {any} */ {net, ways}) => [net, ways], () => void look());
  void look();
  return {ask: () => void look(), leave() { alive = false; leave(); }};
}

/** @param {unknown} error */
function textOf(error) {
  if (error instanceof ApiError) return error.problems.map(({message}) => message).join(' ');
  throw error;
}
