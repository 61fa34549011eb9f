/**
 * Time, handed in: the page's clock ticks with the screen, a test's when it is told to.
 *
 * @typedef {{request: (tick: (now_ms: number) => void) => number, cancel: (id: number) => void}} Clock
 *   `request` calls back once, at the next frame, with the time in ms.
 */

/** @returns {Clock} */
export const screenClock = () => ({
  request: (tick) => requestAnimationFrame(tick),
  cancel: (id) => cancelAnimationFrame(id),
});

/** A clock that stands still until `advance` is called. @returns {Clock & {advance: (ms: number) => void, now: () => number}} */
export function handClock() {
  let now = 0, last = 0;
  /** @type {Map<number, (now_ms: number) => void>} */
  const waiting = new Map();
  return {
    request: (tick) => { waiting.set(++last, tick); return last; },
    cancel: (id) => { waiting.delete(id); },
    now: () => now,
    advance(ms) {
      now += ms;
      const due = [...waiting.values()];
      waiting.clear();
      for (const tick of due) tick(now);
    },
  };
}
