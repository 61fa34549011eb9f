/**
 * What was edited, and back: a line of snapshots. Edits with the same key (one drag of a slider, one burst of typing)
 * are one step.
 */

export const DEEPEST = 200;
export const BURST_MS = 700;

/**
 * @template T
 * @typedef {object} History
 * @property {(snapshot: T, key?: string|null) => void} record
 * @property {() => T|null} undo   null at the start
 * @property {() => T|null} redo
 * @property {() => boolean} canUndo
 * @property {() => boolean} canRedo
 * @property {(snapshot: T) => void} reset
 */

/**
 * @template T
 * @param {T} first
 * @param {{now?: () => number, deepest?: number, burst_ms?: number}} [options]  a key ends after `burst_ms` without an edit,
 *   unless it begins with "held:"
 * @returns {History<T>}
 */
export function createHistory(first, {now = Date.now, deepest = DEEPEST, burst_ms = BURST_MS} = {}) {
  let line = [first], at = 0;
  /** @type {string|null} */
  let open = null;
  let last = 0;

  /** @param {string|null} key */
  const goesOn = (key) => key !== null && key === open && at === line.length - 1 && at > 0
    && (key.startsWith('held:') || now() - last <= burst_ms);

  /** @param {number} by */
  function move(by) {
    const to = at + by;
    if (to < 0 || to >= line.length) return null;
    at = to;
    open = null;
    return line[at];
  }

  return {
    record(snapshot, key = null) {
      if (goesOn(key)) line[at] = snapshot;
      else {
        line = [...line.slice(0, at + 1), snapshot].slice(-deepest - 1);
        at = line.length - 1;
      }
      open = key;
      last = now();
    },
    undo: () => move(-1),
    redo: () => move(1),
    canUndo: () => at > 0,
    canRedo: () => at < line.length - 1,
    reset(snapshot) {
      line = [snapshot];
      at = 0;
      open = null;
    },
  };
}
