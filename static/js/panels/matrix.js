/** The Jacobian of one op, of one path, or of all ways between two nodes: the whole matrix, and row × matrix. */
import {sizeText} from '../model/format.js';
import {short, title, wholeOf} from '../model/run.js';
import {tableOf} from '../model/matrix.js';
import {waysBetween} from '../model/ways.js';
import {h} from '../ui/dom.js';
import {linkStyle} from '../ui/sheets.js';
import {matrixView} from './matrix_view.js';
import {slope} from './story/parts.js';

/** @typedef {import('../model/types.js').Run} Run @typedef {import('../model/types.js').RunNode} RunNode */
/** @typedef {import('../core/state.js').JacobianOf} JacobianOf @typedef {import('../core/state.js').Matrix} Matrix */

const NODES_LISTED = 400;

/** @param {HTMLElement} dialog @param {any} ctx store, actions @returns {() => void} */
export function mount(dialog, {store, actions}) {
  const root = /** @type {HTMLDialogElement} */ (dialog);
  const heading = h('h2', {id: 'matrix-title'}), body = h('div', {class: 'matrix-body'});
  const of = choice('Of', () => between()), by = choice('By', () => between()), along = choice('Along', () => actions.showJacobian(JSON.parse(along.select.value)));
  root.replaceChildren(
    h('div', {class: 'sheet-head'}, heading, h('button', {class: 'tool', type: 'button', onclick: () => root.close()}, 'Close')),
    h('div', {class: 'matrix-choices'}, of.label, by.label, along.label), body);

  const between = () => actions.showJacobian({source: by.select.value, target: of.select.value});
  const closed = () => actions.showJacobian(null);
  const outside = (/** @type {MouseEvent} */ event) => { if (event.target === root) root.close(); };

  function update() {
    const {run: shown, jacobian, matrix} = store.get(), run = shown && wholeOf(shown); // it looks into what is folded
    if (!run || !jacobian) return root.open && root.close();
    const ends = endsOf(run, jacobian);
    if (!ends) return root.close();
    const [source, target] = ends.map((id) => run.node(id));
    heading.textContent = `Jacobian ${slope(title(target), title(source))}`;
    list(of.select, run, target.id);
    list(by.select, run, source.id);
    along.label.hidden = listWays(along.select, run, source.id, target.id, jacobian) < 2;
    show(run, matrix?.key === JSON.stringify(jacobian) ? matrix : null, source, target);
    if (!root.open) root.showModal();
  }

  /** @param {Run} run @param {Matrix|null} matrix @param {RunNode} source @param {RunNode} target */
  function show(run, matrix, source, target) {
    if (!matrix) return;
    const table = matrix.within && tableOf(wholeOf(matrix.run), matrix.within);
    const missing = h('p', {class: 'matrix-missing'}, matrix.error ?? 'It is too large to send.', ' ', neverBuilt(source, target));
    body.replaceChildren(table ? matrixView(table, title(run.node(run.output))) : missing);
  }

  const leave = store.subscribe((/** @type {any} */ state) => [state.run, state.jacobian, state.matrix], update);
  root.addEventListener('close', closed);
  root.addEventListener('click', outside);
  void linkStyle('/static/css/matrix.css').then(update);
  return () => {
    leave();
    root.removeEventListener('close', closed);
    root.removeEventListener('click', outside);
    root.replaceChildren();
  };
}

/** @param {string} text @param {() => void} changed */
function choice(text, changed) {
  const select = h('select', {class: 'matrix-select', 'aria-label': text, onchange: changed});
  return {select, label: h('label', {}, `${text} `, select)};
}

/** @param {RunNode} source @param {RunNode} target */
function neverBuilt(source, target) {
  const size = (/** @type {RunNode} */ {shape}) => shape.reduce((product, n) => product * n, 1);
  return `The full Jacobian would hold ${size(target).toLocaleString('en')} × ${size(source).toLocaleString('en')} numbers. Backpropagation never builds it.`;
}

/** Source and target; null where this run has them no more. @param {Run} run @param {JacobianOf} of @returns {[string, string]|null} */
function endsOf(run, of) {
  if ('edge' in of) {
    if (!run.hasEdge(of.edge)) return null;
    const {source, target} = run.edge(of.edge);
    return [source, target];
  }
  /** @type {[string, string]} */
  const ends = 'path' in of ? [of.path[0], of.path[of.path.length - 1]] : [of.source, of.target];
  return ends.every((id) => run.has(id)) ? ends : null;
}

/** @param {HTMLSelectElement} select @param {Run} run @param {string} chosen */
function list(select, run, chosen) {
  const all = run.nodes.filter(({kind}) => kind !== 'constant');
  const few = all.length > NODES_LISTED ? all.filter(({id, name}) => name || id === chosen).slice(0, NODES_LISTED) : all;
  const listed = few.some(({id}) => id === chosen) ? few : [run.node(chosen), ...few];
  select.replaceChildren(...listed.map((node) => h('option', {value: node.id}, node.shape.length ? `${title(node)}, ${sizeText(node.shape)}` : title(node))));
  select.value = chosen;
}

/** @param {HTMLSelectElement} select @param {Run} run @param {string} source @param {string} target @param {JacobianOf} chosen @returns {number} how many choices there are */
function listWays(select, run, source, target, chosen) {
  const ways = waysBetween(run, source, target), edges = run.operands(target).filter((edge) => edge.source === source);
  /** @type {[JacobianOf, string][]} */
  const choices = [
    [{source, target}, ways.length > 1 ? `all ${ways.length} ways` : 'the one way'],
    ...(ways.length > 1 ? ways.map((path) => /** @type {[JacobianOf, string]} */ ([{path}, path.map((id) => short(run.node(id))).join(' → ')])) : []),
    ...(edges.length > 1 || 'edge' in chosen ? edges.map((edge) => /** @type {[JacobianOf, string]} */ ([{edge: edge.id}, `operand ${edge.slot + 1} of the ${run.node(target).noun}`])) : []),
  ];
  select.replaceChildren(...choices.map(([of, text]) => h('option', {value: JSON.stringify(of)}, text)));
  select.value = JSON.stringify(chosen);
  return choices.length;
}
