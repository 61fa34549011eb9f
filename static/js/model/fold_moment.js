/** What is looked at, kept when a scope opens or closes: the moment, the selection. */
import {wholeOf} from './run.js';
import {timeline} from './timeline.js';

/** @typedef {import('./types.js').Run} Run */

/** What stands for a node of one folding in another one of the same run. @param {Run} before @param {Run} after @param {string} id @returns {string} */
export function standsFor(before, after, id) {
  if (after.has(id)) return id;
  const inner = before.node(id).box?.result ?? id;
  return after.folding ? after.folding.shownAs(inner) : inner;
}

/** The end stays the end; else the last stop of the same kind by which the node at work, or what stands for it, has worked. @param {Run} before @param {Run} after @param {number} t */
export function sameMoment(before, after, t) {
  const old = timeline(before), fresh = timeline(after);
  if (!Number.isFinite(t) || t >= old.length) return fresh.length;
  const stop = old.stops[Math.ceil(t)];
  if (stop.kind === 'start') return 0;
  if (stop.kind === 'seed') return fresh.turn;
  const ids = new Set(stop.nodes.map((id) => standsFor(before, after, id)));
  const same = fresh.stops.filter(({kind, nodes}) => kind === stop.kind && nodes.some((id) => ids.has(id)));
  const [first, last] = stop.phase === 'forward' ? [0, fresh.turn - 1] : [fresh.turn, fresh.length];
  return same.length ? same[same.length - 1].index : Math.round(first + (last - first) * (stop.number / Math.max(1, lane(old, stop.phase))));
}

/** @param {import('./types.js').Timeline} line @param {string} phase */
const lane = (line, phase) => (phase === 'forward' ? line.turn - 1 : line.length - line.turn + 1);

/** Whether two runs are foldings of one structure. @param {Run} a @param {Run} b */
export const oneWhole = (a, b) => wholeOf(a).signature === wholeOf(b).signature;

/** @typedef {import('./types.js').NodeFrame} NodeFrame */
/** @type {WeakMap<NodeFrame, Map<string, NodeFrame>>} */
const hidden = new WeakMap();

/**
 * The state of any node of the whole run. What is in a box has its value when the box has, and its gradient when all
 * that the box waits for has come. One object as long as the box's state is one.
 * @param {Run} run @param {import('./types.js').Frame} frame @param {string} id @returns {NodeFrame|undefined}
 */
export function stateOf(run, frame, id) {
  if (run.has(id) || !run.folding) return frame.nodes.get(id);
  const box = frame.nodes.get(run.folding.shownAs(id));
  if (!box) return undefined;
  let states = hidden.get(box);
  if (!states) hidden.set(box, states = new Map());
  let state = states.get(id);
  if (!state) {
    const {grad} = run.folding.whole.node(id), done = box.gradState === 'done' && grad !== null;
    states.set(id, state = {...box, grad: done ? grad : null, gradState: done ? 'done' : 'none', from: null, pips: [], callout: null});
  }
  return state;
}
