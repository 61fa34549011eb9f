/** A uniform grid over boxes: what is near a point, what is in a window, without looking at everything. */

/** @typedef {{x: number, y: number, w: number, h: number}} Box */

const CELL = 256;

/**
 * @template T
 * @param {T[]} items
 * @param {(item: T) => Box} boxOf
 * @returns {{within(box: Box): T[]}}  `within` gives each item whose cells the box touches, once, in the items' order
 */
export function gridOf(items, boxOf) {
  const cells = /** @type {Map<string, number[]>} */ (new Map());
  items.forEach((item, i) => {
    for (const key of keysOf(boxOf(item))) {
      const list = cells.get(key);
      if (list) list.push(i); else cells.set(key, [i]);
    }
  });
  return {
    within(box) {
      if (box.w / CELL * (box.h / CELL) > 4 * cells.size + 64) return items.slice();
      const found = new Set();
      for (const key of keysOf(box)) for (const i of cells.get(key) ?? []) found.add(i);
      return [...found].sort((a, b) => a - b).map((i) => items[i]);
    },
  };
}

/** @param {Box} box */
function* keysOf({x, y, w, h}) {
  for (let i = Math.floor(x / CELL); i <= Math.floor((x + w) / CELL); i += 1) {
    for (let j = Math.floor(y / CELL); j <= Math.floor((y + h) / CELL); j += 1) yield `${i} ${j}`;
  }
}
