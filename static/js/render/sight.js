/** The viewport that is shown: the person's own, or one that nobody has chosen; moved softly when the picture itself moves it. */
import {between} from './viewport.js';

/** @typedef {import('./viewport.js').Viewport} Viewport */

const MOVE_MS = 240;

/** @param {{moves: () => boolean}} host */
export function createSight({moves}) {
  /** @type {{from: Viewport, start: number|null}|null} */
  let move = null;
  /** @type {Viewport|null} */
  let shown = null;
  /** @type {Viewport|null} */
  let goal = null;

  return {
    /**
     * @param {number} now ms
     * @param {Viewport|null} own the person's viewport @param {Viewport} unchosen what is shown without
     * @returns {{view: Viewport, moving: boolean}}
     */
    at(now, own, unchosen) {
      const next = own ?? unchosen;
      if (goal && shown && !own && !same(goal, next) && moves()) move = {from: shown, start: null};
      goal = next;
      let view = next;
      if (move) {
        move.start ??= now;
        const p = Math.min(1, (now - move.start) / MOVE_MS);
        view = p === 1 ? next : between(move.from, next, 1 - (1 - p) ** 3);
        if (p === 1) move = null;
      }
      shown = view;
      return {view, moving: move !== null};
    },
    /** The next change of viewport is a soft one. */
    soften() {
      if (shown && moves()) move = {from: shown, start: null};
    },
    /** A hand on the picture stops its own movement. */
    hold() {
      move = null;
    },
    current: () => shown,
    /** Another size of the panel: no movement. */
    reset() {
      goal = move = null;
    },
  };
}

/** @param {Viewport} a @param {Viewport} b */
function same(a, b) {
  return Math.abs(a.x - b.x) < 0.5 && Math.abs(a.y - b.y) < 0.5 && Math.abs(a.k - b.k) < 1e-4;
}
