/** A graph with blocks, taken apart: what stands in each block, and the pieces of each edge, from its source out and in again. */

/** @typedef {import('./types.js').LayoutNode} LayoutNode @typedef {import('./types.js').LayoutRequest} LayoutRequest */
/**
 * @typedef {{node?: LayoutNode, level?: Level, port?: 'first'|'last'}} Item  a node, a block, or a port in this block's border
 * @typedef {{from: number, to: number, source: string}} Link  between items; `source`: the node at which its edges begin
 * @typedef {{level: Level, link: number}} Segment
 * @typedef {object} Level
 * @property {string} id
 * @property {Level|null} parent
 * @property {number} depth
 * @property {Item[]} items
 * @property {Link[]} links
 * @property {number|null} output          the item that is the graph's output
 * @property {{first: Map<string, number>, last: Map<string, number>}} ports  items, by the node at which their edges begin
 * @property {Map<string, number>} known   links by their ends
 * @property {number} at                   its own place among the parent's items
 */

/** @param {LayoutRequest} request @returns {{root: Level, levels: Level[], segments: Segment[][]}} levels: outer before inner; segments by edge */
export function levelsOf({nodes, edges, blocks = [], output = null}) {
  const root = newLevel('', null);
  const byId = new Map([['', root]]);
  const levels = blocks.map(({id, parent}) => {
    const level = newLevel(id, byId.get(parent ?? '') ?? root);
    byId.set(id, level);
    return level;
  });
  /** @type {Map<string, {level: Level, at: number}>} */
  const homes = new Map();
  // A block stands in the order of its first node, as a node would.
  for (const node of nodes) {
    const level = byId.get(node.block ?? '') ?? root;
    for (let each = level; each.parent && each.at < 0; each = each.parent) each.at = each.parent.items.push({level: each}) - 1;
    homes.set(node.id, {level, at: level.items.push({node}) - 1});
  }
  if (output !== null) root.output = lift(homeOf(homes, output), root).at;
  const segments = edges.map(({id, source, target}) => cut(id, source, homeOf(homes, source), homeOf(homes, target)));
  return {root, levels: levels.filter(({at}) => at >= 0), segments};
}

/** @param {string} id @param {Level|null} parent @returns {Level} */
const newLevel = (id, parent) => ({
  id, parent, depth: parent ? parent.depth + 1 : 0, items: [], links: [], output: null, ports: {first: new Map(), last: new Map()}, known: new Map(), at: -1,
});

/** @typedef {{level: Level, at: number}} Home */
/** @param {Map<string, Home>} homes @param {string} id @returns {Home} */
function homeOf(homes, id) {
  const home = homes.get(id);
  if (!home) throw new Error(`layout: an edge names ${id}, which is not a node`);
  return home;
}

/** The item of an outer level that something stands in. @param {Home} home @param {Level} level @returns {Home} */
function lift(home, level) {
  let at = home;
  while (at.level !== level && at.level.parent) at = {level: at.level.parent, at: at.level.at};
  return at;
}

/** @param {string} id @param {string} source @param {Home} from @param {Home} to @returns {Segment[]} */
function cut(id, source, from, to) {
  /** @type {Segment[]} */
  const out = [], back = [];
  let [a, b] = [from, to];
  while (a.level !== b.level) {
    if (a.level.depth >= b.level.depth) {
      out.push(segment(a.level, a.at, portOf(a.level, 'last', source), source, ''));
      a = {level: /** @type {Level} */ (a.level.parent), at: a.level.at};
    } else {
      back.unshift(segment(b.level, portOf(b.level, 'first', source), b.at, source, id));
      b = {level: /** @type {Level} */ (b.level.parent), at: b.level.at};
    }
  }
  return [...out, segment(a.level, a.at, b.at, source, id), ...back];
}

/** @param {Level} level @param {'first'|'last'} side @param {string} source */
function portOf(level, side, source) {
  let port = level.ports[side].get(source);
  if (port === undefined) level.ports[side].set(source, port = level.items.push({port: side}) - 1);
  return port;
}

/** Edges of one source go together as far as they have the same way: not into a card, whose wires arrive side by side. @param {Level} level @param {number} from @param {number} to @param {string} source @param {string} id @returns {Segment} */
function segment(level, from, to, source, id) {
  const key = `${from} ${to} ${source} ${level.items[to].node ? id : ''}`;
  let link = level.known.get(key);
  if (link === undefined) level.known.set(key, link = level.links.push({from, to, source}) - 1);
  return {level, link};
}
