/** What follows from the state, said once. */
import {access} from '../model/access.js';
import {wholeOf} from '../model/run.js';
import {timeline} from '../model/timeline.js';

/** @typedef {import('./state.js').State} State @typedef {import('../model/types.js').Run} Run @typedef {import('../model/types.js').Span} Span */

/** The node that story, table and text are about: hovered, else pinned, else the one at work. @param {State} state @returns {string|null} */
export function subject({run, hovered, pinned, t}) {
  if (!run) return null;
  for (const selection of [hovered, pinned]) {
    const id = selection?.node ?? (selection?.edge && run.hasEdge(selection.edge) ? run.edge(selection.edge).source : null);
    if (id && run.has(id)) return id;
  }
  const {stops} = timeline(run);
  return stops[Math.min(stops.length - 1, Math.ceil(t))].current;
}

/** The cell of an array that is looked at: hovered, else pinned. What stands for a scope is no array. @param {State} state @returns {{node: string, cell: number[]}|null} */
export function chosenCell({run, hovered, pinned}) {
  const chosen = hovered?.cell ? hovered : pinned;
  if (!run || !chosen?.node || !chosen.cell?.length || !run.has(chosen.node)) return null;
  const {node, cell} = chosen, {shape, box} = run.node(node);
  return !box && cell.length === shape.length && cell.every((i, axis) => i < shape[axis]) ? {node, cell} : null;
}

/** The opened node that a node is inside of, or the result of: the innermost. @param {readonly string[]} opened @param {string} id @returns {string|null} */
export function openedAround(opened, id) {
  const around = opened.filter((each) => isWithin(each, id));
  return around.reduce((/** @type {string|null} */ inner, each) => (inner === null || each.length > inner.length ? each : inner), null);
}

/** Whether a node is an opened one's result, or stands inside it. @param {string} opened @param {string} id */
export const isWithin = (opened, id) => id === opened || id.startsWith(`${opened}.`);

/** The text of that node; none while the run is of another text. @param {State} state @returns {Span|null} */
export function linkedSpan(state) {
  const id = state.stale ? null : subject(state);
  return id && state.run ? state.run.node(id).span : null;
}

/** The node whose text is the tightest around a place, or the box that it is in; lines and columns from 1. @param {Run} run @param {number} line @param {number} column @returns {string|null} */
export function nodeAt(run, line, column) {
  let found = null, least = Infinity;
  const {count, id, span: spanOf} = access(wholeOf(run));
  for (let i = 0; i < count; i += 1) {
    const span = spanOf(i);
    if (!span || !holds(span, line, column)) continue;
    const size = (span.end_line - span.line) * 10_000 + span.end_column - span.column;
    if (size < least) [found, least] = [id(i), size];
  }
  return found !== null && run.folding ? run.folding.shownAs(found) : found;
}

/** @param {Span} span @param {number} line @param {number} column */
function holds(span, line, column) {
  const after = line > span.line || (line === span.line && column >= span.column);
  const before = line < span.end_line || (line === span.end_line && column <= span.end_column);
  return after && before;
}

/**
 * The step a new run opens at: the end stays the end, the same structure stays where it is.
 * @param {Run|null} before @param {Run} after @param {number} t
 */
export function placeIn(before, after, t) {
  const {length} = timeline(after);
  const wasEnd = !Number.isFinite(t) || (before !== null && t >= timeline(before).length);
  return wasEnd ? length : Math.min(t, length);
}

/** Inputs that the program asks for and nobody gave. @param {State} state @returns {string[]} */
export function missingInputs({problems}) {
  return [...new Set(problems.filter(({code}) => code === 'missing_input').flatMap(({field, message}) => {
    const name = field?.replace(/^inputs\./, '') ?? /^[`“]?([\p{L}_][\p{L}\p{N}_]*)/u.exec(message)?.[1];
    return name ? [name] : [];
  }))];
}
