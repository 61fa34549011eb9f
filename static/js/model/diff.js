/**
 * Pairs the nodes of a new run with those of the one before, by structure, so that an edit animates what stayed.
 *
 * First by what a node is: a leaf by its name or value, an op by its op and its paired operands; then what is left by
 * variable name, then by op among the users of paired operands. Equal twins pair in forward order.
 */

/** @typedef {import('./types.js').Run} Run */
/** @typedef {import('./types.js').RunNode} RunNode */
/** @typedef {{nodes: Map<string, string>, edges: Map<string, string>, same: boolean}} Pairing  new id → old id */

/** @param {Run} next @param {Run} before @returns {Pairing} */
export function pair(next, before) {
  if (next.signature === before.signature) return identical(next);
  const keys = interner();
  const nodes = matched(next, before, structureKeys(next, keys), structureKeys(before, keys));
  rematch(nodes, next, before, (node) => (node.name === null ? null : `${node.kind} ${node.name}`));
  rematch(nodes, next, before, (node, run, own) => {
    const operands = run.operands(node.id).map((edge) => (own ? edge.source : nodes.get(edge.source) ?? '?'));
    return operands.length ? `${node.op} ${operands}` : null;
  });
  return {nodes, edges: pairEdges(next, before, nodes), same: false};
}

/** @param {Run} run @returns {Pairing} */
const identical = (run) => ({
  nodes: new Map(run.nodes.map(({id}) => [id, id])), edges: new Map(run.edges.map(({id}) => [id, id])), same: true,
});

/** Small numbers for texts, so that keys of deep graphs stay short. */
function interner() {
  /** @type {Map<string, number>} */
  const known = new Map();
  return (/** @type {string} */ text) => {
    const key = known.get(text) ?? known.size;
    known.set(text, key);
    return key;
  };
}

/** @param {Run} run @param {(text: string) => number} intern @returns {Map<string, number>} */
function structureKeys(run, intern) {
  const keys = new Map();
  for (const node of run.nodes) {
    const operands = run.operands(node.id).map((edge) => keys.get(edge.source));
    const leaf = node.kind === 'constant' ? JSON.stringify(node.value) : node.name;
    keys.set(node.id, intern(operands.length ? `${node.op}(${operands})` : `${node.kind}:${leaf}`));
  }
  return keys;
}

/** Equal keys in forward order. @param {Run} next @param {Run} before @param {Map<string, number>} nextKeys @param {Map<string, number>} beforeKeys */
function matched(next, before, nextKeys, beforeKeys) {
  const waiting = grouped(before.nodes, (node) => String(beforeKeys.get(node.id)));
  /** @type {Map<string, string>} */
  const nodes = new Map();
  for (const node of next.nodes) {
    const twin = waiting.get(String(nextKeys.get(node.id)))?.shift();
    if (twin) nodes.set(node.id, twin.id);
  }
  return nodes;
}

/**
 * Pairs what is still alone on both sides.
 * @param {Map<string, string>} nodes  grows
 * @param {Run} next @param {Run} before
 * @param {(node: RunNode, run: Run, old: boolean) => string|null} keyOf
 */
function rematch(nodes, next, before, keyOf) {
  const taken = new Set(nodes.values());
  const waiting = grouped(before.nodes.filter((node) => !taken.has(node.id)), (node) => keyOf(node, before, true));
  for (const node of next.nodes) {
    if (nodes.has(node.id)) continue;
    const key = keyOf(node, next, false), twin = key === null ? undefined : waiting.get(key)?.shift();
    if (twin) nodes.set(node.id, twin.id);
  }
}

/** @param {RunNode[]} nodes @param {(node: RunNode) => string|null} keyOf @returns {Map<string, RunNode[]>} */
function grouped(nodes, keyOf) {
  const groups = new Map();
  for (const node of nodes) {
    const key = keyOf(node);
    if (key === null) continue;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(node);
  }
  return groups;
}

/** @param {Run} next @param {Run} before @param {Map<string, string>} nodes @returns {Map<string, string>} */
function pairEdges(next, before, nodes) {
  const old = new Map(before.edges.map((edge) => [`${edge.source}>${edge.target}.${edge.slot}`, edge.id]));
  const edges = new Map();
  for (const edge of next.edges) {
    const twin = old.get(`${nodes.get(edge.source)}>${nodes.get(edge.target)}.${edge.slot}`);
    if (twin) edges.set(edge.id, twin);
  }
  return edges;
}
