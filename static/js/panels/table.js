/** The graph as a table: the same nodes, the same numbers, the same selection, at the same moment. */
import {access} from '../model/access.js';
import {num, shapeText} from '../model/format.js';
import {stateOf} from '../model/fold_moment.js';
import {title, wholeOf} from '../model/run.js';
import {flat, isScalar, isSummary} from '../model/tensor.js';
import {frameAt, timeline} from '../model/timeline.js';
import {decadeRule, gradient, mathName} from '../ui/marks.js';
import {h, setAttribute, setText} from '../ui/dom.js';

/** @typedef {import('../model/types.js').Run} Run @typedef {import('../model/types.js').RunNode} RunNode @typedef {import('../model/types.js').Frame} Frame @typedef {import('../model/types.js').Tensor} Tensor */

const AT_ONCE = 500;
const LISTED = 12, IN_LINE = 4;
const TERMS = 6;
const HEADS = [['Node', ''], ['Op', ''], ['From', ''], ['Value', 'end'], ['Gradient', 'end'], ['Size', ''], ['Sum of', '']];

/** @param {HTMLElement} root @param {any} ctx store, actions @returns {() => void} */
export function mount(root, {store, actions}) {
  const body = h('tbody');
  const more = h('button', {type: 'button', class: 'tool table-more', onclick: () => { limit += AT_ONCE; update(); }}, 'More nodes');
  const none = h('p', {class: 'table-none'}, 'No nodes yet: type a formula, or choose an example.');
  root.replaceChildren(h('table', {class: 'nodes'}, h('caption', {class: 'unseen'}, 'Values and gradients'),
    h('thead', {}, h('tr', {}, ...HEADS.map(([text, side]) => h('th', {scope: 'col', class: side}, text)))), body), more, none);
  /** @type {ReturnType<typeof makeRow>[]} */
  let rows = [];
  let limit = AT_ONCE, built = '';

  function update() {
    const {tab, run, t} = store.get();
    if (tab !== 'table') return;
    const whole = run && wholeOf(run), nodes = whole ? firstNodes(whole, limit) : [], key = `${whole?.signature} ${nodes.length}`;
    if (key !== built) {
      built = key;
      rows = nodes.map((/** @type {RunNode} */ {id}) => makeRow(whole, id, store, actions));
      body.replaceChildren(...rows.map((row) => row.root));
    }
    none.hidden = nodes.length > 0;
    more.hidden = !whole || whole.size.nodes <= limit;
    if (!run) return;
    const frame = frameAt(run, timeline(run), t);
    for (const row of rows) row.update(run, whole, frame);
    mark();
  }

  function mark() {
    const {pinned, hovered} = store.get();
    for (const {id, root: row} of rows) {
      setAttribute(row, 'data-hovered', hovered?.node === id);
      setAttribute(row, 'aria-current', pinned?.node === id ? 'true' : null);
    }
  }

  const leave = [
    store.subscribe((/** @type {any} */ {run, tab, t}) => [run, tab, t], update),
    store.subscribe((/** @type {any} */ {pinned, hovered}) => [pinned, hovered], mark),
  ];
  update();
  return () => {
    for (const each of leave) each();
    root.replaceChildren();
  };
}

/** @param {Run} run @param {number} most @returns {RunNode[]} */
const firstNodes = (run, most) => Array.from({length: Math.min(most, run.size.nodes)}, (_, i) => run.node(access(run).id(i)));

/** A node's row, also of one that is folded into a box. While a pass plays, only what the moment changes is written. @param {Run} run @param {string} id @param {any} store @param {any} actions */
function makeRow(run, id, store, actions) {
  const node = run.node(id), rule = decadeRule();
  const value = h('td', {class: 'num end'}), grad = h('td', {class: 'num end'}), sum = h('td', {class: 'num long'});
  const operands = run.operands(id).flatMap(({source}, i) => [i ? ', ' : '', mathName(title(run.node(source)))]);
  const name = h('button', {type: 'button', class: 'row-name', onclick: () => (store.get().pinned?.node === id ? actions.pin(null) : actions.reveal(id))}, mathName(title(node)));
  const root = h('tr', {'data-node': id, onpointerenter: () => actions.hover({node: id}), onpointerleave: () => actions.hover(null)},
    h('th', {scope: 'row'}, name, ...(node.scope.length ? [h('span', {class: 'row-scope'}, node.scope.join(' › '))] : [])), h('td', {class: 'words'}, node.noun), h('td', {class: 'math'}, ...operands), value, grad, h('td', {}, rule.root), sum);
  /** @type {{run: Run, seen: unknown}|null} */
  let last = null;
  return {
    id, root,
    /** @param {Run} run as it is folded @param {Run} now @param {Frame} frame */
    update(run, now, frame) {
      const seen = stateOf(run, frame, id), own = now.node(id), reached = seen ? seen.grad : own.grad;
      if (last?.run === now && last.seen === seen) return;
      last = {run: now, seen};
      for (const cell of [value, grad]) setAttribute(cell, 'data-array', own.shape.length > 0);
      setText(value, seen?.value === 'hidden' ? '—' : text(own.value, own.shape));
      grad.replaceChildren(reached === null || isScalar(reached) ? gradient(reached) : text(reached, own.shape));
      rule.show(reached);
      sum.replaceChildren(...terms(run, now, id, frame));
    },
  };
}

/** @param {Tensor} value @param {number[]} shape */
const text = (value, shape) => (isScalar(value) ? num(value) : isSummary(value) || flat(value).length > LISTED ? `${shapeText(shape)} array` : listed(value));

/** An array's rows one below the other, a few numbers in a line. @param {any} value @returns {string} */
function listed(value) {
  if (isScalar(value)) return num(value);
  const parts = value.map(listed), breaks = (/** @type {number} */ i) => !isScalar(value[0]) || i % IN_LINE === 0;
  return `[${parts.map((/** @type {string} */ part, /** @type {number} */ i) => (i === 0 ? part : `${breaks(i) ? ',\n' : ', '}${part}`)).join('')}]`;
}

/** What has come back along each use by now; in a box, all at once. @param {Run} run as it is folded @param {Run} whole @param {string} id @param {Frame} frame @returns {(Node|string)[]} */
function terms(run, whole, id, frame) {
  if (id === whole.output) return stateOf(run, frame, id)?.grad === null ? [] : ['seed'];
  const isDone = stateOf(run, frame, id)?.gradState === 'done';
  const arrived = whole.users(id).filter((edge) => isDone || ['done', 'blocked'].includes(frame.edges.get(edge.id)?.state ?? '')).map(({contribution}) => contribution).filter(isScalar);
  const rest = arrived.length - TERMS;
  return [...arrived.slice(0, TERMS).map(gradient), rest > 0 ? ` and ${rest} more` : ''];
}
