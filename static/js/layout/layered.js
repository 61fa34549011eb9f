/** The whole layout: layers, order, places, wires. Pure; runs in the worker and in tests. */
import {atEnds, layersFromSinks, withDummies} from './layers.js';
import {orderFromPrevious, orderFromSinks, untangle} from './order.js';
import {placeAcross, placeAlong} from './coordinates.js';
import {routeAll} from './routes.js';
import {boundsOf} from './bounds.js';
import {spread} from './spread.js';
import {calmer} from './stability.js';

/** @typedef {import('./types.js').LayoutRequest} LayoutRequest @typedef {import('./types.js').Layout} Layout */
/** @typedef {import('./types.js').Ladder} Ladder @typedef {import('./types.js').Extent} Extent */

const GAPS = {right: {layer: 66, row: 36}, down: {layer: 38, row: 24}};
const MOST_ROWS = {right: 1.8, down: 2.4}; // enough for a column of arithmetic between two cards

/**
 * Lays out a graph without cycles.
 * @param {LayoutRequest} request
 * @returns {Layout}
 */
export function layered({nodes, edges, direction, output = null, previous = null, room = null}) {
  const index = new Map(nodes.map((node, i) => [node.id, i]));
  const links = edges.map(({source, target}) => /** @type {[number, number]} */ ([indexOf(index, source), indexOf(index, target)]));
  const ladder = withDummies(nodes.length, links, atEnds(nodes, layersFromSinks(nodes.length, links, output === null ? null : indexOf(index, output))));
  const extents = nodes.map((node) => extentOf(node, direction));
  const gaps = GAPS[direction];

  const before = previous && nodes.map(({id}) => previous.get(id)?.[direction === 'right' ? 'y' : 'x']);
  const {rows, crossings} = chooseOrder(ladder, before);
  ladder.rows = rows;

  const tight = placeAcross(ladder, extents, gaps.row);
  const wide = spread(extentOfAll(ladder, extents, tight, gaps.layer), turned(room, direction),
    {layers: rows.length, gap: gaps.layer, ports: range(tight.slice(0, nodes.length)), most: MOST_ROWS[direction]});
  const across = tight.map((at, v) => onPixel(at * wide.rows, extents[v]?.before ?? 0));
  const along = placeAlong(ladder, extents, Math.floor(wide.gap));
  const routes = routeAll(ladder, links, extents, along, across, edges);
  return drawn({nodes, edges, direction, crossings, layers: rows.length}, extents, along.middle, across, routes);
}

/** Cards' edges fall on whole pixels, so that hairlines stay sharp. @param {number} at @param {number} before */
const onPixel = (at, before) => Math.round(at - before) + before;

/** @param {Map<string, number>} index @param {string} id */
function indexOf(index, id) {
  const i = index.get(id);
  if (i === undefined) throw new Error(`layout: an edge names ${id}, which is not a node`);
  return i;
}

/** @param {Ladder} ladder @param {(number|undefined)[]|null} before */
function chooseOrder(ladder, before) {
  const fresh = untangle(ladder, orderFromSinks(ladder));
  if (!before || !before.some((at) => at !== undefined)) return fresh;
  const seeded = untangle(ladder, orderFromPrevious(ladder, before), before);
  return calmer(seeded, fresh, before);
}

/** @param {import('./types.js').LayoutNode} node @param {string} direction @returns {Extent} */
function extentOf({w, h, port = 0, hug = false}, direction) {
  return direction === 'right'
    ? {along: w, before: h / 2 + port, after: h / 2 - port, hug}
    : {along: h, before: w / 2, after: w / 2, hug};
}

/** @param {{w: number, h: number}|null} room @param {string} direction */
function turned(room, direction) {
  if (!room) return null;
  return direction === 'right' ? {along: room.w, across: room.h} : {along: room.h, across: room.w};
}

/** @param {Ladder} ladder @param {Extent[]} extents @param {number[]} across @param {number} gap */
function extentOfAll(ladder, extents, across, gap) {
  const {far} = placeAlong(ladder, extents, gap);
  const low = extents.map((extent, v) => across[v] - extent.before);
  const high = extents.map((extent, v) => across[v] + extent.after);
  return {along: far[far.length - 1] ?? 0, across: range([...low, ...high])};
}

/** @param {number[]} numbers */
function range(numbers) {
  if (!numbers.length) return 0;
  return numbers.reduce((a, b) => Math.max(a, b)) - numbers.reduce((a, b) => Math.min(a, b));
}

/**
 * Turns along and across into x and y.
 * @param {{nodes: import('./types.js').LayoutNode[], edges: import('./types.js').LayoutEdge[], direction: 'right'|'down', crossings: number, layers: number}} graph
 * @param {Extent[]} extents @param {number[]} along @param {number[]} across @param {[number, number][][]} routes
 * @returns {Layout}
 */
function drawn({nodes, edges, direction, crossings, layers}, extents, along, across, routes) {
  const right = direction === 'right';
  const positions = new Map(nodes.map(({id}, v) => {
    const middle = across[v] + (extents[v].after - extents[v].before) / 2;
    return [id, right ? {x: along[v], y: middle} : {x: middle, y: along[v]}];
  }));
  const paths = new Map(edges.map(({id}, e) => [id, right ? routes[e] : routes[e].map(turn)]));
  return {positions, routes: paths, bounds: boundsOf(nodes, positions, paths), frames: new Map(), direction, crossings, layers};
}

/** @param {[number, number]} point @returns {[number, number]} */
function turn([along, across]) {
  return [across, along];
}
