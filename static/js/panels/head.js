/** The tools of the head: undo and redo, find, share, help, theme. On a phone all but the theme stand under one button. */
import {addressOf} from '../core/address.js';
import {h, setAttribute} from '../ui/dom.js';
import {icon} from '../ui/icons.js';
import {isDark} from '../ui/theme.js';

/** @param {HTMLElement} root @param {any} ctx store, actions, toast @returns {() => void} */
export function mount(root, {store, actions, toast}) {
  const undo = tool('Undo', icon('undo'), actions.undo), redo = tool('Redo', icon('redo'), actions.redo);
  const find = tool('Find', icon('search'), actions.openFind, 'roomy'), share = tool('Share', icon('share'), copyAddress, 'roomy');
  find.append(h('kbd', {class: 'only-wide', 'aria-hidden': 'true'}, '/'));
  const help = tool('Help', h('span', {class: 'tool-sign', 'aria-hidden': 'true'}, '?'), () => /** @type {HTMLDialogElement} */ (document.getElementById('help')).showModal());
  help.id = 'help-button';
  help.setAttribute('aria-haspopup', 'dialog');
  const group = h('div', {class: 'tools-group', id: 'tools-group', role: 'group', 'aria-label': 'Tools'}, undo, redo, find, share, help);
  const more = h('button', {class: 'tool only-phone', type: 'button', 'aria-label': 'More tools', 'aria-controls': 'tools-group', 'aria-expanded': 'false'}, icon('more'));
  const theme = h('button', {class: 'tool', type: 'button', role: 'switch', 'aria-label': 'Dark theme', title: 'Dark theme', onclick: () => actions.setTheme(isDark(store.get().theme) ? 'light' : 'dark')}, icon('theme'));
  root.replaceChildren(more, group, theme);
  const stopFolding = fold(more, group);

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
    stopFolding();
    system.removeEventListener('change', update);
    root.replaceChildren();
  };
}

/** A tool: its drawing, and its name in words in the phone's list, or else wherever there is room. @param {string} name @param {Node} drawing @param {() => void} run @param {'listed'|'roomy'} [words] */
function tool(name, drawing, run, words = 'listed') {
  return h('button', {class: 'tool', type: 'button', 'aria-label': name, title: words === 'listed' ? name : null, onclick: run}, drawing, h('span', {class: `tool-words ${words}`}, name));
}

/** The phone's list: opens and closes by its button, closes by Escape and by a press elsewhere. @param {HTMLElement} button @param {HTMLElement} list */
function fold(button, list) {
  const stop = new AbortController(), {signal} = stop;
  const set = (/** @type {boolean} */ open) => {
    list.toggleAttribute('data-open', open);
    button.setAttribute('aria-expanded', String(open));
  };
  button.addEventListener('click', () => set(!list.hasAttribute('data-open')), {signal});
  list.addEventListener('click', () => set(false), {signal});
  for (const each of [button, list]) {
    each.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !list.hasAttribute('data-open')) return;
      set(false);
      button.focus();
      event.stopPropagation();
    }, {signal});
  }
  document.addEventListener('pointerdown', (event) => {
    if (event.target instanceof Node && !list.contains(event.target) && !button.contains(event.target)) set(false);
  }, {signal});
  return () => stop.abort();
}
