/**
 * The order in which a run is told, and (in frame.js) what is seen at any moment of it.
 *
 * Forward: one stop per node while there are at most 40, else one per column; the nodes of a column share its 260 ms.
 * Turn: the seed is set at the output; it counts as the first backward step.
 * Backward: grouped by depth from the output; every level is two stops, all its multiplications, then all its sums.
 * So the lecture's example has 1 + 4 × 2 = 9 backward steps. After stop k the numbers are the engine's after the same steps.
 * A pass never takes more than 12 s: durations shrink together; when a level falls below 240 ms it is played without columns,
 * while stepping still stops at every one.
 */
import {JOIN_BELOW_MS, LEVEL_MS, MULTIPLY_MS, PASS_MOST_MS, STAGE} from './easing.js';
import {backwardLevels, columns} from './plan.js';
import {short} from './run.js';
import {sentence} from './sentences.js';

export {frameAt} from './frame.js';

/** @typedef {import('./types.js').Run} Run */
/** @typedef {import('./types.js').RunEdge} RunEdge */
/** @typedef {import('./types.js').RunNode} RunNode */
/** @typedef {import('./types.js').Stop} Stop */
/** @typedef {import('./types.js').Tick} Tick */
/** @typedef {import('./types.js').Timeline} Timeline */
/** @typedef {import('./plan.js').Plan} Plan */

export const SINGLE_MOST = 40; // nodes told one by one

/** @type {WeakMap<Run, Timeline>} */
const made = new WeakMap();

/** Made once per run. @param {Run} run @returns {Timeline} */
export function timeline(run) {
  let line = made.get(run);
  if (!line) made.set(run, line = build(run));
  return line;
}

/** @param {Run} run @returns {Timeline} */
function build(run) {
  const grid = columns(run), levels = backwardLevels(run);
  /** @type {Draft[]} */
  const drafts = [{phase: 'forward', kind: 'start', level: -1, nodes: [], edges: [], duration_ms: 0, joined: false},
    ...forwardDrafts(run, grid), ...seedDrafts(run), ...levels.flatMap((edges, level) => levelDrafts(run, edges, level))];
  shorten(drafts);
  const seeded = drafts.findIndex((draft) => draft.kind === 'seed');
  const turn = seeded < 0 ? drafts.length : seeded; // nothing to differentiate: the way never turns
  /** @type {Stop[]} */
  const stops = [];
  const plan = planOf(run, drafts, turn);
  for (const [index, draft] of drafts.entries()) stops.push(finished(run, plan, draft, index, turn));
  return {
    length: stops.length - 1, stops, turn, plan, columns: grid.length,
    ticks: ticks(run, grid, stops), marks: marks(stops),
  };
}

/** @typedef {Pick<Stop, 'phase'|'kind'|'level'|'nodes'|'edges'|'duration_ms'|'joined'>} Draft */

/** @param {Run} run @param {RunNode[][]} grid @returns {Draft[]} */
function forwardDrafts(run, grid) {
  const count = grid.reduce((sum, column) => sum + column.length, 0);
  return grid.flatMap((column, level) => {
    const groups = count <= SINGLE_MOST ? column.map((node) => [node]) : [column];
    return groups.map((nodes) => ({
      phase: 'forward', kind: 'evaluate', level, joined: false, duration_ms: STAGE.forward / groups.length,
      nodes: nodes.map((node) => node.id), edges: nodes.flatMap((node) => run.operands(node.id).map((edge) => edge.id)),
    }));
  });
}

/** The turn; none when the output depends on nothing that is differentiated. @param {Run} run @returns {Draft[]} */
function seedDrafts(run) {
  if (run.node(run.output).grad === null) return [];
  return [{phase: 'turn', kind: 'seed', level: 0, nodes: [run.output], edges: [], duration_ms: STAGE.seed, joined: false}];
}

/** @param {Run} run @param {RunEdge[]} edges @param {number} level @returns {Draft[]} */
function levelDrafts(run, edges, level) {
  const ids = edges.map((edge) => edge.id);
  const targets = unique(edges.map((edge) => edge.target)), sources = unique(edges.map((edge) => edge.source));
  const several = sources.some((id) => usesOf(run, id).length > 1);
  return [
    {phase: 'backward', kind: 'multiply', level, nodes: targets, edges: ids, duration_ms: MULTIPLY_MS, joined: false},
    {phase: 'backward', kind: 'sum', level, nodes: sources, edges: ids, joined: false, duration_ms: several ? STAGE.arrive + STAGE.sum : STAGE.arrive},
  ];
}

/** Users that send gradient. @param {Run} run @param {string} id */
const usesOf = (run, id) => run.users(id).filter((edge) => edge.contribution !== null && run.node(edge.target).backLevel >= 0);

/** Shrinks each pass to 12 s. @param {Draft[]} drafts */
function shorten(drafts) {
  for (const forward of [true, false]) {
    const pass = drafts.filter((draft) => (draft.phase === 'forward') === forward);
    const total = pass.reduce((sum, draft) => sum + draft.duration_ms, 0);
    const shrink = Math.min(1, PASS_MOST_MS / total);
    for (const draft of pass) {
      draft.duration_ms *= shrink;
      draft.joined = !forward && LEVEL_MS * shrink < JOIN_BELOW_MS;
    }
  }
}

/** @param {Run} run @param {Draft[]} drafts @param {number} turn @returns {Plan} */
function planOf(run, drafts, turn) {
  /** @type {Plan} */
  const plan = {shownAt: new Map(), arrivals: new Map(), flowAt: new Map(), seedAt: turn};
  for (const node of run.nodes) if (node.kind === 'constant') plan.shownAt.set(node.id, 0);
  for (const [stop, draft] of drafts.entries()) {
    if (draft.kind === 'evaluate') for (const id of draft.nodes) plan.shownAt.set(id, stop);
    if (draft.kind === 'sum') for (const id of draft.edges) arrive(plan, run.edge(id), stop);
  }
  return plan;
}

/** @param {Plan} plan @param {RunEdge} edge @param {number} stop  of the sum; its multiplication is the stop before */
function arrive(plan, edge, stop) {
  plan.flowAt.set(edge.id, {multiply: stop - 1, sum: stop});
  const list = plan.arrivals.get(edge.source);
  if (list) list.push({edge, stop}); else plan.arrivals.set(edge.source, [{edge, stop}]);
}

/** @param {Run} run @param {Plan} plan @param {Draft} draft @param {number} index @param {number} turn @returns {Stop} */
function finished(run, plan, draft, index, turn) {
  /** @type {Stop} */
  const stop = {
    ...draft, index, number: index >= turn ? index - turn + 1 : index, current: currentOf(run, plan, draft, index),
    // Made when it is read: a deep graph has thousands of stops.
    get say() { return sentence(run, plan, stop); },
  };
  return stop;
}

/** The node the story follows: a sum that is complete before one that waits, then the one with the most terms. @param {Run} run @param {Plan} plan @param {Draft} draft @param {number} index */
function currentOf(run, plan, draft, index) {
  const inOrder = [...draft.nodes].sort((a, b) => run.node(a).index - run.node(b).index);
  if (draft.kind !== 'sum') return inOrder[0] ?? null;
  let best = null, rank = -1;
  for (const id of inOrder) {
    const arrivals = plan.arrivals.get(id) ?? [];
    const complete = arrivals[arrivals.length - 1].stop === index;
    const own = (complete ? 1000 : 0) + Math.min(arrivals.length, 999);
    if (own > rank) [best, rank] = [id, own];
  }
  return best;
}

/** One tick per node, or per column above 40. @param {Run} run @param {RunNode[][]} grid @param {Stop[]} stops @returns {Tick[]} */
function ticks(run, grid, stops) {
  const groups = grid.reduce((sum, column) => sum + column.length, 0) <= SINGLE_MOST
    ? grid.flatMap((column, level) => column.map((node) => ({nodes: [node], column: level})))
    : grid.map((nodes, column) => ({nodes, column}));
  const forward = stopsOf(stops, 'evaluate'), multiply = stopsOf(stops, 'multiply'), sum = stopsOf(stops, 'sum');
  for (const stop of stops) if (stop.kind === 'seed') sum.set(run.output, stop.index);
  return groups.map(({nodes, column}) => ({
    nodes: nodes.map((node) => node.id), column,
    label: nodes.length === 1 ? short(nodes[0]) : nodes.find((node) => node.name)?.name ?? '',
    forward: latest(forward, nodes) ?? 0, sum: latest(sum, nodes), multiply: latest(multiply, nodes),
  }));
}

/** Last stop of a kind at which each node works. @param {Stop[]} stops @param {Stop['kind']} kind @returns {Map<string, number>} */
function stopsOf(stops, kind) {
  const found = new Map();
  for (const stop of stops) if (stop.kind === kind) for (const id of stop.nodes) found.set(id, stop.index);
  return found;
}

/** @param {Map<string, number>} found @param {RunNode[]} nodes @returns {number|null} */
function latest(found, nodes) {
  const all = nodes.flatMap((node) => found.get(node.id) ?? []);
  return all.length ? Math.max(...all) : null;
}

/** Where a level ends: the start, each column, the seed, each sum. @param {Stop[]} stops @returns {number[]} */
function marks(stops) {
  const ends = (/** @type {Stop} */ stop) => stop.kind !== 'multiply'
    && (stop.kind !== 'evaluate' || stops[stop.index + 1]?.kind !== 'evaluate' || stops[stop.index + 1].level !== stop.level);
  return stops.filter(ends).map((stop) => stop.index);
}

/** @template T @param {T[]} items */
const unique = (items) => [...new Set(items)];
