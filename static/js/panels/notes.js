/** Below the program: what is wrong with it and how to repair it, what is worth knowing, what it printed. */
import {mayTryAgain} from '../api/problems.js';
import {missingInputs} from '../core/selectors.js';
import {h} from '../ui/dom.js';

/** @typedef {import('../core/state.js').Problem} Problem */

/** @param {HTMLElement} root @param {any} ctx store, actions @returns {() => void} */
export function mount(root, {store, actions}) {
  const wrong = h('div', {class: 'problems', role: 'alert'});
  const notes = h('ul', {class: 'note-list', 'aria-label': 'Notes'});
  const printed = h('pre', {class: 'printed', 'aria-label': 'Printed'});
  root.replaceChildren(wrong, notes, printed);

  function showProblems() {
    const state = store.get();
    const missing = missingInputs(state);
    const rest = state.problems.filter((/** @type {Problem} */ {code}) => code !== 'missing_input');
    wrong.replaceChildren(...rest.map(label), ...(missing.length ? [missingLabel(missing)] : []));
    wrong.hidden = !wrong.childElementCount;
  }

  /** @param {Problem & {fix?: string}} problem */
  function label(problem) {
    const {message, hint, span} = problem;
    const suggestion = /did you mean `([^`]+)`/.exec(hint ?? '')?.[1];
    return h('div', {class: 'problem'},
      h('p', {}, span ? h('b', {}, `Line ${span.line}, column ${span.column}. `) : null, ...coded(sentence(message)), hint ? ' ' : null, ...coded(hint ? sentence(hint) : '')),
      span && suggestion && h('button', {type: 'button', class: 'problem-fix', onclick: () => actions.write(replaced(store.get().program, span, suggestion))}, `Change to ${suggestion}`),
      mayTryAgain([problem]) && h('button', {type: 'button', class: 'problem-fix', onclick: actions.retry}, 'Try again'));
  }

  /** @param {string[]} missing */
  function missingLabel(missing) {
    const names = missing.map((name) => `\`${name}\``).join(', ');
    return h('div', {class: 'problem'}, h('p', {}, ...coded(`${names} ${missing.length > 1 ? 'have' : 'has'} no value yet.`)),
      h('button', {type: 'button', class: 'problem-fix', onclick: actions.giveMissing}, missing.length > 1 ? 'Make them inputs' : `Make ${missing[0]} an input`));
  }

  function showNotes() {
    const {notes: found, run} = store.get();
    notes.replaceChildren(...found.map((/** @type {any} */ note) => h('li', {}, note.node && run?.has(note.node)
      ? h('button', {type: 'button', class: 'note', onclick: () => actions.pin({node: note.node})}, ...coded(sentence(note.message)))
      : h('span', {class: 'note'}, ...coded(sentence(note.message))))));
    notes.hidden = !found.length;
    const lines = run?.reply.printed ?? [];
    printed.textContent = lines.join('\n');
    printed.hidden = !lines.length;
  }

  const leave = [store.subscribe((/** @type {any} */ {problems}) => problems, showProblems), store.subscribe((/** @type {any} */ {notes: found, run}) => [found, run], showNotes)];
  showProblems();
  showNotes();
  return () => {
    for (const each of leave) each();
    root.replaceChildren();
  };
}

/** @param {string} text */
const sentence = (text) => (/[.?!]$/.test(text.trim()) ? text : `${text}.`).replace(/^line \d+: (.)/, (_, first) => first.toUpperCase());

/** Text with its `code` set as code. @param {string} text */
const coded = (text) => text.split(/`([^`]+)`/).map((part, i) => (i % 2 ? h('code', {}, part) : part));

/** The program with other text in a span's place. @param {string} program @param {import('../model/types.js').Span} span @param {string} text */
export function replaced(program, span, text) {
  const lines = program.split('\n');
  const from = offset(lines, span.line, span.column), to = offset(lines, span.end_line, span.end_column);
  return program.slice(0, from) + text + program.slice(to);
}

/** Columns count characters, a string counts UTF-16 units. @param {string[]} lines @param {number} line @param {number} column */
function offset(lines, line, column) {
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  return before + [...(lines[line - 1] ?? '')].slice(0, column - 1).join('').length;
}
