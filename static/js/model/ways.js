/** Ways from one node to another, as lists of nodes; a repeated operand (x·x) is one way. */

/** @typedef {import('./types.js').Run} Run */

export const WAYS_MOST = 12;
const LOOKED_AT = 20_000; // nodes that are visited before the search gives up

/** @param {Run} run @param {string} source @param {string} target @returns {string[][]} at most `WAYS_MOST`, in the order in which they leave */
export function waysBetween(run, source, target) {
  const leads = leadingTo(run, target, source);
  /** @type {string[][]} */
  const found = [], waiting = [[source]];
  for (let looked = 0; waiting.length && found.length < WAYS_MOST && looked < LOOKED_AT; looked += 1) {
    const way = /** @type {string[]} */ (waiting.pop()), end = way[way.length - 1];
    if (end === target) {
      found.push(way);
      continue;
    }
    const next = [...new Set(run.users(end).map((edge) => edge.target))].filter((id) => leads.has(id));
    for (const id of next.reverse()) waiting.push([...way, id]);
  }
  return found;
}

/** All nodes and edges on the way from one node to another. @param {Run} run @param {string} source @param {string} target @returns {{nodes: string[], edges: string[]}} */
export function partBetween(run, source, target) {
  const leads = leadingTo(run, target, source), found = new Set(leads.has(source) ? [source] : []), edges = [];
  for (const id of found) {
    for (const edge of run.users(id)) {
      if (!leads.has(edge.target)) continue;
      found.add(edge.target);
      edges.push(edge.id);
    }
  }
  return {nodes: [...found], edges};
}

/** The nodes from which the target can be reached, as far back as the source. @param {Run} run @param {string} target @param {string} source */
function leadingTo(run, target, source) {
  const found = new Set([target]), ahead = [target], first = run.node(source).index;
  while (ahead.length) {
    for (const {source: before} of run.operands(/** @type {string} */ (ahead.pop()))) {
      if (found.has(before) || run.node(before).index < first) continue;
      found.add(before);
      ahead.push(before);
    }
  }
  return found;
}
