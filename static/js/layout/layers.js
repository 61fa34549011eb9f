/** Which layer each node stands in, and the ladder of one-layer links that follows from it. */

/** @typedef {import('./types.js').Ladder} Ladder */

/**
 * Layers counted from the sinks: a node stands directly before the first node that takes it,
 * so a product sits next to its sum and inputs sit next to where they are used.
 * @param {number} count nodes
 * @param {[number, number][]} edges source, target
 * @returns {number[]} layer by node, 0 is the leftmost
 */
export function layersFromSinks(count, edges) {
  const users = /** @type {number[][]} */ (Array.from({length: count}, () => []));
  const waiting = new Array(count).fill(0);
  const operands = /** @type {number[][]} */ (Array.from({length: count}, () => []));
  for (const [source, target] of edges) {
    users[source].push(target);
    operands[target].push(source);
    waiting[source] += 1;
  }
  const depth = new Array(count).fill(0);
  const queue = [];
  for (let i = 0; i < count; i += 1) if (!waiting[i]) queue.push(i);
  for (let head = 0; head < queue.length; head += 1) {
    const target = queue[head];
    for (const source of operands[target]) {
      depth[source] = Math.max(depth[source], depth[target] + 1);
      waiting[source] -= 1;
      if (!waiting[source]) queue.push(source);
    }
  }
  if (queue.length < count) throw new Error('layout: the graph has a cycle');
  const deepest = depth.reduce((most, d) => Math.max(most, d), 0);
  return depth.map((d) => deepest - d);
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
