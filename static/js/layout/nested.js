/**
 * Layout with frames: the inside of each open scope is laid out by itself, once per shape, and then stands as one block in
 * what is around it. A wire that crosses a frame is laid piece by piece: at the border it passes a port, which inside is
 * a node without size in the first or the last layer. Edges of one source share their port.
 */
import {layered} from './layered.js';
import {boundsOf} from './bounds.js';
import {levelsOf} from './levels.js';

/** @typedef {import('./types.js').LayoutRequest} LayoutRequest @typedef {import('./types.js').Layout} Layout @typedef {import('./types.js').Box} Box */
/** @typedef {import('./types.js').Point} Point @typedef {import('./types.js').Pair} Pair @typedef {import('./levels.js').Level} Level */
/** @typedef {{layout: Layout, frame: Box}} Inside  in coordinates of its own */

const PAD = 24;      // px from a frame to what stands in it
const HEAD = 22;     // px for its name

/** Without frames the plain layout. @param {LayoutRequest} request @returns {Layout} */
export function nested(request) {
  const {blocks = [], edges, direction} = request;
  if (blocks.length === 0) return layered(request);
  const {root, levels, segments} = levelsOf(request);
  /** @type {Map<string, Inside>} */
  const known = new Map();
  /** @type {Map<Level, Inside>} */
  const insides = new Map();
  for (const level of [...levels].reverse()) insides.set(level, insideOf(level, insides, direction, known));
  const whole = layered(requestOf(root, insides, direction, {room: request.room ?? null, previous: previousOf(root, request)}));
  const places = new Map([[root, {layout: whole, x: 0, y: 0}]]);
  const positions = /** @type {Layout['positions']} */ (new Map()), frames = /** @type {Map<string, Box>} */ (new Map());
  for (const level of [root, ...levels]) place(level, insides, places, positions, frames);
  const routes = new Map(edges.map(({id}, e) => [id, joined(segments[e], places)]));
  const all = [...places.values()];
  return {
    positions, routes, frames, direction, bounds: withFrames(boundsOf(request.nodes, positions, routes), frames),
    crossings: all.reduce((sum, {layout}) => sum + layout.crossings, 0), layers: all.reduce((sum, {layout}) => sum + layout.layers, 0),
  };
}

/** @param {Level} level @param {Map<Level, Inside>} insides @param {'right'|'down'} direction @param {Map<string, Inside>} known by shape @returns {Inside} */
function insideOf(level, insides, direction, known) {
  const request = requestOf(level, insides, direction, {}), shape = JSON.stringify([request.nodes, request.edges]);
  let inside = known.get(shape);
  if (!inside) {
    const layout = layered(request);
    known.set(shape, inside = {layout, frame: frameOf(level, request, layout)});
  }
  return inside;
}

/** What stands in a level, under numbers in place of names: equal shapes are equal requests. @param {Level} level @param {Map<Level, Inside>} insides @param {'right'|'down'} direction @param {Partial<LayoutRequest>} more @returns {LayoutRequest} */
function requestOf(level, insides, direction, more) {
  const nodes = level.items.map((item, i) => /** @type {import('./types.js').LayoutNode} */ ({...sizeOf(item, insides), id: String(i)}));
  const edges = level.links.map(({from, to, source}, i) => ({
    id: String(i), source: String(from), target: String(to),
    ...portAt(level, from, insides, direction, 'last', source, 'leave'), ...portAt(level, to, insides, direction, 'first', source, 'enter'),
  }));
  return {nodes, edges, direction, ...more, output: level.output === null ? null : String(level.output)};
}

/** @param {import('./levels.js').Item} item @param {Map<Level, Inside>} insides @returns {Omit<import('./types.js').LayoutNode, 'id'>} */
function sizeOf(item, insides) {
  if (item.port) return {w: 0, h: 0, rank: item.port};
  const frame = item.level && insides.get(item.level)?.frame;
  if (frame) return {w: frame.w, h: frame.h};
  const {w, h, port, hug} = /** @type {import('./types.js').LayoutNode} */ (item.node);
  return {w, h, port, hug};
}

/** How far across from a block's middle a wire meets its frame. @param {Level} level @param {number} item @param {Map<Level, Inside>} insides @param {'right'|'down'} direction @param {'first'|'last'} side @param {string} source @param {'leave'|'enter'} key */
function portAt(level, item, insides, direction, side, source, key) {
  const {level: inner} = level.items[item], inside = inner && insides.get(inner);
  if (!inner || !inside) return {};
  const {x, y} = /** @type {Point} */ (inside.layout.positions.get(String(inner.ports[side].get(source))));
  const {frame} = inside;
  return {[key]: direction === 'right' ? y - (frame.y + frame.h / 2) : x - (frame.x + frame.w / 2)};
}

/** @param {Level} level @param {LayoutRequest} request @param {Layout} layout @returns {Box} */
function frameOf(level, request, layout) {
  const solid = request.nodes.filter((_, i) => !level.items[i].port);
  const {x, y, w, h} = boundsOf(solid, layout.positions, layout.routes);
  const right = request.direction === 'right', along = right ? 'x' : 'y';
  const ends = [...level.ports.first.values(), ...level.ports.last.values()].map((i) => /** @type {Point} */ (layout.positions.get(String(i)))[along]);
  const tight = right ? {x, y: y - PAD - HEAD, w, h: h + 2 * PAD + HEAD} : {x: x - PAD, y, w: w + 2 * PAD, h};
  const [low, size] = right ? [x, w] : [y, h];
  const start = Math.min(low - PAD - (right ? 0 : HEAD), ...ends), end = Math.max(low + size + PAD, ...ends);
  return right ? {...tight, x: start, w: end - start} : {...tight, y: start, h: end - start};
}

/** Gives what stands in a level its place in the whole. @param {Level} level @param {Map<Level, Inside>} insides @param {Map<Level, {layout: Layout, x: number, y: number}>} places @param {Map<string, Point>} positions @param {Map<string, Box>} frames */
function place(level, insides, places, positions, frames) {
  const {layout, x: dx, y: dy} = /** @type {{layout: Layout, x: number, y: number}} */ (places.get(level));
  level.items.forEach((item, i) => {
    const at = /** @type {Point} */ (layout.positions.get(String(i)));
    if (item.node) positions.set(item.node.id, {x: at.x + dx, y: at.y + dy});
    const inside = item.level && insides.get(item.level);
    if (!item.level || !inside) return;
    const {frame} = inside, x = at.x + dx - frame.w / 2, y = at.y + dy - frame.h / 2;
    places.set(item.level, {layout: inside.layout, x: x - frame.x, y: y - frame.y});
    frames.set(item.level.id, {x, y, w: frame.w, h: frame.h});
  });
}

/** @param {import('./levels.js').Segment[]} segments @param {Map<Level, {layout: Layout, x: number, y: number}>} places @returns {Pair[]} */
function joined(segments, places) {
  return segments.flatMap(({level, link}, i) => {
    const {layout, x, y} = /** @type {{layout: Layout, x: number, y: number}} */ (places.get(level));
    const route = /** @type {Pair[]} */ (layout.routes.get(String(link)));
    return (i ? route.slice(1) : route).map(([px, py]) => /** @type {Pair} */ ([px + x, py + y]));
  });
}

/** Where things of the outermost level stood; a frame stood where its box did, or what is in it. @param {Level} root @param {LayoutRequest} request @returns {Map<string, Point>|null} */
function previousOf(root, {previous = null}) {
  if (!previous) return null;
  const found = new Map();
  root.items.forEach((item, i) => {
    const own = item.level ? previous.get(item.level.id) ?? meanOf(item.level, previous) : item.node && previous.get(item.node.id);
    if (own) found.set(String(i), own);
  });
  return found;
}

/** @param {Level} level @param {Map<string, Point>} previous @returns {Point|null} */
function meanOf(level, previous) {
  const known = level.items.flatMap((item) => (item.level ? meanOf(item.level, previous) : item.node && previous.get(item.node.id)) ?? []);
  if (!known.length) return null;
  return {x: known.reduce((sum, {x}) => sum + x, 0) / known.length, y: known.reduce((sum, {y}) => sum + y, 0) / known.length};
}

/** @param {Box} bounds @param {Map<string, Box>} frames @returns {Box} */
function withFrames(bounds, frames) {
  let [left, top, right, bottom] = [bounds.x, bounds.y, bounds.x + bounds.w, bounds.y + bounds.h];
  for (const {x, y, w, h} of frames.values()) {
    [left, top] = [Math.min(left, x), Math.min(top, y)];
    [right, bottom] = [Math.max(right, x + w), Math.max(bottom, y + h)];
  }
  return {x: left, y: top, w: right - left, h: bottom - top};
}
