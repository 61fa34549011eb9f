/** Jacobians: a labelled matrix for any outputs by any inputs, and matrices multiplied out along a chain of nodes. */
import {createLookup} from '../../core/lookup.js';
import {num} from '../../model/format.js';
import {short} from '../../model/run.js';
import {real} from '../../model/tensor.js';
import {partBetween} from '../../model/ways.js';
import {h, setText} from '../../ui/dom.js';
import {linkStyle} from '../../ui/sheets.js';
import {among, choices, followRun, noteLine} from './kit.js';
import {blocks} from './blocks.js';
import {chain} from './chain.js';

/** @typedef {import('../../model/types.js').Run} Run @typedef {import('../../core/state.js').State} State */
/** @typedef {{source: string, target: string, column: string, row: string, entry: string}} Cell  nodes on the page, and the numbers as /paths takes them */
/**
 * One of the panel's pictures, both answers of /jacobian.
 * @typedef {object} Part
 * @property {HTMLElement[]} choices
 * @property {HTMLElement} body
 * @property {(state: State, run: Run) => Record<string, unknown>|string} ask  a string says what is missing
 * @property {(reply: any, run: Run) => void} show
 */

/** @type {readonly (readonly [string, string, (ctx: any, pointed: (cell: Cell, run: Run) => void) => Part])[]} */
const PARTS = [['blocks', 'Matrices', blocks], ['chain', 'Chain', chain]];
const PATHS_TOLD = 3;

/** @param {HTMLElement} root @param {any} ctx store, actions, client @returns {() => void} */
export function mount(root, ctx) {
  const {actions, client} = ctx;
  const note = noteLine(), own = h('div', {class: 'jacobian-choices'}), body = h('div'), told = h('p', {class: 'matrix-said', role: 'status'});
  const buttons = PARTS.map(([key, text]) => h('button', {type: 'button', class: 'tool', onclick: () => actions.setWay({jacobian: key})}, text));
  const parts = PARTS.map(([, , make]) => make(ctx, pointed));
  let at = -1;
  void linkStyle('/static/css/matrix.css');
  root.replaceChildren(choices(h('span', {class: 'way-switch', role: 'group', 'aria-label': 'Jacobians as'}, ...buttons)), own, note, told, body);
  /** @type {Cell|null} */
  let cell = null;

  const paths = createLookup({
    post: (asked) => client.post('/paths', asked),
    answered({run}, {reply, error}) {
      if (!cell) return;
      setText(told, `${cell.entry}${error ? `. ${error}` : `: ${inWords(reply, run)}`}`);
      if (reply) actions.trace(litBy(reply, cell, run));
    },
  });

  /** @param {Cell} next @param {Run} run */
  function pointed(next, run) {
    cell = next;
    setText(told, next.entry);
    actions.trace(partBetween(run, next.source, next.target));
    const asked = {source: next.column, target: next.row, limit: PATHS_TOLD, operations: false};
    paths.wish({run, key: JSON.stringify(asked), body: {...run.asked, open: undefined, ...asked}});
  }

  /** @param {State} state @param {Run} run */
  function ask(state, run) {
    const next = PARTS.findIndex(([key]) => key === among(PARTS.map(([key, text]) => [key, text]), state.ways.jacobian));
    if (next !== at) {
      at = next;
      buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(i === at)));
      own.replaceChildren(...parts[at].choices);
      body.replaceChildren(parts[at].body);
      forget();
    }
    const asked = parts[at].ask(state, run);
    if (typeof asked !== 'string') return asked;
    note.hidden = false;
    setText(note, asked);
    return null;
  }

  function forget() {
    cell = null;
    paths.wish(null);
    actions.trace(null);
    setText(told, 'Point at a cell, or go from cell to cell with the arrow keys: it tells the paths that make it.');
  }

  const leave = followRun(ctx, {
    path: '/jacobian', ask, note, show(reply, run) {
      forget();
      parts[at].show(reply, run);
    },
  });
  return () => {
    leave();
    paths.wish(null);
    actions.trace(null);
  };
}

/** The paths' products, largest first. @param {any} reply of /paths @param {Run} run */
function inWords(reply, run) {
  if (reply.count === 0) return 'no path leads there';
  const products = reply.paths.map((/** @type {any} */ way) => (typeof way.product === 'number' || typeof way.product === 'string' ? `${num(real(way.product))}${along(way, reply, run)}` : 'a matrix'));
  const rest = Number(reply.count) > products.length ? ' + …' : '';
  return `${reply.count === 1 ? 'one path' : `${typeof reply.count === 'number' ? reply.count.toLocaleString('en') : reply.count} paths`}: ${products.join(' + ')}${rest}`;
}

/** The way by name, where the page has its nodes. @param {any} way @param {any} reply @param {Run} run */
const along = (way, reply, run) => (sameDetail(reply, run) ? ` (${way.nodes.map((/** @type {string} */ id) => short(run.node(id))).join(' → ')})` : '');

/** Whether the reply's ids are those of the page. @param {any} reply @param {Run} run */
const sameDetail = (reply, run) => reply.detail === (run.asked?.detail ?? 'tensor') && reply.paths.every((/** @type {any} */ way) => way.nodes.every((/** @type {string} */ id) => run.has(id)));

/** All of a cell's paths; of an array's cell the nodes and edges that hold them. @param {any} reply @param {Cell} cell @param {Run} run */
function litBy(reply, {source, target}, run) {
  if (!sameDetail(reply, run) || reply.paths.length < Number(reply.count)) return reply.count === 0 ? {nodes: [source, target], edges: []} : partBetween(run, source, target);
  return {nodes: [...new Set(reply.paths.flatMap((/** @type {any} */ way) => way.nodes)), source, target], edges: [...new Set(reply.paths.flatMap((/** @type {any} */ way) => way.edges))]};
}
