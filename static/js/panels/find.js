/** Find a node: a field over the head's tools, eight rows, the others on the graph fade. */
import {num} from '../model/format.js';
import {wholeOf} from '../model/run.js';
import {search} from '../model/search.js';
import {isScalar} from '../model/tensor.js';
import {gradient, mathName} from '../ui/marks.js';
import {byId, h, setAttribute} from '../ui/dom.js';

/** @typedef {import('../model/types.js').Run} Run @typedef {import('../model/types.js').RunNode} RunNode */

const ROWS = 8;

/** @param {HTMLElement} root @param {any} ctx store, actions @returns {() => void} */
export function mount(root, {store, actions}) {
  const field = h('input', {type: 'search', class: 'find-field', 'aria-label': 'Find node', placeholder: 'Name, op or formula', autocomplete: 'off', spellcheck: 'false',
    role: 'searchbox', 'aria-controls': 'find-rows', oninput: () => actions.setQuery(field.value), onkeydown: keys});
  const rows = h('ul', {class: 'find-rows', id: 'find-rows', role: 'listbox', 'aria-label': 'Nodes found'});
  const panel = h('div', {class: 'find', hidden: true}, field, rows);
  root.append(panel);
  let chosen = 0;
  /** @type {any[]} */
  let found = [];
  /** @type {Element|null} */
  let before = null;

  /** @param {KeyboardEvent} event */
  function keys(event) {
    const by = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (by && found.length) {
      chosen = (chosen + by + found.length) % found.length;
      paint();
    } else if (event.key === 'Enter' && found[chosen]) go(found[chosen].id);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {string} id */
  function go(id) {
    actions.closeFind();
    actions.reveal(id);
    const place = store.get().tab === 'table' ? `#table [data-node="${CSS.escape(id)}"] .row-name` : `#graph [data-node="${CSS.escape(id)}"]`;
    requestAnimationFrame(() => (/** @type {HTMLElement|null} */ (document.querySelector(place)) ?? byId('graph')).focus());
  }

  function close() {
    actions.closeFind();
    if (before instanceof HTMLElement) before.focus();
  }

  function update() {
    const {find, run} = store.get();
    if (!find.open && panel.hidden) return;
    const opens = panel.hidden && find.open;
    panel.hidden = !find.open;
    if (opens) {
      before = document.activeElement;
      field.value = find.query;
      field.focus();
    }
    const wanted = find.query.trim().toLowerCase();
    found = !find.open || !run || !wanted ? [] : best(run, wanted);
    chosen = Math.min(chosen, Math.max(0, found.length - 1));
    paint();
  }

  function paint() {
    const {find} = store.get();
    const none = find.open && find.query.trim() && !found.length;
    setAttribute(field, 'aria-activedescendant', found.length ? `find-row-${chosen}` : null);
    rows.replaceChildren(...(none ? [h('li', {class: 'find-none', role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false'}, 'No node has this in its name or formula.')] : found.map(row)));
  }

  /** @param {any} node @param {number} i */
  function row(node, i) {
    const made = h('li', {class: 'find-row', role: 'option', onclick: () => go(node.id), onpointerenter: () => actions.hover({node: node.id}), onpointerleave: () => actions.hover(null)},
      mathName(node.name ?? node.label), h('span', {class: 'quiet'}, node.box ? `${node.box.nodes} nodes` : node.name ? node.label : node.noun),
      h('span', {class: 'num'}, isScalar(node.value) ? num(node.value) : node.shape.join('×')), isScalar(node.grad) || node.grad === null ? gradient(node.grad) : h('span', {class: 'quiet'}, 'array'));
    made.id = `find-row-${i}`;
    setAttribute(made, 'aria-selected', String(i === chosen));
    return made;
  }

  const leave = store.subscribe((/** @type {any} */ {find, run}) => [find, run], update);
  field.addEventListener('blur', () => setTimeout(() => { if (!panel.contains(document.activeElement) && store.get().find.open) actions.closeFind(); }, 150));
  return () => {
    leave();
    panel.remove();
  };
}

/** Boxes of that name, then every node, folded in or not. @param {Run} run @param {string} wanted @returns {RunNode[]} */
function best(run, wanted) {
  const whole = wholeOf(run), boxes = run.nodes.filter(({kind, name}) => kind === 'scope' && name?.toLowerCase().includes(wanted));
  return [...boxes, ...search(whole, wanted, ROWS).map(whole.node)].slice(0, ROWS);
}
