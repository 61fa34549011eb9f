/** The gallery: a list of programs worth looking at. */
import {h} from '../ui/dom.js';
import {coded} from '../ui/marks.js';

/** @typedef {{id: string, title: string, section: string, program: string, description: string}} Example */

/** @param {HTMLElement} root @param {any} ctx store, actions, examples @returns {() => void} */
export function mount(root, {store, actions, examples}) {
  const own = h('option', {value: ''}, 'Your program');
  const select = h('select', {class: 'examples', 'aria-label': 'Examples', onchange: choose}, own, ...grouped(examples));
  const about = h('p', {class: 'example-about'});
  root.replaceChildren(select);
  root.closest('.program')?.querySelector('.editor')?.after(about);

  function choose() {
    const found = examples.find((/** @type {Example} */ {id}) => id === select.value);
    if (found) actions.open(found.program.trimEnd());
  }

  function update() {
    const {program} = store.get();
    const found = examples.find((/** @type {Example} */ each) => each.program.trim() === program.trim());
    select.value = found?.id ?? '';
    own.hidden = Boolean(found);
    about.replaceChildren(...coded(found?.description ?? ''));
    about.hidden = !found;
  }

  const leave = store.subscribe((/** @type {any} */ {program}) => program, update);
  update();
  return () => {
    leave();
    about.remove();
    root.replaceChildren();
  };
}

/** @param {Example[]} examples */
function grouped(examples) {
  const sections = [...new Set(examples.map(({section}) => section))];
  return sections.map((section) => h('optgroup', {label: section}, ...examples.filter((each) => each.section === section).map(({id, title}) => h('option', {value: id}, title))));
}
