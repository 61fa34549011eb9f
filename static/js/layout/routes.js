/** Wires: cubics with level tangents at half the distance, straight across where a bend would cut a card. */

/** @typedef {import('./types.js').Ladder} Ladder @typedef {import('./types.js').Extent} Extent */
/** @typedef {[number, number]} Knot along, across */

const PARALLEL = 14;     // px between the wires of a repeated operand
const CLEAR = 7;         // px a wire keeps from cards that it passes
const SAMPLES = 6;       // pieces of a curve looked at in each layer
const LONGEST_TRY = 9;  // knots looked ahead for a shortcut

/**
 * @param {Ladder} ladder
 * @param {[number, number][]} edges
 * @param {Extent[]} extents
 * @param {{middle: number[], near: number[], far: number[]}} along
 * @param {number[]} across
 * @param {import('./types.js').LayoutEdge[]} ports  where wires leave and enter blocks, by edge
 * @returns {Knot[][]} by edge, a chain of cubics p c c p c c p
 */
export function routeAll(ladder, edges, extents, along, across, ports) {
  const sides = parallelOffsets(edges);
  const obstacles = ladder.rows.map((row) => row.filter((v) => v < ladder.real));
  return edges.map(([source, target], e) => {
    const shift = sides[e], {leave = shift, enter = shift} = ports[e];
    const start = /** @type {Knot} */ ([along.middle[source] + extents[source].along / 2, across[source] + leave]);
    const end = /** @type {Knot} */ ([along.middle[target] - extents[target].along / 2, across[target] + enter]);
    const knots = /** @type {Knot[]} */ ([start, [along.far[ladder.layer[source]], start[1]]]);
    for (const dummy of ladder.chains[e]) {
      const layer = ladder.layer[dummy];
      knots.push([along.near[layer], across[dummy] + shift], [along.far[layer], across[dummy] + shift]);
    }
    knots.push([along.near[ladder.layer[target]], end[1]], end);
    const free = (/** @type {Knot} */ a, /** @type {Knot} */ b) => isClear(a, b, ladder, extents, along, across, obstacles, source, target);
    return cubics(shortcut(knots, free));
  });
}

/** @param {[number, number][]} edges @returns {number[]} shift across of each edge, 0 unless its operand is repeated */
function parallelOffsets(edges) {
  const groups = new Map();
  edges.forEach(([source, target], e) => {
    const key = `${source} ${target}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(e);
  });
  const shift = new Array(edges.length).fill(0);
  for (const group of groups.values()) {
    group.forEach((/** @type {number} */ e, /** @type {number} */ i) => { shift[e] = (i - (group.length - 1) / 2) * PARALLEL; });
  }
  return shift;
}

/** From each knot goes on to the furthest one in sight. @param {Knot[]} knots @param {(a: Knot, b: Knot) => boolean} free */
function shortcut(knots, free) {
  const kept = [knots[0]];
  let i = 0;
  while (i < knots.length - 1) {
    let next = Math.min(knots.length - 1, i + LONGEST_TRY);
    while (next > i + 1 && !free(knots[i], knots[next])) next -= 1;
    i = next;
    const last = kept[kept.length - 1];
    if (knots[i][0] - last[0] > 0.5) kept.push(knots[i]);
    else if (i === knots.length - 1) kept[kept.length - 1] = knots[i];
  }
  return kept;
}

/**
 * Whether the cubic from a to b keeps clear of every card in the layers that it passes.
 * @param {Knot} a @param {Knot} b @param {Ladder} ladder @param {Extent[]} extents
 * @param {{middle: number[], near: number[], far: number[]}} along @param {number[]} across
 * @param {number[][]} obstacles nodes by layer, in order across @param {number} source @param {number} target
 */
function isClear(a, b, ladder, extents, along, across, obstacles, source, target) {
  for (let layer = ladder.layer[source]; layer <= ladder.layer[target]; layer += 1) {
    if (along.far[layer] < a[0] || along.near[layer] > b[0]) continue;
    const from = Math.max(a[0], along.near[layer]);
    const step = (Math.min(b[0], along.far[layer]) - from) / SAMPLES;
    for (let i = 0; i < SAMPLES; i += 1) {
      if (hits(obstacles[layer], from + i * step, from + (i + 1) * step)) return false;
    }
  }
  return true;

  /** @param {number} at */
  function heightAt(at) {
    return a[1] + (b[1] - a[1]) * ease((at - a[0]) / (b[0] - a[0] || 1));
  }

  /** The curve is monotone, so between two samples it stays between their heights. @param {number[]} row @param {number} at @param {number} next */
  function hits(row, at, next) {
    const [y0, y1] = [heightAt(at), heightAt(next)];
    const [top, bottom] = y0 < y1 ? [y0, y1] : [y1, y0];
    let low = 0;
    let high = row.length;
    while (low < high) {
      const half = (low + high) >> 1;
      if (across[row[half]] + extents[row[half]].after + CLEAR < top) low = half + 1; else high = half;
    }
    for (; low < row.length && across[row[low]] - extents[row[low]].before - CLEAR < bottom; low += 1) {
      const v = row[low];
      const middle = along.middle[v];
      const reach = extents[v].along / 2 + CLEAR;
      if (v !== source && v !== target && next > middle - reach && at < middle + reach) return true;
    }
    return false;
  }
}

/** Share of the way across of a cubic with level tangents at half the distance, by share of the way along; in steps of 1/64. */
const EASE = Array.from({length: 65}, (_, i) => {
  let [low, high] = [0, 1];
  while (high - low > 1e-4) {
    const k = (low + high) / 2;
    if (1.5 * k * (1 - k) + k ** 3 < i / 64) low = k; else high = k;
  }
  return 3 * low * low - 2 * low ** 3;
});

/** @param {number} share 0…1 */
function ease(share) {
  const at = Math.min(63, Math.floor(share * 64));
  return EASE[at] + (EASE[at + 1] - EASE[at]) * (share * 64 - at);
}

/** @param {Knot[]} knots @returns {Knot[]} */
function cubics(knots) {
  const chain = [knots[0]];
  for (let i = 1; i < knots.length; i += 1) {
    const [a, b] = [knots[i - 1], knots[i]];
    const half = (b[0] - a[0]) / 2;
    chain.push([a[0] + half, a[1]], [b[0] - half, b[1]], b);
  }
  return chain;
}
