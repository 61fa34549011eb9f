/** What a node is called by assistive technology, and by tests. */
import {brief, spoken} from '../model/format.js';

/** @typedef {import('../model/types.js').RunNode} RunNode */

/**
 * “x: value 0.25, gradient 3.02”.
 * @param {RunNode} node
 * @returns {string}
 */
export function describe(node) {
  const gradient = node.grad === null ? 'no gradient' : `gradient ${brief(node.grad, spoken)}`;
  return `${node.name ?? node.label}: value ${brief(node.value, spoken)}, ${gradient}`;
}

/** @param {import('../model/types.js').RunEdge} edge @param {import('../model/types.js').Run} run */
export function describeEdge(edge, run) {
  const [source, target] = [run.node(edge.source), run.node(edge.target)];
  return `from ${target.name ?? target.label} to ${source.name ?? source.label}`;
}
