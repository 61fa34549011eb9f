/**
 * The derivatives view: the graph above, one way to differentiate below. Its panels load when they are first shown; each
 * works on the page's own run and points at the graph by `actions.trace`.
 */
import {dockSplitter} from '../ui/splitter.js';
import {mountDock} from './dock.js';

/** In the order of the row of tabs. @type {import('./dock.js').Entry[]} */
export const PANELS = [
  {key: 'paths', text: 'Paths', load: () => import('./derivatives/paths.js')},
  {key: 'forward', text: 'Forward', load: () => import('./derivatives/forward.js')},
  {key: 'agreement', text: 'Agreement', load: () => import('./derivatives/agreement.js')},
  {key: 'symbolic', text: 'Symbolic', load: () => import('./derivatives/symbolic.js')},
  {key: 'numerical', text: 'Numerical', load: () => import('./derivatives/numerical.js')},
  {key: 'variable', text: 'One variable', load: () => import('./derivatives/variable.js')},
  {key: 'jacobians', text: 'Jacobians', load: () => import('./derivatives/jacobians.js')},
  {key: 'second', text: 'Second order', load: () => import('./derivatives/second.js')},
  {key: 'gradient', text: 'Gradient graph', load: () => import('./derivatives/gradient_graph.js')},
  {key: 'implicit', text: 'Implicit', load: () => import('./derivatives/implicit.js')},
  {key: 'finite', text: 'NaN and ∞', load: () => import('./derivatives/finite.js')},
];

/** @param {HTMLElement} root @param {any} ctx store, actions, client, toast @returns {() => void} */
export function mount(root, ctx) {
  root.replaceChildren(dockSplitter(root));
  return mountDock(root, ctx, {tab: 'derivatives', field: 'panel', id: 'way', label: 'Ways to differentiate', entries: PANELS});
}
