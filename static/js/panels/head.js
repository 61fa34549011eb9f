/** The tools of the head: undo and redo, find, share, help, theme. */
import {addressOf} from '../core/address.js';
import {h, setAttribute} from '../ui/dom.js';
import {icon} from '../ui/icons.js';
import {isDark} from '../ui/theme.js';

/** @param {HTMLElement} root @param {any} ctx store, actions, toast @returns {() => void} */
export function mount(root, {store, actions, toast}) {
  const undo = tool('Undo', 'undo', actions.undo), redo = tool('Redo', 'redo', actions.redo);
  const find = h('button', {class: 'tool', type: 'button', 'aria-label': 'Find', onclick: actions.openFind}, icon('search'), h('span', {class: 'only-wide'}, 'Find'), h('kbd', {class: 'only-wide', 'aria-hidden': 'true'}, '/'));
  const share = tool('Share', 'share', copyAddress, true);
  const help = h('button', {class: 'tool', type: 'button', id: 'help-button', 'aria-label': 'Help', 'aria-haspopup': 'dialog', onclick: () => /** @type {HTMLDialogElement} */ (document.getElementById('help')).showModal()}, h('span', {class: 'tool-sign', 'aria-hidden': 'true'}, '?'));
  const theme = h('button', {class: 'tool', type: 'button', role: 'switch', 'aria-label': 'Dark theme', onclick: () => actions.setTheme(isDark(store.get().theme) ? 'light' : 'dark')}, icon('theme'));
  root.replaceChildren(undo, redo, find, share, help, theme);

  async function copyAddress() {
    const address = await addressOf(store.get());
    try {
      await navigator.clipboard.writeText(address);
      toast('Link copied. It opens this program, these inputs, this step.');
    } catch {
      history.replaceState(null, '', address);
      toast('The link is in the address bar.');
    }
  }

  const system = matchMedia('(prefers-color-scheme: dark)');
  const update = () => {
    const state = store.get();
    undo.disabled = !state.canUndo;
    redo.disabled = !state.canRedo;
    setAttribute(theme, 'aria-checked', String(isDark(state.theme)));
  };
  system.addEventListener('change', update);
  const leave = store.subscribe((/** @type {any} */ {canUndo, canRedo, theme: chosen}) => [canUndo, canRedo, chosen], update);
  update();
  return () => {
    leave();
    system.removeEventListener('change', update);
    root.replaceChildren();
  };
}

/** @param {string} name @param {Parameters<typeof icon>[0]} drawing @param {() => void} run @param {boolean} [worded] */
function tool(name, drawing, run, worded = false) {
  return h('button', {class: 'tool', type: 'button', 'aria-label': name, title: worded ? null : name, onclick: run}, icon(drawing), worded && h('span', {class: 'only-wide'}, name));
}
