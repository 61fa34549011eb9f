/** The keys of the page: one table, which the help sheet prints too. */
import {TRANSPORT_KEYS} from '../panels/transport.js';
import {takesText} from './dom.js';

export const PAGE_KEYS = Object.freeze([
  {keys: 'Space', does: 'Play or pause'},
  {keys: '← →', does: 'Step back, step forward'},
  {keys: 'Shift ← →', does: 'Back or forward by a level'},
  {keys: 'Home End', does: 'To the start, to the end'},
  {keys: '/', does: 'Find a node'},
  {keys: 'Ctrl Z', does: 'Undo (⌘ Z on a Mac)'},
  {keys: 'Ctrl Shift Z', does: 'Redo'},
  {keys: 'Tab', does: 'In the program: complete the word, while the list of words is open'},
  {keys: 'Shift', does: 'On a slider, with the arrow keys or while dragging: a hundred times finer'},
  {keys: '?', does: 'This sheet'},
]);

/** @param {{actions: any, player: import('../motion/player.js').Player}} page @returns {() => void} */
export function listenToKeys({actions, player}) {
  const stop = new AbortController();
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
    const run = event.ctrlKey || event.metaKey ? commandOf(event, actions) : plainOf(event, actions, player);
    if (!run) return;
    event.preventDefault();
    run();
  }, {signal: stop.signal});
  return () => stop.abort();
}

/** @param {KeyboardEvent} event @param {any} actions */
function commandOf(event, actions) {
  const key = event.key.toLowerCase();
  if (event.altKey || (takesText(event.target) && !isEditor(event.target))) return null;
  if (key === 'z') return event.shiftKey ? actions.redo : actions.undo;
  return key === 'y' ? actions.redo : null;
}

/** The program's history is the page's: sliders and text go back by one line of steps. @param {EventTarget|null} target */
const isEditor = (target) => target instanceof HTMLElement && target.closest('#editor') !== null;

/** @param {KeyboardEvent} event @param {any} actions @param {import('../motion/player.js').Player} player */
function plainOf(event, actions, player) {
  if (event.altKey || takesText(event.target)) return null;
  if (event.key === '/') return actions.openFind;
  if (event.key === '?') return () => document.getElementById('help-button')?.click();
  const target = /** @type {HTMLElement|null} */ (event.target instanceof HTMLElement ? event.target : null);
  if (event.key === ' ' && target?.closest('button, a, summary, input, [role=tab], [role=switch]')) return null;
  if (target?.closest('[role=tablist], [role=slider]') && event.key !== ' ') return null;
  if (event.repeat && event.key === ' ') return null;
  const found = TRANSPORT_KEYS.find(({key, shift}) => key === event.key && shift === event.shiftKey);
  return found ? () => found.run(player) : null;
}
