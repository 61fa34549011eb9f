/** Of two orders, which one disturbs the reader less. */

/** @typedef {{rows: number[][], crossings: number}} Order */

const TOLERATED = 1.2;     // the calmer order may have 20 % more crossings

/**
 * @param {Order} seeded from the last positions
 * @param {Order} fresh from scratch
 * @param {(number|undefined)[]} before last place across, by node
 * @returns {Order}
 */
export function calmer(seeded, fresh, before) {
  const [calm, other] = unrest(seeded, before) < unrest(fresh, before) ? [seeded, fresh] : [fresh, seeded];
  return calm.crossings > TOLERATED * other.crossings ? other : calm;
}

/** Pairs that stood in the other order before. @param {Order} order @param {(number|undefined)[]} before */
function unrest({rows}, before) {
  let swapped = 0;
  for (const row of rows) {
    const places = /** @type {number[]} */ (row.map((v) => before[v]).filter((at) => at !== undefined));
    for (let i = 1; i < places.length; i += 1) if (places[i - 1] > places[i]) swapped += 1;
  }
  return swapped;
}
