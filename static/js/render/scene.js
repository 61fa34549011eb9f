/** A run on its layout: boxes, wires as curves, a grid to find them by. Rebuilt when the layout changes, not per frame. */
import {boundsOf, curveOf} from './curve.js';
import {idOf} from '../model/fold.js';
import {isBundle} from '../model/run.js';
import {gridOf} from './grid.js';

/** @typedef {import('../model/types.js').Run} Run @typedef {import('../model/types.js').RunEdge} RunEdge @typedef {import('../model/types.js').RunNode} RunNode */
/** @typedef {import('./measure.js').Measured} Measured @typedef {import('./curve.js').Curve} Curve @typedef {import('./viewport.js').Box} Box */
/** @typedef {{id: string, node: RunNode, measured: Measured, box: Box}} Card */
/** @typedef {{id: string, edge: RunEdge, curve: Curve, box: Box, strands: boolean, side: -1|0|1}} Wire
 *   `strands`: it carries an array; `side`: on which side of its parallel wires it runs, 0 when alone */
/** @typedef {{id: string, key: string, name: string, nodes: number, depth: number, box: Box}} FrameBox around an open scope */
/** @typedef {{run: Run, cards: Card[], wires: Wire[], frames: FrameBox[], card: Map<string, Card>, wire: Map<string, Wire>, bounds: Box, direction: 'right'|'down',
 *   cardsWithin(box: Box): Card[], wiresWithin(box: Box): Wire[], finders: [Finder, Finder]}} Scene */
/** @typedef {(box: Box) => number[]} Finder  places in their list of what touches a box */

const REACH = 24;      // px around a wire that its gate and bead may take

/**
 * @param {Run} run
 * @param {{nodes: Measured[], edges: RunEdge[]}} drawn
 * @param {import('../layout/types.js').Layout} layout
 * @returns {Scene}
 */
export function buildScene(run, drawn, layout) {
  const cards = drawn.nodes.map((measured) => {
    const {x, y} = /** @type {{x: number, y: number}} */ (layout.positions.get(measured.id));
    return {id: measured.id, node: run.node(measured.id), measured, box: {x: x - measured.w / 2, y: y - measured.h / 2, w: measured.w, h: measured.h}};
  });
  const sides = sidesOf(drawn.edges);
  const wires = drawn.edges.map((edge) => {
    const curve = curveOf(/** @type {[number, number][]} */ (layout.routes.get(edge.id)));
    return {id: edge.id, edge, curve, side: sides.get(edge.id) ?? 0, box: grown(boundsOf(curve), REACH), strands: run.node(edge.source).shape.length > 0 || (!isBundle(edge) && run.node(edge.target).shape.length > 0) || Array.isArray(edge.contribution)};
  });
  return sceneOf(run, cards, wires, {...layout, frames: framesOf(run, layout)}, finderOf(cards), finderOf(wires));
}

/** The same scene with another run's numbers: nothing moves, so curves and grids stay. @param {Scene} scene @param {Run} run of the same signature @returns {Scene} */
export function renewed(scene, run) {
  const cards = scene.cards.map((card) => ({...card, node: run.node(card.id)}));
  const wires = scene.wires.map((wire) => ({...wire, edge: run.edge(wire.id)}));
  return sceneOf(run, cards, wires, scene, ...scene.finders);
}

/**
 * @param {Run} run @param {Card[]} cards @param {Wire[]} wires @param {{bounds: Box, direction: 'right'|'down', frames: FrameBox[]}} place
 * @param {Finder} findCards @param {Finder} findWires @returns {Scene}
 */
function sceneOf(run, cards, wires, {bounds, direction, frames}, findCards, findWires) {
  return {
    run, cards, wires, frames, bounds, direction, finders: [findCards, findWires],
    card: new Map(cards.map((card) => [card.id, card])),
    wire: new Map(wires.map((wire) => [wire.id, wire])),
    cardsWithin: (box) => findCards(box).map((i) => cards[i]),
    wiresWithin: (box) => findWires(box).map((i) => wires[i]),
  };
}

/** @param {import('../model/scopes.js').Scope} scope @returns {number} frames around its own */
const depthOf = ({parent}) => (parent?.parent ? depthOf(parent) + 1 : 0);

/** Around the open scopes, outer before inner; one that could not be laid out as a block has none. @param {Run} run @param {import('../layout/types.js').Layout} layout @returns {FrameBox[]} */
function framesOf(run, {frames}) {
  return (run.folding?.open ?? []).flatMap((scope) => {
    const box = frames.get(idOf(scope));
    return box ? {id: idOf(scope), key: scope.key, name: scope.name, nodes: scope.count, depth: depthOf(scope), box} : [];
  });
}

/** @param {{box: Box}[]} items @returns {Finder} */
function finderOf(items) {
  const grid = gridOf(items.map((_, i) => i), (i) => items[i].box);
  return (box) => grid.within(box).filter((i) => touches(items[i].box, box));
}

/** Wires of a repeated operand: the first runs on one side, the last on the other. @param {RunEdge[]} edges @returns {Map<string, -1|0|1>} */
function sidesOf(edges) {
  const groups = new Map();
  for (const {id, source, target} of edges) {
    const key = `${source} ${target}`;
    groups.set(key, [...(groups.get(key) ?? []), id]);
  }
  const sides = new Map();
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    sides.set(group[0], -1);
    sides.set(group[group.length - 1], 1);
  }
  return sides;
}

/** @param {Box} box @param {number} by @returns {Box} */
export const grown = ({x, y, w, h}, by) => ({x: x - by, y: y - by, w: w + 2 * by, h: h + 2 * by});

/** @param {Box} a @param {Box} b */
function touches(a, b) {
  return a.x <= b.x + b.w && b.x <= a.x + a.w && a.y <= b.y + b.h && b.y <= a.y + a.h;
}

/**
 * The layout on its way from one to the other; wires that can't be matched run straight from card to card.
 * @param {import('../layout/types.js').Layout} from positions by the new ids
 * @param {import('../layout/types.js').Layout} to
 * @param {number} p 0…1
 * @returns {import('../layout/types.js').Layout}
 */
export function blend(from, to, p) {
  const mix = (/** @type {number} */ a, /** @type {number} */ b) => a + (b - a) * p;
  const positions = new Map([...to.positions].map(([id, {x, y}]) => {
    const start = from.positions.get(id) ?? {x, y};
    return [id, {x: mix(start.x, x), y: mix(start.y, y)}];
  }));
  const routes = new Map([...to.routes].map(([id, route]) => {
    const start = from.routes.get(id);
    if (!start || start.length !== route.length) return [id, route];
    return [id, route.map(([x, y], i) => /** @type {[number, number]} */ ([mix(start[i][0], x), mix(start[i][1], y)]))];
  }));
  const frames = new Map([...to.frames].map(([id, box]) => {
    const start = from.frames.get(id) ?? pointOf(from.positions.get(id)) ?? box;
    return [id, {x: mix(start.x, box.x), y: mix(start.y, box.y), w: mix(start.w, box.w), h: mix(start.h, box.h)}];
  }));
  return {...to, positions, routes, frames};
}

/** A frame grows out of the middle of its box. @param {{x: number, y: number}|undefined} point @returns {Box|null} */
const pointOf = (point) => (point ? {...point, w: 0, h: 0} : null);
