/** One state object. Whoever wants to know of a change says what he looks at. */

/** @typedef {import('./state.js').State} State */
/**
 * @typedef {object} Store
 * @property {() => State} get
 * @property {(patch: Partial<State>) => void} set  only core/actions.js calls it
 * @property {<T>(selector: (state: State) => T, heard: (value: T, state: State) => void) => () => void} subscribe
 *   `heard` runs after a change of what the selector gives, never at once; a list counts as changed when one of its
 *   entries has. The return value ends it.
 */

/** @param {State} initial @returns {Store} */
export function createStore(initial) {
  let state = initial;
  /** @type {Set<() => void>} */
  const listeners = new Set();

  return {
    get: () => state,
    set(patch) {
      if (!changes(state, patch)) return;
      state = {...state, ...patch};
      for (const listener of [...listeners]) if (listeners.has(listener)) listener();
    },
    subscribe(selector, heard) {
      let last = selector(state);
      const listener = () => {
        const next = selector(state);
        if (same(last, next)) return;
        last = next;
        heard(next, state);
      };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @param {State} state @param {Partial<State>} patch */
const changes = (state, patch) => Object.entries(patch).some(([key, value]) => !Object.is(/** @type {any} */ (state)[key], value));

/** @param {unknown} a @param {unknown} b */
function same(a, b) {
  if (Object.is(a, b)) return true;
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((each, i) => Object.is(each, b[i]));
}
