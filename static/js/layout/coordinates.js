/** Where each vertex stands: across by its neighbours, along by its layer. */

/** @typedef {import('./types.js').Ladder} Ladder @typedef {import('./types.js').Extent} Extent */

const ROUNDS = 10;
const LARGE = 10_000;  // vertices from which half the rounds must do
const SNAP = 26;      // a wire that is this close to level is made level
const BORDER = 24;    // px between a frame's ports and the layer next to them
const DUMMY = {along: 0, before: 5, after: 5, hug: false};

/**
 * Places across: each vertex wants the mean of its neighbours; per row the nearest places that keep the order and
 * the distances are found by pooling adjacent violators (isotonic regression).
 * @param {Ladder} ladder
 * @param {Extent[]} extents by node
 * @param {number} gap between two cards of a row
 * @returns {number[]} port's place across, by vertex
 */
export function placeAcross(ladder, extents, gap) {
  const offsets = ladder.rows.map((row) => rowOffsets(row, extents, gap));
  const at = new Array(ladder.count).fill(0);
  ladder.rows.forEach((row, r) => row.forEach((v, i) => { at[v] = offsets[r][i] - offsets[r][row.length - 1] / 2; }));
  const rounds = ladder.count > LARGE ? ROUNDS / 2 : ROUNDS;
  for (let round = 0; round < rounds; round += 1) {
    for (let i = 0; i < ladder.rows.length; i += 1) {
      const r = round % 2 ? ladder.rows.length - 1 - i : i;
      settle(ladder.rows[r], offsets[r], at, (v) => wish(ladder, at, v));
    }
  }
  for (let i = ladder.rows.length - 2; i >= 0; i -= 1) {
    settle(ladder.rows[i], offsets[i], at, (v) => wish(ladder, at, v));
    level(ladder, i, offsets[i], at);
  }
  return at;
}

/** @param {number[]} row @param {Extent[]} extents @param {number} gap @returns {number[]} least distance from the row's first port */
function rowOffsets(row, extents, gap) {
  const offsets = /** @type {number[]} */ ([]);
  let reach = 0;
  row.forEach((v, i) => {
    const extent = extents[v] ?? DUMMY;
    if (i) {
      const last = extents[row[i - 1]] ?? DUMMY;
      const slack = !last.along && !extent.along ? gap / 3 : !last.along || !extent.along ? gap / 2 : gap;
      reach += last.after + slack + extent.before;
    }
    offsets.push(reach);
  });
  return offsets;
}

/** Links between dummies pull hardest, so that long wires run straight; a chain of single wires pulls more than a fork. @param {Ladder} ladder @param {number[]} at @param {number} v */
function wish(ladder, at, v) {
  let sum = 0;
  let weight = 0;
  const {real} = ladder;
  const operands = ladder.operands[v];
  const users = ladder.users[v];
  for (const u of operands) {
    const pull = u >= real && v >= real ? 8 : operands.length === 1 && ladder.users[u].length === 1 ? 3 : 1;
    sum += pull * at[u];
    weight += pull;
  }
  for (const u of users) {
    const pull = u >= real && v >= real ? 8 : users.length === 1 && ladder.operands[u].length === 1 ? 3 : 1;
    sum += pull * at[u];
    weight += pull;
  }
  return weight ? sum / weight : at[v];
}

/**
 * Moves a row to the places nearest to what its vertices want, distances kept.
 * @param {number[]} row @param {number[]} offsets @param {number[]} at @param {(v: number) => number} want
 */
function settle(row, offsets, at, want) {
  const means = /** @type {number[]} */ ([]);
  const sizes = /** @type {number[]} */ ([]);
  row.forEach((v, i) => {
    let value = want(v) - offsets[i];
    let size = 1;
    while (means.length && means[means.length - 1] >= value) {
      const pooled = /** @type {number} */ (sizes.pop());
      value = (value * size + /** @type {number} */ (means.pop()) * pooled) / (size + pooled);
      size += pooled;
    }
    means.push(value);
    sizes.push(size);
  });
  let i = 0;
  means.forEach((value, j) => {
    for (let k = 0; k < sizes[j]; k += 1, i += 1) at[row[i]] = value + offsets[i];
  });
}

/** Makes nearly level wires level where the row leaves room. @param {Ladder} ladder @param {number} r @param {number[]} offsets @param {number[]} at */
function level(ladder, r, offsets, at) {
  const row = ladder.rows[r];
  row.forEach((v, i) => {
    let near = Infinity;
    for (const u of ladder.users[v]) if (Math.abs(at[u] - at[v]) < Math.abs(near)) near = at[u] - at[v];
    const chain = ladder.users[v].length === 1 && ladder.operands[ladder.users[v][0]].length === 1;
    if ((Math.abs(near) > SNAP && !chain) || !near || near === Infinity) return;
    const low = i ? at[row[i - 1]] + offsets[i] - offsets[i - 1] : -Infinity;
    const high = i + 1 < row.length ? at[row[i + 1]] - offsets[i + 1] + offsets[i] : Infinity;
    at[v] = Math.min(high, Math.max(low, at[v] + near));
  });
}

/**
 * Places along: layers one after the other. Cards stand flush with their layer's near edge, hugging ones with the far edge.
 * @param {Ladder} ladder @param {Extent[]} extents @param {number} gap between layers
 * @returns {{middle: number[], near: number[], far: number[]}} node middles; edges of each layer
 */
export function placeAlong(ladder, extents, gap) {
  const near = /** @type {number[]} */ ([]);
  const far = /** @type {number[]} */ ([]);
  const widths = ladder.rows.map((row) => row.reduce((most, v) => Math.max(most, extents[v]?.along ?? 0), 0));
  let at = 0;
  widths.forEach((width, r) => {
    near.push(at);
    far.push(at + width);
    at += width + (width && widths[r + 1] ? gap : Math.min(gap, BORDER));
  });
  const middle = extents.map(({along, hug}, v) => {
    const layer = ladder.layer[v];
    return hug ? far[layer] - along / 2 : near[layer] + along / 2;
  });
  return {middle, near, far};
}
