/** Below the program: what is worth knowing about the run, and what it printed. */
import {wholeOf} from '../model/run.js';
import {coded, sentence} from '../ui/marks.js';
import {h} from '../ui/dom.js';

/** @typedef {import('../model/types.js').Note} Note */

const MOST = 3; // notes of one kind that each have a line of their own

/** @param {HTMLElement} root @param {any} ctx store, actions @returns {() => void} */
export function mount(root, {store, actions}) {
  const notes = h('ul', {class: 'note-list', 'aria-label': 'Notes'});
  const printed = h('pre', {class: 'printed', role: 'group', 'aria-label': 'Printed', tabindex: 0});
  root.replaceChildren(notes, printed);

  let told = '';
  const open = new Set(); // codes: what a person opened stays so with new numbers

  /** @param {Note} note @param {import('../model/types.js').Run|null} run */
  function line({node, message}, run) {
    const text = coded(sentence(message));
    return node && run && wholeOf(run).has(node) ? h('button', {type: 'button', class: 'note', onclick: () => actions.reveal(node)}, ...text) : h('span', {class: 'note'}, ...text);
  }

  /** @param {Note[]} group @param {import('../model/types.js').Run|null} run */
  function folded(group, run) {
    const {code} = group[0], details = /** @type {HTMLDetailsElement} */ (h('details', {}, h('summary', {class: 'note'}, `${group.length} notes of one kind, first: `, ...coded(sentence(group[0].message))),
      h('ul', {class: 'note-list'}, ...group.map((note) => h('li', {}, line(note, run))))));
    details.open = open.has(code);
    details.addEventListener('toggle', () => { if (details.open) open.add(code); else open.delete(code); });
    return details;
  }

  function update() {
    const {notes: found, run} = store.get(), lines = run?.reply.printed ?? [], key = JSON.stringify([found, lines, run?.signature]);
    if (key === told) return;
    told = key;
    notes.replaceChildren(...alike(found).map((group) => h('li', {}, group.length > MOST ? folded(group, run) : line(group[0], run))));
    notes.hidden = !found.length;
    printed.textContent = lines.join('\n');
    printed.hidden = !lines.length;
  }

  const leave = store.subscribe((/** @type {any} */ {notes: found, run}) => [found, run], update);
  update();
  return () => {
    leave();
    root.replaceChildren();
  };
}

/** Many notes with one code stand together, where the first of them stood; few stand alone. @param {readonly Note[]} notes @returns {Note[][]} */
function alike(notes) {
  const groups = /** @type {Map<string, Note[]>} */ (new Map());
  for (const note of notes) {
    const group = groups.get(note.code);
    if (group) group.push(note); else groups.set(note.code, [note]);
  }
  const many = (/** @type {Note} */ {code}) => (groups.get(code)?.length ?? 0) > MOST;
  return notes.flatMap((note) => (!many(note) ? [[note]] : groups.get(note.code)?.[0] === note ? [groups.get(note.code) ?? []] : []));
}
