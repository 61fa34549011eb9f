/** The graph as a table: the same nodes, the same numbers, the same selection. */
import {num, shapeText} from '../model/format.js';
import {flat, isScalar, isSummary} from '../model/tensor.js';
import {frameAt, timeline} from '../model/timeline.js';
import {decadeRule, gradient, mathName} from '../ui/marks.js';
import {h, setAttribute} from '../ui/dom.js';

const AT_ONCE = 1000;
const HEADS = ['Node', 'Op', 'From', 'Value', 'Gradient', 'Size', 'Contributions'];

/** @param {HTMLElement} root @param {any} ctx store, actions @returns {() => void} */
export function mount(root, {store, actions}) {
  const body = h('tbody');
  const more = h('button', {type: 'button', class: 'tool', onclick: () => { limit += AT_ONCE; update(); }}, 'More nodes');
  root.replaceChildren(h('table', {class: 'nodes'}, h('caption', {class: 'unseen'}, 'Values and gradients'), h('thead', {}, h('tr', {}, ...HEADS.map((text) => h('th', {scope: 'col'}, text)))), body), more);
  let limit = AT_ONCE;

  function update() {
    const {tab, run, t} = store.get();
    if (tab !== 'table' || !run) return;
    const frame = frameAt(run, timeline(run), t);
    body.replaceChildren(...run.nodes.slice(0, limit).map((/** @type {any} */ node) => row(run, node, frame.nodes.get(node.id), frame)));
    more.hidden = run.nodes.length <= limit;
    mark();
  }

  /** @param {any} run @param {any} node @param {any} seen @param {any} frame */
  function row(run, node, seen, frame) {
    const value = seen && seen.value === 'hidden' ? null : node.value;
    const grad = seen ? seen.grad : node.grad;
    const rule = decadeRule();
    rule.show(grad);
    const cell = h('button', {type: 'button', class: 'row-name', onclick: () => actions.pin(store.get().pinned?.node === node.id ? null : {node: node.id})}, mathName(node.name ?? node.label));
    return h('tr', {'data-node': node.id, onpointerenter: () => actions.hover({node: node.id}), onpointerleave: () => actions.hover(null)},
      h('th', {scope: 'row'}, cell), h('td', {class: 'quiet'}, node.kind === 'op' ? node.op : node.kind), h('td', {class: 'quiet'}, run.operands(node.id).map((/** @type {any} */ edge) => nameOf(run, edge.source)).join(', ')),
      h('td', {class: 'num'}, value === null ? '—' : text(value, node.shape)), h('td', {class: 'num'}, shown(grad, node.shape)), h('td', {}, rule.root), h('td', {class: 'quiet num'}, contributions(run, node, frame)));
  }

  function mark() {
    const {pinned, hovered} = store.get();
    for (const each of /** @type {NodeListOf<HTMLElement>} */ (body.querySelectorAll('tr'))) {
      setAttribute(each, 'data-hovered', hovered?.node === each.dataset.node);
      setAttribute(each, 'aria-selected', String(pinned?.node === each.dataset.node));
    }
  }

  const leave = [
    store.subscribe((/** @type {any} */ {run, tab, t, stale}) => [run, tab, t, stale], update),
    store.subscribe((/** @type {any} */ {pinned, hovered}) => [pinned, hovered], mark),
  ];
  update();
  return () => {
    for (const each of leave) each();
    root.replaceChildren();
  };
}

/** @param {any} run @param {string} id */
const nameOf = (run, id) => run.node(id).name ?? run.node(id).label;

/** @param {any} value @param {number[]} shape */
const text = (value, shape) => (isScalar(value) ? num(value) : digits(value) ?? `${shapeText(shape)} array`);

/** An array's numbers while they are few. @param {any} value @returns {string|null} */
const digits = (value) => (isSummary(value) || flat(value).length > 12 ? null : listed(value));

/** @param {any} value @returns {string} */
const listed = (value) => (isScalar(value) ? num(value) : `[${value.map(listed).join(', ')}]`);

/** @param {any} grad @param {number[]} shape */
const shown = (grad, shape) => (grad === null || isScalar(grad) ? gradient(grad) : text(grad, shape));

/** What came back along each use. @param {any} run @param {any} node @param {any} frame */
function contributions(run, node, frame) {
  if (frame.nodes.get(node.id)?.grad === null) return '';
  const parts = run.users(node.id).filter((/** @type {any} */ edge) => edge.contribution !== null && isScalar(edge.contribution));
  return parts.length > 1 ? parts.map((/** @type {any} */ edge) => num(edge.contribution)).join(' + ') : '';
}
