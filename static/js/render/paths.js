/** What belongs to a node's or an edge's story: every way from it to the output. */

import {isWithin} from '../core/selectors.js';

/** @typedef {import('../model/types.js').Run} Run */
/** @typedef {{nodes: Set<string>, edges: Set<string>}} Lit */

/**
 * The nodes and edges on the paths from a selection to the output; null when nothing is selected.
 * An edge's story starts at its source. A node the output does not depend on lights alone.
 * @param {Run} run
 * @param {{node?: string, edge?: string}|null} selection
 * @returns {Lit|null}
 */
export function pathsToOutput(run, selection) {
  if (!selection) return null;
  if (selection.edge) {
    const edge = run.edge(selection.edge);
    const lit = pathsFrom(run, edge.target);
    lit.nodes.add(edge.source);
    lit.edges.add(edge.id);
    return lit;
  }
  return selection.node && run.has(selection.node) ? pathsFrom(run, selection.node) : null;
}

/** The same, with what a chosen unfolded node has inside. @param {Lit|null} lit @param {Run} run @param {readonly string[]} opened @param {{node?: string}|null} selection */
export function withInsides(lit, run, opened, selection) {
  const door = selection?.node && opened.includes(selection.node) ? selection.node : null;
  if (!lit || !door) return lit;
  for (const {id} of run.nodes) {
    if (!isWithin(door, id)) continue;
    lit.nodes.add(id);
    for (const edge of run.operands(id)) lit.edges.add(edge.id);
  }
  return lit;
}

/** What a panel points at, as it is folded: a box stands for what is inside, a wire for those that it bundles. @param {Run} run @param {import('../core/state.js').Traced} traced @returns {Lit} */
export function tracedIn(run, {nodes, edges}) {
  const shownAs = (/** @type {string} */ id) => (run.has(id) ? id : run.folding?.shownAs(id) ?? id);
  const lit = {nodes: new Set(nodes.map(shownAs)), edges: new Set(edges.filter((id) => run.hasEdge(id)))};
  if (!run.folding) return lit;
  const ends = new Set(edges.filter((id) => !run.hasEdge(id)).map((id) => id.replace(/\.\d+$/, '').split('>').map(shownAs).join('>')));
  for (const {id, source, target} of run.edges) if (ends.has(`${source}>${target}`)) lit.edges.add(id);
  return lit;
}

/**
 * The edges whose gates a person asks about: what a panel points at, an edge, or what enters and leaves a node.
 * @param {Run} run @param {import('../core/state.js').Traced|null} traced @param {{node?: string, edge?: string}|null} selection
 * @returns {string[]} each once
 */
export function askedAbout(run, traced, selection) {
  const asked = new Set(traced ? tracedIn(run, traced).edges : []);
  if (selection?.edge && run.hasEdge(selection.edge)) asked.add(selection.edge);
  if (selection?.node && run.has(selection.node)) for (const {id} of [...run.operands(selection.node), ...run.users(selection.node)]) asked.add(id);
  return [...asked];
}

/** @param {Run} run @param {string} start @returns {Lit} */
function pathsFrom(run, start) {
  const reached = new Set([start]);
  const ahead = [start];
  while (ahead.length) {
    for (const {target} of run.users(/** @type {string} */ (ahead.pop()))) {
      if (reached.has(target)) continue;
      reached.add(target);
      ahead.push(target);
    }
  }
  const nodes = new Set([start]);
  const edges = new Set();
  if (!reached.has(run.output)) return {nodes, edges};
  const behind = [run.output];
  nodes.add(run.output);
  while (behind.length) {
    for (const edge of run.operands(/** @type {string} */ (behind.pop()))) {
      if (!reached.has(edge.source)) continue;
      edges.add(edge.id);
      if (nodes.has(edge.source)) continue;
      nodes.add(edge.source);
      behind.push(edge.source);
    }
  }
  return {nodes, edges};
}
