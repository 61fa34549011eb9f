/** The page and its address: read at the start, written after changes, read again when a person changes it. */
import {decode, encode, inAddress} from './url.js';

const WRITE_MS = 250;

export const readAddress = () => decode(location.hash);

/**
 * @param {{store: import('./store.js').Store, actions: any, toast: (text: string) => void}} page
 * @returns {() => void} ends it
 */
export function followAddress({store, actions, toast}) {
  let written = location.hash;
  /** @type {any} */
  let timer = null;

  async function write() {
    timer = null;
    const next = `#${await encode(store.get())}`;
    if (next === written) return;
    written = next;
    history.replaceState(null, '', next);
  }

  async function changed() {
    if (location.hash === written) return;
    written = location.hash;
    const {patch, notice} = await decode(location.hash);
    if (notice) toast(notice);
    if (patch.program !== undefined) await actions.restore({net: null, overrides: {}, ranges: {}, detail: 'tensor', opened: [], folds: {}, pinned: null, hovered: null, viewport: null, t: Infinity, ...patch});
  }

  const leave = store.subscribe(inAddress, () => {
    clearTimeout(timer);
    timer = setTimeout(write, WRITE_MS);
  });
  addEventListener('hashchange', changed);
  write();
  return () => {
    clearTimeout(timer);
    leave();
    removeEventListener('hashchange', changed);
  };
}

/** The address of what is on the page now. @param {import('./state.js').State} state */
export async function addressOf(state) {
  return `${location.origin}${location.pathname}#${await encode(state)}`;
}
