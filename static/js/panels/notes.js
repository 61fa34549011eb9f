/** Below the program: what is worth knowing about the run, and what it printed. */
import {wholeOf} from '../model/run.js';
import {coded, sentence} from '../ui/marks.js';
import {h} from '../ui/dom.js';

/** @param {HTMLElement} root @param {any} ctx store, actions @returns {() => void} */
export function mount(root, {store, actions}) {
  const notes = h('ul', {class: 'note-list', 'aria-label': 'Notes'});
  const printed = h('pre', {class: 'printed', role: 'group', 'aria-label': 'Printed', tabindex: 0});
  root.replaceChildren(notes, printed);

  let told = '';

  function update() {
    const {notes: found, run} = store.get(), lines = run?.reply.printed ?? [], key = JSON.stringify([found, lines, run?.signature]);
    if (key === told) return;
    told = key;
    notes.replaceChildren(...found.map((/** @type {any} */ note) => h('li', {}, note.node && run && wholeOf(run).has(note.node)
      ? h('button', {type: 'button', class: 'note', onclick: () => actions.reveal(note.node)}, ...coded(sentence(note.message)))
      : h('span', {class: 'note'}, ...coded(sentence(note.message))))));
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
