/** Every path from an input to the output: its factors, its product, and the sum that is the gradient. */
import {num, superscript} from '../../model/format.js';
import {short, title} from '../../model/run.js';
import {gradient, mathName} from '../../ui/marks.js';
import {h} from '../../ui/dom.js';
import {among, choice, choices, followRun, nodeOptions, noteLine, pointsAt, table} from './kit.js';
import {costs} from './costs.js';
import {treeOf} from './tree.js';

/** @typedef {import('../../model/types.js').Run} Run */
/** @typedef {{nodes: string[], edges: string[], factors: any[], product: any}} Way */

const LIMIT = 20;
const CLOSE = 1e-9;
const FACTORS_SHOWN = 8;

/** @param {HTMLElement} root @param {any} ctx store, actions, client @returns {() => void} */
export function mount(root, ctx) {
  const {store, actions} = ctx;
  const note = noteLine(), body = h('div', {class: 'paths-body'});
  const from = choice('From', (source) => actions.setWay({source})), to = choice('To', (target) => actions.setWay({target}));
  const views = ['list', 'tree'].map((view) => h('button', {type: 'button', class: 'tool', onclick: () => actions.setWay({as: view})}, view === 'list' ? 'List' : 'Tree'));
  root.replaceChildren(choices(from.root, to.root, h('span', {class: 'way-switch', role: 'group', 'aria-label': 'Show paths as'}, ...views)), note, body);
  /** @type {{reply: any, run: Run}|null} */
  let last = null;
  let leaveCosts = () => {};

  /** @param {import('../../core/state.js').State} state @param {Run} run */
  function ask({ways}, run) {
    const sources = nodeOptions(run, [ways.source, ways.target].filter((id) => id !== undefined)), targets = [...sources].reverse();
    const target = among(targets, ways.target ?? run.output), source = among(sources, ways.source);
    from.list(sources, source);
    to.list(targets, target);
    views.forEach((button, i) => button.setAttribute('aria-pressed', String((ways.as === 'tree') === (i === 1))));
    if (last?.run === run) draw();
    return source && target ? {source, target, limit: LIMIT} : null;
  }

  function draw() {
    if (!last) return;
    const {reply, run} = last;
    const shown = store.get().ways.as === 'tree' ? treeOf(reply, run, actions) : list(reply, run, actions);
    leaveCosts();
    const cost = costs(reply);
    leaveCosts = cost.destroy;
    body.replaceChildren(summary(reply), h('div', {class: 'way-columns'}, shown, cost.root));
  }

  const leave = followRun(ctx, {path: '/paths', ask, note, show(reply, run) { last = {reply, run}; draw(); }});
  return () => {
    leave();
    leaveCosts();
    actions.trace(null);
  };
}

/** How many, their sum, and whether it is the gradient. @param {any} reply */
function summary({count, paths, sum, gradient: whole}) {
  const many = count === 0 ? 'No path leads there' : count === 1 ? 'One path' : `${typeof count === 'string' ? power(count) : count.toLocaleString('en')} paths`;
  const rest = paths.length < Number(count) ? `, the ${paths.length} largest here` : '';
  const agrees = typeof sum === 'number' && typeof whole === 'number' && Math.abs(sum - whole) <= CLOSE * Math.max(1, Math.abs(whole));
  return h('p', {class: 'way-lead'}, `${many}${rest}. `, ...(typeof sum === 'number' ? ['Sum of the products: ', gradient(sum), agrees ? ' ✓ the gradient' : ''] : []));
}

/** A count too long to read. @param {string} digits */
const power = (digits) => `${digits[0]}.${digits.slice(1, 3)}×10${superscript(digits.length - 1)}`;

/** @param {{paths: Way[]}} reply @param {Run} run @param {any} actions */
function list({paths}, run, actions) {
  const rows = paths.map((way, i) => {
    const names = way.nodes.flatMap((id, k) => [k ? ' → ' : '', mathName(k ? short(run.node(id)) : title(run.node(id)))]);
    const row = h('tr', {'data-path': i}, h('th', {scope: 'row'}, ...names), h('td', {class: 'num'}, factorsText(way.factors)), h('td', {class: 'end'}, typeof way.product === 'number' ? gradient(way.product) : 'a matrix'));
    return /** @type {HTMLTableRowElement} */ (pointsAt(row, actions, {nodes: way.nodes, edges: way.edges}));
  });
  return table('Paths, the largest first', [['Path', ''], ['Local derivatives', ''], ['Product', 'end']], rows);
}

/** @param {any[]} factors */
function factorsText(factors) {
  const shown = factors.map((each) => (typeof each === 'number' ? num(each) : 'matrix'));
  return shown.length > FACTORS_SHOWN ? `${shown.slice(0, FACTORS_SHOWN).join(' × ')} × … (${shown.length})` : shown.join(' × ');
}
