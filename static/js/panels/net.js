/**
 * The net view: the net's picture above, a dock of panels below, its configuration where the program's text is else.
 * A text is no net: when the view opens without one, a net for a circle takes its place, and Undo brings the text back.
 */
import {h} from '../ui/dom.js';
import {linkStyle} from '../ui/sheets.js';
import {dockSplitter} from '../ui/splitter.js';
import {mountDock} from './dock.js';
import {mount as mountConfiguration} from './net/configuration.js';
import {mount as mountPicture} from './net/picture.js';
import {FIRST_NET} from './net/first_net.js';

/** In the order of the row of tabs. @type {import('./dock.js').Entry[]} */
export const PANELS = [
  {key: 'configuration', text: 'Configuration', load: () => import('./net/configuration.js'), narrow: true},
  {key: 'training', text: 'Training', load: () => import('./net/training.js')},
  {key: 'surface', text: 'Surface', load: () => import('./net/surface.js')},
  {key: 'boundary', text: 'Boundary', load: () => import('./net/boundary.js')},
  {key: 'optimizer', text: 'Optimizer', load: () => import('./net/optimizer.js')},
  {key: 'confusion', text: 'Confusion', load: () => import('./net/confusion.js')},
  {key: 'export', text: 'Export', load: () => import('./net/export.js')},
  {key: 'algorithm', text: 'Algorithm', load: () => import('./net/algorithm.js')},
  {key: 'health', text: 'Health', load: () => import('./net/health.js')},
  {key: 'initialisers', text: 'Initialisers', load: () => import('./net/initialisers.js')},
  {key: 'layers', text: 'Layers', load: () => import('./net/layers.js')},
];

/** @param {HTMLElement} root @param {any} ctx store, actions, client, player, toast @returns {() => void} */
export function mount(root, ctx) {
  const {store, actions, toast} = ctx;
  void linkStyle('/static/css/net.css');
  const picture = h('div', {class: 'net-picture', role: 'group', 'aria-label': 'Picture of the net'});
  const told = h('aside', {class: 'net-told', role: 'region', 'aria-label': 'What is chosen in the net', tabindex: '0'});
  document.body.append(told);
  const dock = h('div', {class: 'net-dock dock'});
  const column = h('div', {class: 'net-column', role: 'group', 'aria-label': 'Configuration'});
  document.getElementById('program')?.append(column);
  root.replaceChildren(picture, dock);
  dock.append(dockSplitter(dock));

  /** Opened without a net: one is set. Undone: the text is back, so its graph is shown. */
  function opened() {
    const {tab, net, program} = store.get();
    if (tab !== 'net' || net) return;
    actions.setNet(FIRST_NET);
    if (program.trim()) toast('A net takes the program’s place.', {text: 'Undo', act: actions.undo});
  }
  function changed() {
    const {tab, net} = store.get();
    if (tab === 'net' && !net) actions.setTab('graph');
  }

  opened();
  const leaves = [
    mountPicture(picture, told, ctx),
    whileWide(() => mountConfiguration(column, ctx)),
    mountDock(dock, ctx, {tab: 'net', field: 'net', id: 'net-panel', label: 'About the net', entries: PANELS}),
    store.subscribe((/** @type {any} */ {tab}) => tab, opened),
    store.subscribe((/** @type {any} */ {net}) => net, changed),
  ];
  return () => {
    for (const leave of leaves) leave();
    column.remove();
    told.remove();
    root.replaceChildren();
  };
}

/** Where there is a column for it; on a narrow page it is a panel of the dock. @param {() => () => void} mountIt @returns {() => void} */
function whileWide(mountIt) {
  const wide = matchMedia('(min-width: 1024px)');
  /** @type {(() => void)|null} */
  let leave = null;
  const update = () => {
    if (wide.matches === Boolean(leave)) return;
    leave?.();
    leave = wide.matches ? mountIt() : null;
  };
  wide.addEventListener('change', update);
  update();
  return () => {
    wide.removeEventListener('change', update);
    leave?.();
  };
}
