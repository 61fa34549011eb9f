/**
 * The derivatives view: the graph above, one way to differentiate below. Its panels load when they are first shown; each
 * works on the page's own run and points at the graph by `actions.trace`.
 */
import {dockSplitter} from '../ui/splitter.js';
import {linkStyle} from '../ui/sheets.js';
import {h, setAttribute} from '../ui/dom.js';

/** @typedef {{mount: (root: HTMLElement, ctx: any) => () => void}} Panel  what a panel's module exports */
/** @typedef {{key: string, text: string, load: () => Promise<Panel>}} Entry */

/** In the order of the row of tabs. @type {Entry[]} */
export const PANELS = [
  {key: 'paths', text: 'Paths', load: () => import('./derivatives/paths.js')},
  {key: 'forward', text: 'Forward', load: () => import('./derivatives/forward.js')},
  {key: 'agreement', text: 'Agreement', load: () => import('./derivatives/agreement.js')},
  {key: 'symbolic', text: 'Symbolic', load: () => import('./derivatives/symbolic.js')},
  {key: 'numerical', text: 'Numerical', load: () => import('./derivatives/numerical.js')},
  {key: 'variable', text: 'One variable', load: () => import('./derivatives/variable.js')},
  {key: 'implicit', text: 'Implicit', load: () => import('./derivatives/implicit.js')},
  {key: 'finite', text: 'NaN and ∞', load: () => import('./derivatives/finite.js')},
];

/** @param {HTMLElement} root @param {any} ctx store, actions, client, toast @returns {() => void} */
export function mount(root, ctx) {
  const {store, actions} = ctx;
  void linkStyle('/static/css/derivatives.css');
  const body = h('div', {class: 'dock-body', id: 'way', role: 'tabpanel', tabindex: '0'});
  const tabs = PANELS.map(({key, text}) => h('button', {class: 'dock-tab', role: 'tab', type: 'button', id: `way-${key}`, 'aria-controls': 'way', onclick: () => actions.setWay({panel: key})}, text));
  const row = h('div', {class: 'dock-tabs', role: 'tablist', 'aria-label': 'Ways to differentiate'}, ...tabs);
  root.replaceChildren(dockSplitter(root), row, body);
  /** @type {() => void} */
  let leavePanel = () => {};
  let shown = '';

  row.addEventListener('keydown', (event) => {
    const by = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    if (!by) return;
    const at = PANELS.findIndex(({key}) => key === shown), next = tabs[(at + by + tabs.length) % tabs.length];
    next.focus();
    next.click();
    event.preventDefault();
    event.stopPropagation();
  });

  async function update() {
    const {tab, ways} = store.get(), wanted = PANELS.find(({key}) => key === ways.panel) ?? PANELS[0];
    if (tab !== 'derivatives' || !wanted || wanted.key === shown) return;
    shown = wanted.key;
    leavePanel();
    leavePanel = () => {};
    actions.trace(null);
    PANELS.forEach(({key}, i) => {
      setAttribute(tabs[i], 'aria-selected', String(key === shown));
      tabs[i].tabIndex = key === shown ? 0 : -1;
    });
    tabs[PANELS.indexOf(wanted)].scrollIntoView({block: 'nearest', inline: 'nearest'});
    body.setAttribute('aria-labelledby', `way-${shown}`);
    const place = h('div', {class: `way way-${shown}`});
    body.replaceChildren(place);
    try {
      const panel = await wanted.load();
      if (place.isConnected) leavePanel = panel.mount(place, ctx);
    } catch {
      place.replaceChildren(h('p', {class: 'way-note'}, 'This part of the page did not load. ', h('button', {type: 'button', class: 'tool', onclick: () => { shown = ''; void update(); }}, 'Try again')));
    }
  }

  const leave = store.subscribe((/** @type {any} */ {tab, ways}) => [tab, ways], update);
  void update();
  return () => {
    leave();
    leavePanel();
    root.replaceChildren();
  };
}
