/** Walking the graph by keyboard: along edges to operands and users, across to the neighbour in the same layer. */

/** @typedef {import('../model/types.js').Run} Run */
/** @typedef {{positions: Map<string, {x: number, y: number}>, direction: 'right'|'down'}} Places */
/** @typedef {'operand'|'user'|'before'|'after'|'first'|'last'} Move */

/** The keys that mean something on a focused card; the help sheet prints them. Shift+arrows and Space stay the transport's. */
export const GRAPH_KEYS = Object.freeze([
  {keys: '← →', does: 'On a card: to its operand, to what takes it (↑ ↓ when the graph runs down)'},
  {keys: '↑ ↓', does: 'On a card: to the neighbour in its layer; in a picked array: from cell to cell'},
  {keys: 'Home End', does: 'On a card: to the first node, to the output'},
  {keys: 'Enter', does: 'On a card: pin its story; on an array also pick its first cell; on a folded scope: open it'},
  {keys: 'Shift Enter', does: 'On a card: fold the scope that it stands in'},
  {keys: 'U', does: 'On a card: unfold it into its definition, or its numbers'},
  {keys: 'Shift U', does: 'On a card: fold what it is inside of'},
  {keys: 'Esc', does: 'Let go of the cell, then of the pinned node'},
  {keys: '+ − 0', does: 'In the graph: zoom in, zoom out, 100 %'},
  {keys: 'F', does: 'Fit the graph'},
]);

const LAYER = 60;     // px: middles of one layer differ by their cards' sizes

const RIGHT = new Map([['ArrowLeft', 'operand'], ['ArrowRight', 'user'], ['ArrowUp', 'before'], ['ArrowDown', 'after']]);
const DOWN = new Map([['ArrowUp', 'operand'], ['ArrowDown', 'user'], ['ArrowLeft', 'before'], ['ArrowRight', 'after']]);

/** What a key means where the graph runs this way. @param {string} key @param {'right'|'down'} direction @returns {Move|null} */
export function moveOf(key, direction) {
  if (key === 'Home') return 'first';
  if (key === 'End') return 'last';
  return /** @type {Move|null} */ ((direction === 'right' ? RIGHT : DOWN).get(key) ?? null);
}

/**
 * The node that a move leads to; the same node where there is none.
 * @param {Run} run
 * @param {Places} places of the nodes that are drawn
 * @param {string} from
 * @param {Move} move
 * @param {string|null} came the node walked from, to which the way back leads
 * @returns {string}
 */
export function walk(run, places, from, move, came = null) {
  const drawn = (/** @type {string} */ id) => places.positions.has(id);
  switch (move) {
    case 'operand': return nearest(run.operands(from).map((edge) => edge.source).filter(drawn), came) ?? from;
    case 'user': return nearest(run.users(from).map((edge) => edge.target).filter(drawn), came) ?? from;
    case 'first': return run.nodes.find(({id}) => drawn(id))?.id ?? from;
    case 'last': return run.output;
    default: return beside(places, from, move === 'after' ? 1 : -1);
  }
}

/** @param {string[]} ids @param {string|null} came */
function nearest(ids, came) {
  return came !== null && ids.includes(came) ? came : ids[0];
}

/** The next node across in the same layer. @param {Places} places @param {string} from @param {1|-1} step */
function beside({positions, direction}, from, step) {
  const [along, across] = direction === 'right' ? /** @type {const} */ (['x', 'y']) : /** @type {const} */ (['y', 'x']);
  const here = positions.get(from);
  if (!here) return from;
  let found = from;
  let least = Infinity;
  for (const [id, place] of positions) {
    const ahead = (place[across] - here[across]) * step;
    if (id === from || ahead <= 0 || Math.abs(place[along] - here[along]) > LAYER) continue;
    if (ahead < least) [found, least] = [id, ahead];
  }
  return found;
}
