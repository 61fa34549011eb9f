/** Second order: what bends where along one number, the Hessian with its eigenvalues, and a Newton step beside a gradient step. */
import {setText, h} from '../../ui/dom.js';
import {among, choices, followRun, noteLine} from './kit.js';
import {bends} from './bends.js';
import {hessian} from './hessian.js';
import {newton} from './newton.js';

/** @typedef {import('../../model/types.js').Run} Run @typedef {import('../../core/state.js').State} State */
/**
 * One of the panel's pictures, all of them answers of /hessian.
 * @typedef {object} Part
 * @property {HTMLElement[]} choices
 * @property {HTMLElement} body
 * @property {(state: State, run: Run) => Record<string, unknown>|null} ask
 * @property {(reply: any, run: Run) => void} show
 * @property {() => void} [destroy]
 */

/** @type {readonly (readonly [string, string, (ctx: any) => Part])[]} */
const PARTS = [['bends', 'What bends', bends], ['hessian', 'Hessian', hessian], ['newton', 'Newton step', newton]];

/** @param {HTMLElement} root @param {any} ctx store, actions, client, toast @returns {() => void} */
export function mount(root, ctx) {
  const {actions} = ctx;
  const note = noteLine(), body = h('div'), own = h('span', {class: 'way-own'});
  const buttons = PARTS.map(([key, text]) => h('button', {type: 'button', class: 'tool', onclick: () => actions.setWay({second: key})}, text));
  const parts = PARTS.map(([, , make]) => make(ctx));
  let at = -1;
  root.replaceChildren(choices(h('span', {class: 'way-switch', role: 'group', 'aria-label': 'Of the second order'}, ...buttons), own), note, body);

  /** @param {State} state @param {Run} run */
  function ask(state, run) {
    const next = PARTS.findIndex(([key]) => key === among(PARTS.map(([key, text]) => [key, text]), state.ways.second));
    if (next !== at) {
      at = next;
      actions.trace(null);
      buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(i === at)));
      own.replaceChildren(...parts[at].choices);
      body.replaceChildren(parts[at].body);
    }
    const asked = parts[at].ask(state, run);
    if (!asked) {
      note.hidden = false;
      setText(note, 'There is no number to differentiate by twice.');
    }
    return asked;
  }

  const leave = followRun(ctx, {path: '/hessian', ask, note, show: (reply, run) => parts[at].show(reply, run)});
  return () => {
    leave();
    for (const part of parts) part.destroy?.();
    actions.trace(null);
  };
}
