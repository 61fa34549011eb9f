/** The net's configuration, where the program's text is else. */
import {setText, h} from '../../ui/dom.js';
import {followNet} from './kit.js';

/** @param {HTMLElement} root @param {any} ctx store, actions, client, toast @returns {() => void} */
export function mount(root, ctx) {
  const summary = h('p', {class: 'net-summary'});
  root.replaceChildren(
    h('div', {class: 'panel-head'}, h('h2', {}, 'Net'), h('button', {type: 'button', class: 'tool', onclick: () => ctx.actions.setTab(matchMedia('(min-width: 1024px)').matches ? 'graph' : 'program')}, 'Program text')),
    summary,
  );
  return followNet(ctx, (found) => setText(summary, found?.network.summary ?? ''));
}
