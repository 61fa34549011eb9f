/**
 * frameAt: the picture at a moment, a pure function of (run, timeline, t). Going back shows the same frames.
 *
 * At whole t everything is settled. Between k−1 and k only what works at stop k differs from the settled frame k−1,
 * so a frame is that frame (kept for the last k asked for) with a few states replaced; states that do not change are the same objects.
 */
import {EASE, MULTIPLY_MS, STAGE} from './easing.js';
import {abridged, isBlocked, sumSoFar} from './plan.js';
import {title} from './run.js';
import {spokenStop} from './sentences.js';

/** @typedef {import('./types.js').Run} Run */
/** @typedef {import('./types.js').RunEdge} RunEdge */
/** @typedef {import('./types.js').Stop} Stop */
/** @typedef {import('./types.js').Timeline} Timeline */
/** @typedef {import('./types.js').Frame} Frame */
/** @typedef {import('./types.js').NodeFrame} NodeFrame */
/** @typedef {import('./types.js').EdgeFrame} EdgeFrame */
/** @typedef {{nodes: Map<string, NodeFrame>, edges: Map<string, EdgeFrame>}} Scene */

/** @type {EdgeFrame} */
const IDLE = {state: 'idle', stage: null, p: 1, head: 1, blocked: false, column: null};
/** @type {EdgeFrame} */
const DONE = {state: 'done', stage: null, p: 1, head: 0, blocked: false, column: null};
/** @type {EdgeFrame} */
const BLOCKED = {state: 'blocked', stage: null, p: 1, head: 0.5, blocked: true, column: null};

/** @type {WeakMap<Timeline, Frame>} */
const latest = new WeakMap();

/** The last frame is kept, since several parts of the page ask for the same moment. @param {Run} run @param {Timeline} line @param {number} t @returns {Frame} */
export function frameAt(run, line, t) {
  const time = Math.max(0, Math.min(line.length, t));
  let frame = latest.get(line);
  if (!frame || frame.t !== time) latest.set(line, frame = frameOf(run, line, time));
  return frame;
}

/** @param {Run} run @param {Timeline} line @param {number} time @returns {Frame} */
function frameOf(run, line, time) {
  const stop = line.stops[Math.ceil(time)], p = time - Math.floor(time);
  const scene = p === 0 ? shown(run, line, stop) : moving(run, line, stop, p);
  return {
    t: time, stop, phase: stop.phase, nodes: scene.nodes, edges: scene.edges, current: stop.current,
    get say() { return stop.say; },
    get spoken() { return spokenStop(run, line, stop); },
  };
}

/** At rest, with the columns of the step that has just been made open; at the end of the pass nothing is at work any more. @param {Run} run @param {Timeline} line @param {Stop} stop @returns {Scene} */
function shown(run, line, stop) {
  const base = settled(run, line, stop.index);
  if (stop.index === line.length) return base;
  const scene = {nodes: new Map(base.nodes), edges: new Map(base.edges)};
  for (const id of stop.nodes) change(scene.nodes, id, {active: true, callout: stop.kind === 'sum' ? callout(run, line, id, stop.index, 1) : null});
  if (stop.kind === 'multiply') {
    for (const id of stop.edges) scene.edges.set(id, meeting(run.edge(id), 'gate', 1, 0.5, 3, 1));
  }
  return scene;
}

/** @param {Run} run @param {Timeline} line @param {Stop} stop @param {number} p @returns {Scene} */
function moving(run, line, stop, p) {
  const base = settled(run, line, stop.index - 1);
  const scene = {nodes: new Map(base.nodes), edges: new Map(base.edges)};
  for (const id of stop.nodes) change(scene.nodes, id, {active: true});
  MOVES[stop.kind](run, line, stop, p, scene);
  return scene;
}

/** @type {Record<Stop['kind'], (run: Run, line: Timeline, stop: Stop, p: number, scene: Scene) => void>} */
const MOVES = {start() {}, evaluate, seed, multiply, sum};

/** @param {Run} run @param {Timeline} line @param {Stop} stop @param {number} p @param {Scene} scene */
function evaluate(run, line, stop, p, scene) {
  const eased = EASE.travel(p);
  for (const id of stop.nodes) change(scene.nodes, id, {value: 'arriving', p: eased});
  for (const id of stop.edges) scene.edges.set(id, {...IDLE, state: 'forward', stage: 'travel', p: eased, head: eased});
}

/** @param {Run} run @param {Timeline} line @param {Stop} stop @param {number} p @param {Scene} scene */
function seed(run, line, stop, p, scene) {
  change(scene.nodes, run.output, {grad: run.node(run.output).grad, gradState: 'done', p: EASE.settle(p)});
}

/** @param {Run} run @param {Timeline} line @param {Stop} stop @param {number} p @param {Scene} scene */
function multiply(run, line, stop, p, scene) {
  const ms = p * MULTIPLY_MS, travelled = ms - STAGE.show, met = travelled - STAGE.travel;
  for (const id of stop.edges) {
    const edge = run.edge(id);
    scene.edges.set(id, stop.joined ? {...meeting(edge, 'travel', p, 1 - p / 2, 1, 0), column: null}
      : met >= 0 ? atGate(edge, EASE.settle(met / STAGE.gate))
        : travelled >= 0 ? onTheWay(edge, EASE.travel(travelled / STAGE.travel))
          : {...meeting(edge, 'show', EASE.ui(ms / STAGE.show), 1, 1, 0), column: null});
  }
}

/** @param {RunEdge} edge @param {number} p */
const onTheWay = (edge, p) => meeting(edge, 'travel', p, 1 - p / 2, 1, 0);

/** × local, then the rule from left to right, then the contribution. @param {RunEdge} edge @param {number} p */
const atGate = (edge, p) => meeting(edge, 'gate', p, 0.5, p < 0.8 ? 2 : 3, Math.min(1, p / 0.8));

/**
 * @param {RunEdge} edge @param {'show'|'travel'|'gate'} stage @param {number} p @param {number} head @param {1|2|3} shownRows @param {number} rule
 * @returns {EdgeFrame}
 */
function meeting(edge, stage, p, head, shownRows, rule) {
  return {state: 'multiply', stage, p, head, blocked: isBlocked(edge), column: column(edge, shownRows, rule)};
}

/** @param {RunEdge} edge @param {1|2|3} shownRows @param {number} rule */
function column(edge, shownRows, rule) {
  const {upstream, local, contribution} = edge;
  return upstream === null ? null : {upstream, local, contribution, shownRows, rule};
}

/** @param {Run} run @param {Timeline} line @param {Stop} stop @param {number} p @param {Scene} scene */
function sum(run, line, stop, p, scene) {
  const arriving = stop.joined ? 1 : STAGE.arrive / nominal(run, line, stop);
  const moved = EASE.travel(p / arriving), settling = p >= arriving ? EASE.settle((p - arriving) / (1 - arriving || 1)) : 0;
  for (const id of stop.edges) scene.edges.set(id, p < arriving ? leaving(run.edge(id), moved, p * nominal(run, line, stop), stop.joined) : rest(run.edge(id)));
  if (p < arriving) return;
  for (const id of stop.nodes) {
    const before = scene.nodes.get(id)?.grad ?? null, after = nodeState(run, line, id, stop.index);
    scene.nodes.set(id, {...after, active: true, from: before, p: settling, callout: stop.joined ? null : callout(run, line, id, stop.index, settling)});
  }
}

/** The sum stage's length at 1×, before any shortening. @param {Run} run @param {Timeline} line @param {Stop} stop */
function nominal(run, line, stop) {
  return stop.nodes.some((id) => (line.plan.arrivals.get(id)?.length ?? 0) > 1) ? STAGE.arrive + STAGE.sum : STAGE.arrive;
}

/** @param {RunEdge} edge @param {number} moved @param {number} ms @param {boolean} joined @returns {EdgeFrame} */
function leaving(edge, moved, ms, joined) {
  const open = joined ? null : column(edge, 3, 1);
  if (isBlocked(edge)) return {state: 'blocked', stage: 'arrive', p: Math.min(1, ms / STAGE.stop), head: 0.5, blocked: true, column: open};
  return {state: 'sum', stage: 'arrive', p: moved, head: (1 - moved) / 2, blocked: false, column: open};
}

/** @param {RunEdge} edge */
const rest = (edge) => (isBlocked(edge) ? BLOCKED : DONE);

/** Terms and total under a card with several uses. @param {Run} run @param {Timeline} line @param {string} id @param {number} stop @param {number} p */
function callout(run, line, id, stop, p) {
  const arrivals = line.plan.arrivals.get(id) ?? [], here = arrivals.filter((arrival) => arrival.stop <= stop);
  if (arrivals.length < 2 || here.length < 2 || run.node(id).kind === 'scope') return null;
  const terms = here.map(({edge}) => ({label: title(run.node(edge.target)), value: /** @type {import('./types.js').Tensor} */ (edge.contribution), edge: edge.id}));
  return {terms: abridged(terms), total: sumSoFar(run.node(id), arrivals, here.length), p};
}

/** @type {WeakMap<Timeline, {index: number, scene: Scene}>} */
const kept = new WeakMap();

/** The resting scene after stop k, nothing at work. Kept for the last k only. @param {Run} run @param {Timeline} line @param {number} k @returns {Scene} */
function settled(run, line, k) {
  const last = kept.get(line);
  if (last && last.index === k) return last.scene;
  const scene = {
    nodes: new Map(run.nodes.map((node) => [node.id, nodeState(run, line, node.id, k)])),
    edges: new Map(run.edges.map((edge) => [edge.id, edgeState(line, edge, k)])),
  };
  kept.set(line, {index: k, scene});
  return scene;
}

/** @param {Timeline} line @param {RunEdge} edge @param {number} k @returns {EdgeFrame} */
function edgeState(line, edge, k) {
  const when = line.plan.flowAt.get(edge.id);
  if (!when || k < when.multiply) return IDLE;
  return k >= when.sum ? rest(edge) : meeting(edge, 'gate', 1, 0.5, 3, 1);
}

/** @type {WeakMap<Timeline, Map<string, NodeFrame>>} */
const states = new WeakMap();

/** A node at rest after stop k; one object per state it can be in. @param {Run} run @param {Timeline} line @param {string} id @param {number} k @returns {NodeFrame} */
function nodeState(run, line, id, k) {
  const {shownAt, arrivals, seedAt} = line.plan;
  const visible = k >= (shownAt.get(id) ?? 0), list = arrivals.get(id) ?? [];
  const arrived = arrivedBy(list, k), seeded = k >= seedAt;
  const memo = memoOf(line), key = `${id} ${visible ? 1 : 0} ${seeded ? arrived : -1}`;
  let state = memo.get(key);
  if (!state) memo.set(key, state = makeState(run, id, visible, list, arrived, seeded));
  return state;
}

/** @param {Timeline} line */
function memoOf(line) {
  let memo = states.get(line);
  if (!memo) states.set(line, memo = new Map());
  return memo;
}

/** @param {import('./plan.js').Arrival[]} list  by stop @param {number} k */
function arrivedBy(list, k) {
  let count = 0;
  while (count < list.length && list[count].stop <= k) count++;
  return count;
}

/**
 * @param {Run} run @param {string} id @param {boolean} visible @param {import('./plan.js').Arrival[]} list @param {number} arrived @param {boolean} seeded
 * @returns {NodeFrame}
 */
function makeState(run, id, visible, list, arrived, seeded) {
  const node = run.node(id);
  // The output starts with the seed; an input that the output does not use has gradient zero from then on.
  const done = seeded && node.grad !== null && arrived === list.length;
  const grad = done ? node.grad : seeded && arrived > 0 ? sumSoFar(node, list, arrived) : null;
  return {
    value: visible ? 'shown' : 'hidden', grad, gradState: done ? 'done' : arrived > 0 ? 'partial' : 'none', from: null, p: 1,
    pips: list.length > 1 ? list.map(({edge}, i) => ({edge: edge.id, filled: i < arrived})) : [], active: false, callout: null,
  };
}

/** @param {Map<string, NodeFrame>} nodes @param {string} id @param {Partial<NodeFrame>} patch */
function change(nodes, id, patch) {
  const before = nodes.get(id);
  if (before) nodes.set(id, {...before, ...patch});
}
