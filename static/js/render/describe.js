/** What a node is called by assistive technology, and by tests. */
import {brief, spoken, sumText} from '../model/format.js';
import {flows} from '../model/run.js';
import {spokenBox} from '../model/sentences.js';
import {isScalar} from '../model/tensor.js';

/** @typedef {import('../model/types.js').Run} Run */

const TERMS_MOST = 6;

/**
 * “x: value 0.25, gradient 3.02 = 0.5 + 2.52”.
 * @param {Run} run @param {string} id
 * @returns {string}
 */
export function describe(run, id) {
  const node = run.node(id);
  if (node.box) return spokenBox(node);
  const gradient = node.grad === null ? 'no gradient' : `gradient ${brief(node.grad, spoken)}${sumOf(run, id)}`;
  return `${node.name ?? node.label}: value ${brief(node.value, spoken)}, ${gradient}`;
}

/** The terms of a gradient that several wires bring. @param {Run} run @param {string} id */
function sumOf(run, id) {
  const terms = run.users(id).filter((edge) => flows(edge) && run.node(edge.target).backLevel >= 0).map((edge) => edge.contribution);
  return terms.length > 1 && terms.length <= TERMS_MOST && terms.every(isScalar) ? ` = ${sumText(terms, spoken)}` : '';
}

/** @param {import('../model/types.js').RunEdge} edge @param {import('../model/types.js').Run} run */
export function describeEdge(edge, run) {
  const [source, target] = [run.node(edge.source), run.node(edge.target)];
  return `from ${target.name ?? target.label} to ${source.name ?? source.label}`;
}
