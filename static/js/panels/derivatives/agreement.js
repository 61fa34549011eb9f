/** Every input's gradient four ways, side by side, with how far each is from reverse mode. */
import {num} from '../../model/format.js';
import {isScalar, isSummary} from '../../model/tensor.js';
import {gradient, mathName} from '../../ui/marks.js';
import {h} from '../../ui/dom.js';
import {followRun, noteLine, pointsAt, table} from './kit.js';

/** @typedef {import('../../model/types.js').Run} Run */
const OTHERS = /** @type {const} */ ([['forward_mode', 'Forward mode'], ['symbolic', 'Symbolic'], ['numeric', 'Central difference']]);

/** @param {HTMLElement} root @param {any} ctx store, actions, client @returns {() => void} */
export function mount(root, ctx) {
  const note = noteLine(), body = h('div');
  root.replaceChildren(note, body);

  /** @param {any} reply @param {Run} run */
  function show({checks}, run) {
    const inputs = Object.entries(checks), bad = inputs.filter(([, {ok}]) => !ok).map(([name]) => name);
    const rows = inputs.map(([name, check]) => rowOf(name, check, run, ctx.actions));
    const lead = !inputs.length ? 'Nothing is differentiated by.' : bad.length ? `They do not all agree: look at ${bad.join(', ')}.` : `✓ All ways agree${inputs.length > 1 ? ' for every input' : ''}.`;
    body.replaceChildren(h('p', {class: 'way-lead'}, lead), table('Gradients four ways', [['Input', ''], ['Reverse mode', ''], ...OTHERS.map(([, text]) => /** @type {[string, string]} */ ([text, '']))], rows));
  }

  const leave = followRun(ctx, {path: '/gradcheck', ask: () => ({}), show, note});
  return () => {
    leave();
    ctx.actions.trace(null);
  };
}

/** @param {string} name @param {any} check @param {Run} run @param {any} actions */
function rowOf(name, check, run, actions) {
  const node = run.nodes.find((each) => each.kind === 'input' && each.name === name);
  const row = h('tr', {}, h('th', {scope: 'row'}, mathName(name)), h('td', {}, shown(check.reverse)), ...OTHERS.map(([key]) => h('td', {}, ...compared(check[key], check.agreement?.[key]))));
  return /** @type {HTMLTableRowElement} */ (pointsAt(row, actions, {nodes: node ? [node.id] : [], edges: []}));
}

/** One way's number, its mark, and how far off it is. @param {any} value @param {any} told of `agreement` */
function compared(value, told) {
  if (value === null || value === undefined) return [h('span', {class: 'way-note'}, told?.why ?? 'none')];
  const error = told?.relative_error;
  const cell = told?.worst && told.worst.label && !isScalar(value) ? `, most at ${told.worst.label}` : '';
  const off = typeof error !== 'number' ? '' : error === 0 ? 'equal' : `off by ${num(error)}${cell}`;
  return [shown(value), h('span', {class: 'way-off'}, ` ${told?.ok === false ? '✗' : '✓'} ${off}`)];
}

/** @param {any} value */
function shown(value) {
  if (isScalar(value)) return gradient(value);
  return isSummary(value) ? `norm ${value.norm === null ? '—' : num(value.norm)}` : h('span', {class: 'num'}, `[${preview(value)}]`);
}

const LISTED = 3;
/** @param {any[]} value @returns {string} */
function preview(value) {
  const flat = /** @type {any[]} */ (value.flat(Infinity)), first = flat.slice(0, LISTED).map((x) => (typeof x === 'number' ? num(x) : String(x)));
  return flat.length > LISTED ? `${first.join(', ')}, … ${flat.length} numbers` : first.join(', ');
}
