/** The box around cards and wires. */

/**
 * @param {import('./types.js').LayoutNode[]} nodes @param {Map<string, import('./types.js').Point>} positions
 * @param {Map<string, import('./types.js').Pair[]>} routes @returns {import('./types.js').Box}
 */
export function boundsOf(nodes, positions, routes) {
  if (!nodes.length) return {x: 0, y: 0, w: 0, h: 0};
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (/** @type {number} */ x0, /** @type {number} */ y0, /** @type {number} */ x1, /** @type {number} */ y1) => {
    left = Math.min(left, x0);
    top = Math.min(top, y0);
    right = Math.max(right, x1);
    bottom = Math.max(bottom, y1);
  };
  for (const {id, w, h} of nodes) {
    const {x, y} = /** @type {import('./types.js').Point} */ (positions.get(id));
    take(x - w / 2, y - h / 2, x + w / 2, y + h / 2);
  }
  for (const route of routes.values()) for (const [x, y] of route) take(x, y, x, y);
  return {x: left, y: top, w: right - left, h: bottom - top};
}
