/** Stages of the pass in ms at 1×, and how each moves. The look's table, once. */

export const STAGE = {forward: 260, seed: 420, show: 160, travel: 320, gate: 280, arrive: 240, sum: 420, stop: 200};
export const MULTIPLY_MS = STAGE.show + STAGE.travel + STAGE.gate;
export const LEVEL_MS = MULTIPLY_MS + STAGE.arrive + STAGE.sum;
export const PASS_MOST_MS = 12_000;
export const JOIN_BELOW_MS = 240;

/**
 * CSS's cubic-bezier(x1, y1, x2, y2) as a function 0..1 → 0..1.
 * @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2
 */
export function bezier(x1, y1, x2, y2) {
  const at = (/** @type {number} */ a, /** @type {number} */ b, /** @type {number} */ s) =>
    3 * a * s * (1 - s) ** 2 + 3 * b * s * s * (1 - s) + s ** 3;
  return (/** @type {number} */ x) => {
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    let low = 0, high = 1;
    // x grows with s, so halving finds it; 24 halvings are below a pixel by far.
    for (let i = 0; i < 24; i++) {
      const middle = (low + high) / 2;
      if (at(x1, x2, middle) < x) low = middle; else high = middle;
    }
    return at(y1, y2, (low + high) / 2);
  };
}

export const EASE = {ui: bezier(0.2, 0.7, 0.2, 1), travel: bezier(0.45, 0.05, 0.55, 0.95), settle: bezier(0.2, 0.9, 0.25, 1)};
