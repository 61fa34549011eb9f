/** What the panels of the derivatives view share: asking about the page's run, choosing nodes, tables of numbers. */
import {setTo} from '../../core/literals.js';
import {createLookup} from '../../core/lookup.js';
import {title, wholeOf} from '../../model/run.js';
import {h, setText} from '../../ui/dom.js';
import {coded, sentence} from '../../ui/marks.js';

/** @typedef {import('../../model/types.js').Run} Run @typedef {import('../../model/types.js').RunNode} RunNode @typedef {import('../../core/state.js').State} State @typedef {import('../../core/lookup.js').Question} Question */

const LISTED = 400;
const OLD_MS = 300;        // after which numbers of another place than the page's are marked

/**
 * Keeps a panel's answer up to date with the run and with what was chosen; one question at a time, only the latest wish.
 * Numbers that are not the answer to what the page shows are marked (`data-old` around the note); what a reply notes is told.
 * @param {any} ctx store, client
 * @param {object} what
 * @param {string} what.path                                                      `/paths`
 * @param {(state: State, run: Run) => Record<string, unknown>|null} what.ask     what to add to the subject; null: nothing to ask
 * @param {(reply: any, run: Run) => void} what.show                              `run` with nothing folded, whose answer it is
 * @param {HTMLElement} what.note                                                 says what is wrong, and that there is no run yet
 * @param {import('../../core/state.js').Tab} [what.tab]                          the view that the panel is in
 * @returns {() => void} ends it
 */
export function followRun({store, client}, {path, ask, show, note, tab: view = 'derivatives'}) {
  const notes = h('ul', {class: 'way-notes', 'aria-label': 'Notes', hidden: true}), place = /** @type {HTMLElement} */ (note.parentElement);
  note.after(notes);
  /** @type {Question|null} */
  let shown = null;
  /** @type {Question|null} */
  let answered = null;
  /** @type {any} */
  let aging = null;
  const lookup = createLookup({
    post: (body) => client.post(path, body),
    answered(question, {reply, error}) {
      const {run} = question;
      answered = question;
      setText(note, error ?? '');
      note.hidden = !error;
      if (error) return old();
      shown = question;
      age(question);
      tell(notes, reply.notes ?? [], run);
      show(reply, wholeOf(run));
    },
  });

  function old() {
    clearTimeout(aging);
    place.toggleAttribute('data-old', shown !== null);
  }

  /** What is there is not the answer, and that is not the end of it. */
  function late() {
    old();
    setText(note, 'Being computed.');
    note.hidden = false;
  }

  /** Another graph's numbers are marked at once, those of the same graph when the answer is late. @param {Question|null} wanted */
  function age(wanted) {
    clearTimeout(aging);
    if (same(wanted, shown)) place.removeAttribute('data-old');
    else if (!same(wanted, answered)) {
      if (wanted?.run.signature !== shown?.run.signature) old();
      if (wanted) aging = setTimeout(late, OLD_MS);
    }
  }

  function look() {
    const state = store.get(), run = state.run && wholeOf(state.run);
    if (state.tab !== view) return;
    const asked = run?.asked ? ask(state, run) : null;
    if (!asked && !run) {
      note.hidden = false;
      setText(note, 'No graph yet: type a formula, or choose an example.');
    }
    const question = run?.asked && asked ? {run, key: JSON.stringify(asked), body: {...run.asked, ...asked}} : null;
    age(question);
    lookup.wish(question);
  }

  const leave = store.subscribe((/** @type {State} */ {run, tab, ways}) => [run, tab, ways], look);
  look();
  return () => {
    clearTimeout(aging);
    lookup.wish(null);
    leave();
  };
}

/** @param {Question|null} a @param {Question|null} b */
const same = (a, b) => a !== null && b !== null && a.run === b.run && a.key === b.key;

/** What a reply says that the page's own notes do not. @param {HTMLElement} list @param {{message: string, code: string}[]} notes @param {Run} run */
function tell(list, notes, run) {
  const own = new Set(run.notes.flatMap(({message, code}) => [message, code])), fresh = notes.filter(({message, code}) => !own.has(message) && !own.has(code));
  list.replaceChildren(...fresh.map(({message}) => h('li', {}, ...coded(sentence(message)))));
  list.hidden = !fresh.length;
}

/**
 * Inputs with some of their numbers replaced: `x`, `W[0,1]`; whole arrays, as the page holds them.
 * @param {State} state @param {Run} run @param {readonly (readonly [string, number])[]} values @returns {Record<string, any>}
 */
export function inputsWith(state, run, values) {
  /** @type {Record<string, any>} */
  const found = {};
  for (const [name, value] of values) {
    const [, base, at] = /** @type {RegExpExecArray} */ (/^(.*?)(?:\[([\d,]+)\])?$/.exec(name));
    found[base] = at === undefined ? value : placed(found[base] ?? setTo(state, base) ?? run.reply.values[base], at.split(',').map(Number), value);
  }
  return found;
}

/** @param {any} list @param {number[]} index @param {number} value @returns {any} */
const placed = (list, [first, ...rest], value) => list.map((/** @type {any} */ each, /** @type {number} */ i) => (i !== first ? each : rest.length ? placed(each, rest, value) : value));

/** The line in which a panel says what it could not do. */
export const noteLine = () => h('p', {class: 'way-note', role: 'status', hidden: true});

/** A row of choices above a panel. @param {...import('../../ui/dom.js').Child} children */
export const choices = (...children) => h('div', {class: 'way-choices'}, ...children);

/**
 * A labelled choice. @param {string} text @param {(value: string) => void} changed
 * @returns {{root: HTMLElement, select: HTMLSelectElement, list: (options: readonly (readonly [string, string])[], chosen: string) => void}}
 */
export function choice(text, changed) {
  const select = h('select', {class: 'way-select', 'aria-label': text, onchange: () => changed(select.value)});
  const root = h('label', {class: 'way-choice'}, h('span', {}, text), select);
  let listed = '';
  return {
    root, select,
    list(options, chosen) {
      const key = JSON.stringify(options);
      if (key !== listed) select.replaceChildren(...options.map(([value, label]) => h('option', {value}, label)));
      listed = key;
      select.value = chosen;
    },
  };
}

/**
 * Nodes to choose from, by id, in the program's order; of many the output, those that are chosen, and named ones first.
 * @param {Run} run @param {readonly string[]} [chosen] @param {(node: RunNode) => boolean} [wanted] @returns {[string, string][]}
 */
export function nodeOptions(run, chosen = [], wanted = () => true) {
  const all = run.nodes.filter((node) => node.kind !== 'constant' && wanted(node)), first = new Set([run.output, ...chosen]);
  const rank = (/** @type {RunNode} */ {id, name}) => (first.has(id) ? 0 : name ? 1 : 2);
  const few = all.length > LISTED ? [...all].sort((a, b) => rank(a) - rank(b)).slice(0, LISTED).sort((a, b) => a.index - b.index) : all;
  return few.map((node) => [node.id, title(node)]);
}

/** Single numbers among the inputs: `t`, `W[0,1]`. @param {Run} run @returns {[string, string][]} */
export function numberOptions(run) {
  const found = /** @type {[string, string][]} */ ([]);
  for (const {name, kind, shape} of run.nodes) {
    if (kind !== 'input' || !name) continue;
    for (const cell of cellsOf(shape)) {
      const text = cell.length ? `${name}[${cell.join(',')}]` : name;
      found.push([text, text]);
      if (found.length === LISTED) return found;
    }
  }
  return found;
}

/** Indices of an array's cells, in their order. @param {readonly number[]} shape @returns {number[][]} */
const cellsOf = (shape) => shape.reduce((/** @type {number[][]} */ cells, n) => cells.flatMap((cell) => Array.from({length: n}, (_, i) => [...cell, i])).slice(0, LISTED), [[]]);

/** The chosen value if it is among the options, else the first. @param {readonly (readonly [string, string])[]} options @param {string|undefined} wanted */
export const among = (options, wanted) => (options.some(([value]) => value === wanted) ? String(wanted) : options[0]?.[0] ?? '');

/**
 * A table of a panel: heads with a class each, rows of cells. Where it is wider than the panel it scrolls by itself.
 * @param {string} caption read aloud, not shown
 * @param {readonly (readonly [string, string])[]} heads text, class
 * @param {readonly HTMLTableRowElement[]} rows
 */
export const table = (caption, heads, rows) => h('div', {class: 'way-room', ...(rows.some((row) => row.tabIndex >= 0) ? {} : {tabindex: 0, role: 'group', 'aria-label': caption})}, h('table', {class: 'way-table'}, h('caption', {class: 'unseen'}, caption),
  h('thead', {}, h('tr', {}, ...heads.map(([text, side]) => h('th', {scope: 'col', class: side}, text)))), h('tbody', {}, ...rows)));

/**
 * Makes a row point at the graph while it is under the pointer or has the focus, and stay so when it is chosen.
 * @param {HTMLElement} row @param {any} actions @param {import('../../core/state.js').Traced} traced
 */
export function pointsAt(row, actions, traced) {
  const on = () => actions.trace(traced), off = () => { if (row.getAttribute('aria-pressed') !== 'true') actions.trace(null); };
  row.tabIndex = 0;
  for (const event of ['pointerenter', 'focusin']) row.addEventListener(event, on);
  for (const event of ['pointerleave', 'focusout']) row.addEventListener(event, off);
  return row;
}
