/** The order of the vertices inside each layer: few crossings, and the old order where there is one. */

/** @typedef {import('./types.js').Ladder} Ladder */

const SWEEPS = 10;
const PATIENCE = 4;              // sweeps without a better order before giving up
const EXCHANGE_LIMIT = 3000;     // exchanging neighbours costs more than it brings above this many vertices
const LARGE = 10_000;            // vertices from which half the sweeps must do

/**
 * First order: depth first from the sinks through the operands, which keeps one node's cone together
 * and operands in the order in which they are written.
 * @param {Ladder} ladder @returns {number[][]}
 */
export function orderFromSinks(ladder) {
  const rows = emptyRows(ladder);
  const seen = new Array(ladder.count).fill(false);
  const stack = [];
  for (let v = 0; v < ladder.count; v += 1) if (!ladder.users[v].length) stack.push(v);
  stack.reverse();
  while (stack.length) {
    const v = /** @type {number} */ (stack.pop());
    if (seen[v]) continue;
    seen[v] = true;
    rows[ladder.layer[v]].push(v);
    for (const operand of ladder.operands[v].slice().reverse()) if (!seen[operand]) stack.push(operand);
  }
  return rows;
}

/**
 * First order from where the nodes stood before; new ones start between their neighbours.
 * @param {Ladder} ladder
 * @param {(number|undefined)[]} previous place across, by node
 */
export function orderFromPrevious(ladder, previous) {
  const key = Array.from({length: ladder.count}, (_, v) => previous[v]);
  for (let round = 0; round < 3; round += 1) {
    for (let v = 0; v < ladder.count; v += 1) {
      if (key[v] !== undefined) continue;
      const known = [...ladder.operands[v], ...ladder.users[v]].filter((u) => key[u] !== undefined);
      if (known.length) key[v] = meanOf(/** @type {number[]} */ (key), known);
    }
  }
  const rows = orderFromSinks(ladder);
  const rank = ranks(rows, ladder.count);
  for (const row of rows) row.sort((a, b) => (key[a] ?? 0) - (key[b] ?? 0) || rank[a] - rank[b]);
  return rows;
}

/**
 * Sweeps there and back: each layer sorted by its neighbours' mean relative place, then neighbours exchanged
 * while that helps. Keeps the best order met; the first order stays unless another is strictly better.
 * @param {Ladder} ladder
 * @param {number[][]} first
 * @param {(number|undefined)[]} [fixed] places of vertices that must keep their order among themselves
 * @returns {{rows: number[][], crossings: number}}
 */
export function untangle(ladder, first, fixed = []) {
  const sweeps = ladder.count > LARGE ? SWEEPS / 2 : SWEEPS;
  const rows = first.map((row) => row.slice());
  let best = {rows: first, crossings: countCrossings(ladder, first)};
  for (let sweep = 0, stale = 0; sweep < sweeps && stale < PATIENCE && best.crossings > 0; sweep += 1) {
    const forward = sweep % 2 === 0;
    sweepBarycenters(ladder, rows, forward, fixed);
    if (!forward && ladder.count <= EXCHANGE_LIMIT) exchangeNeighbours(ladder, rows, fixed);
    const crossings = countCrossings(ladder, rows);
    stale += 1;
    if (crossings < best.crossings) {
      best = {rows: rows.map((row) => row.slice()), crossings};
      stale = 0;
    }
  }
  return best;
}

/** @param {Ladder} ladder @param {number[][]} rows @param {boolean} forward @param {(number|undefined)[]} fixed */
function sweepBarycenters(ladder, rows, forward, fixed) {
  const relative = new Array(ladder.count).fill(0);
  const center = new Array(ladder.count).fill(0);
  const place = (/** @type {number[]} */ row) => row.forEach((v, i) => { relative[v] = (i + 0.5) / row.length; });
  rows.forEach(place);
  const [near, far] = forward ? [ladder.operands, ladder.users] : [ladder.users, ladder.operands];
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[forward ? i : rows.length - 1 - i];
    for (const v of row) {
      const neighbours = near[v].length ? near[v] : far[v];
      center[v] = neighbours.length ? meanOf(relative, neighbours) : relative[v];
    }
    row.sort((a, b) => center[a] - center[b] || relative[a] - relative[b]);
    keepOrder(row, fixed);
    place(row);
  }
}

/** Puts the fixed vertices back in their order, into the seats that they hold together. @param {number[]} row @param {(number|undefined)[]} fixed */
function keepOrder(row, fixed) {
  if (!fixed.length) return;
  const seats = row.flatMap((v, i) => (fixed[v] === undefined ? [] : [i]));
  const known = seats.map((i) => row[i]).sort((a, b) => /** @type {number} */ (fixed[a]) - /** @type {number} */ (fixed[b]));
  seats.forEach((seat, i) => { row[seat] = known[i]; });
}

/** @param {Ladder} ladder @param {number[][]} rows @param {(number|undefined)[]} fixed */
function exchangeNeighbours(ladder, rows, fixed) {
  const rank = ranks(rows, ladder.count);
  const cost = (/** @type {number} */ a, /** @type {number} */ b) => crossingsOfPair(ladder.operands[a], ladder.operands[b], rank)
    + crossingsOfPair(ladder.users[a], ladder.users[b], rank);
  for (const row of rows) {
    for (let round = 0, moved = true; moved && round < 2; round += 1) {
      moved = false;
      for (let i = 0; i + 1 < row.length; i += 1) {
        const [a, b] = [row[i], row[i + 1]];
        const bound = fixed[a] !== undefined && fixed[b] !== undefined;
        if (bound || cost(a, b) <= cost(b, a)) continue;
        [row[i], row[i + 1]] = [b, a];
        rank[a] = i + 1;
        rank[b] = i;
        moved = true;
      }
    }
  }
}

/** @param {number[]} left @param {number[]} right @param {number[]} rank */
function crossingsOfPair(left, right, rank) {
  let crossings = 0;
  for (const a of left) for (const b of right) if (rank[a] > rank[b]) crossings += 1;
  return crossings;
}

/**
 * Crossings between all neighbouring layers, by a Fenwick tree over the next layer's places.
 * @param {Ladder} ladder @param {number[][]} rows
 */
export function countCrossings(ladder, rows) {
  const rank = ranks(rows, ladder.count);
  let total = 0;
  for (let i = 0; i + 1 < rows.length; i += 1) {
    const tree = new Int32Array(rows[i + 1].length + 1);
    let placed = 0;
    for (const v of rows[i]) {
      for (const user of ladder.users[v]) {
        let atMost = 0;
        for (let j = rank[user] + 1; j > 0; j -= j & -j) atMost += tree[j];
        total += placed - atMost;
      }
      for (const user of ladder.users[v]) {
        placed += 1;
        for (let j = rank[user] + 1; j < tree.length; j += j & -j) tree[j] += 1;
      }
    }
  }
  return total;
}

/** @param {number[][]} rows @param {number} count @returns {number[]} place of each vertex in its row */
export function ranks(rows, count) {
  const rank = new Array(count).fill(0);
  for (const row of rows) row.forEach((v, i) => { rank[v] = i; });
  return rank;
}

/** @param {Ladder} ladder @returns {number[][]} */
function emptyRows(ladder) {
  const deepest = ladder.layer.reduce((most, l) => Math.max(most, l), -1);
  return Array.from({length: deepest + 1}, () => []);
}

/** @param {number[]} places @param {number[]} vertices */
function meanOf(places, vertices) {
  let sum = 0;
  for (const v of vertices) sum += places[v];
  return sum / vertices.length;
}
