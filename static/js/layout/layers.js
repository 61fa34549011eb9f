/** Which layer each node stands in, and the ladder of one-layer links that follows from it. */

/** @typedef {import('./types.js').Ladder} Ladder */

/**
 * Layers counted from the output (or from all sinks): a node stands directly before the first node that takes it,
 * so a product sits next to its sum and inputs sit next to where they are used.
 * What doesn't lead to the output stands as early as it can.
 * @param {number} count nodes
 * @param {[number, number][]} edges source, target
 * @param {number|null} [output]
 * @returns {number[]} layer by node, 0 is the leftmost
 */
export function layersFromSinks(count, edges, output = null) {
  const {operands, users} = neighbours(count, edges);
  const order = forwardOrder(operands, users);
  const depth = depths(order, users, output);
  const deepest = depth.reduce((/** @type {number} */ most, d) => Math.max(most, d ?? 0), 0);
  const layer = depth.map((d) => (d === null ? 0 : deepest - d));
  for (const v of order) if (depth[v] === null) for (const u of operands[v]) layer[v] = Math.max(layer[v], layer[u] + 1);
  for (const v of order) {
    if (depth[v] === null && !operands[v].length && users[v].length) layer[v] = Math.min(...users[v].map((u) => layer[u])) - 1;
  }
  return layer;
}

/** Ports stand in a layer of their own, before or after all others. @param {import('./types.js').LayoutNode[]} nodes @param {number[]} layer by node */
export function atEnds(nodes, layer) {
  if (!nodes.some(({rank}) => rank)) return layer;
  const inner = layer.filter((_, v) => !nodes[v].rank);
  const low = inner.reduce((least, each) => Math.min(least, each), Infinity), high = inner.reduce((most, each) => Math.max(most, each), 0);
  const start = nodes.some(({rank}) => rank === 'first') ? 1 : 0;
  return layer.map((each, v) => (nodes[v].rank === 'first' ? 0 : nodes[v].rank === 'last' ? high - low + start + 1 : each - low + start));
}

/** @param {number} count @param {[number, number][]} edges */
function neighbours(count, edges) {
  const operands = /** @type {number[][]} */ (Array.from({length: count}, () => []));
  const users = /** @type {number[][]} */ (Array.from({length: count}, () => []));
  for (const [source, target] of edges) {
    users[source].push(target);
    operands[target].push(source);
  }
  return {operands, users};
}

/** Every node after its operands. @param {number[][]} operands @param {number[][]} users */
function forwardOrder(operands, users) {
  const waiting = operands.map((list) => list.length);
  const order = /** @type {number[]} */ ([]);
  waiting.forEach((count, v) => { if (!count) order.push(v); });
  for (let head = 0; head < order.length; head += 1) {
    for (const user of users[order[head]]) {
      waiting[user] -= 1;
      if (!waiting[user]) order.push(user);
    }
  }
  if (order.length < operands.length) throw new Error('layout: the graph has a cycle');
  return order;
}

/** Longest way to the output, or to a sink; null where there is none. @param {number[]} order @param {number[][]} users @param {number|null} output @returns {(number|null)[]} */
function depths(order, users, output) {
  const depth = /** @type {(number|null)[]} */ (new Array(order.length).fill(null));
  for (let i = order.length - 1; i >= 0; i -= 1) {
    const v = order[i];
    if (output === null ? !users[v].length : v === output) depth[v] = 0;
    for (const user of users[v]) {
      const above = depth[user];
      if (above !== null) depth[v] = Math.max(depth[v] ?? 0, above + 1);
    }
  }
  return depth;
}

const MOST_DUMMIES = 60_000;

/**
 * Breaks edges that skip layers into chains of dummies, so that every link joins neighbouring layers.
 * Where that would be too many, the longest edges get none and don't take part in ordering.
 * @param {number} count
 * @param {[number, number][]} edges
 * @param {number[]} layerOfNode
 * @returns {Ladder}
 */
export function withDummies(count, edges, layerOfNode) {
  const layer = layerOfNode.slice();
  const links = /** @type {[number, number][]} */ ([]);
  const longest = longestSpan(edges, layerOfNode);
  const chains = edges.map(([source, target]) => {
    const chain = /** @type {number[]} */ ([]);
    if (layer[target] - layer[source] > longest) return chain;
    let from = source;
    for (let at = layer[source] + 1; at < layer[target]; at += 1) {
      const dummy = layer.push(at) - 1;
      chain.push(dummy);
      links.push([from, dummy]);
      from = dummy;
    }
    links.push([from, target]);
    return chain;
  });
  const operands = /** @type {number[][]} */ (layer.map(() => []));
  const users = /** @type {number[][]} */ (layer.map(() => []));
  for (const [source, target] of links) {
    operands[target].push(source);
    users[source].push(target);
  }
  return {count: layer.length, real: count, layer, operands, users, chains, rows: []};
}

/** The longest span at which all edges up to it stay within the dummies. @param {[number, number][]} edges @param {number[]} layer */
function longestSpan(edges, layer) {
  const spans = edges.map(([source, target]) => layer[target] - layer[source]).sort((a, b) => a - b);
  let dummies = 0;
  for (const span of spans) {
    dummies += span - 1;
    if (dummies > MOST_DUMMIES) return span - 1;
  }
  return Infinity;
}
