/**
 * A dock: a row of tabs and the panel that is chosen, each loaded when it is first shown. Which one stands in state.ways,
 * so in the address. The derivatives view and the net view each have one.
 */
import {tellWhatIsCut} from '../ui/cut.js';
import {linkStyle} from '../ui/sheets.js';
import {h, setAttribute} from '../ui/dom.js';

/** @typedef {{mount: (root: HTMLElement, ctx: any) => () => void}} Panel  what a panel's module exports */
/** @typedef {{key: string, text: string, load: () => Promise<Panel>, narrow?: boolean}} Entry  `narrow`: only where the program is a tab of its own */
/**
 * @typedef {object} Dock
 * @property {import('../core/state.js').Tab} tab  the view that it belongs to
 * @property {string} field                        of state.ways, that holds the chosen panel
 * @property {string} id                           of the panel; `way`: its tabs are `way-paths` …
 * @property {string} label
 * @property {readonly Entry[]} entries            in the order of the row of tabs
 */

/** @param {HTMLElement} root @param {any} ctx store, actions, client, toast @param {Dock} dock @returns {() => void} */
export function mountDock(root, ctx, {tab: mine, field, id, label, entries}) {
  const {store, actions} = ctx;
  const body = h('div', {class: 'dock-body', id, role: 'tabpanel', tabindex: '0'});
  const tabs = entries.map(({key, text, narrow}) => h('button', {class: `dock-tab${narrow ? ' only-narrow' : ''}`, role: 'tab', type: 'button', id: `${id}-${key}`, 'aria-controls': id, onclick: () => actions.setWay({[field]: key})}, text));
  const row = h('div', {class: 'dock-tabs', role: 'tablist', 'aria-label': label}, ...tabs);
  const wide = matchMedia('(min-width: 1024px)');
  root.append(row, body);
  const stopTelling = tellWhatIsCut(row);
  /** @type {() => void} */
  let leavePanel = () => {};
  let shown = '';

  void linkStyle('/static/css/derivatives.css').then(toTab);

  /** The chosen tab into sight: not before its style holds. */
  function toTab() {
    tabs.find((tab) => tab.id === `${id}-${shown}`)?.scrollIntoView({block: 'nearest', inline: 'nearest'});
  }

  row.addEventListener('keydown', (event) => {
    const by = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    if (!by) return;
    const seen = tabs.filter((tab) => tab.offsetParent !== null), at = seen.findIndex((tab) => tab.id === `${id}-${shown}`);
    const next = seen[(at + by + seen.length) % seen.length];
    next.focus();
    next.click();
    event.preventDefault();
    event.stopPropagation();
  });

  async function update() {
    const {tab, ways} = store.get(), open = entries.filter(({narrow}) => !narrow || !wide.matches);
    const wanted = open.find(({key}) => key === ways[field]) ?? open.find(({narrow}) => !narrow);
    if (tab !== mine || !wanted || wanted.key === shown) return;
    shown = wanted.key;
    leavePanel();
    leavePanel = () => {};
    actions.trace(null);
    entries.forEach(({key}, i) => {
      setAttribute(tabs[i], 'aria-selected', String(key === shown));
      tabs[i].tabIndex = key === shown ? 0 : -1;
    });
    toTab();
    body.setAttribute('aria-labelledby', `${id}-${shown}`);
    const place = h('div', {class: `way ${id}-${shown}`});
    body.replaceChildren(place);
    try {
      const panel = await wanted.load();
      if (place.isConnected) leavePanel = panel.mount(place, ctx);
    } catch {
      place.replaceChildren(h('p', {class: 'way-note'}, 'This part of the page did not load. ', h('button', {type: 'button', class: 'tool', onclick: () => { shown = ''; void update(); }}, 'Try again')));
    }
  }

  wide.addEventListener('change', update);
  const leave = store.subscribe((/** @type {any} */ {tab, ways}) => [tab, ways], update);
  void update();
  return () => {
    wide.removeEventListener('change', update);
    leave();
    stopTelling();
    leavePanel();
    root.replaceChildren();
  };
}
