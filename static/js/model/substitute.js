/** A formula with its numbers: "x·y" → "0.25 × 1.649". */
import {brief, superscript} from './format.js';
import {wholeOf} from './run.js';

/** @typedef {import('./types.js').Run} Run */
/** @typedef {import('./types.js').RunNode} RunNode */

const PART_OF_NAME = /[\p{L}\p{M}\p{N}_]/u;

/**
 * The node's formula with its operands' values in their places; op(…) where they are not all found in the text.
 * @param {Run} run @param {RunNode} node
 * @returns {string|null}  null for a leaf
 */
export function withNumbers(run, node) {
  const whole = wholeOf(run); // an operand may be folded into a box
  const operands = whole.operands(node.id).map((edge) => whole.node(edge.source));
  if (operands.length === 0) return null;
  const formula = formulaText(node);
  return (formula === null ? null : replaced(formula, operands)) ?? `${node.op}(${operands.map((each) => brief(each.value)).join(', ')})`;
}

/** What computes the node, in plain text; null where all that is known is its name. @param {RunNode} node */
export const formulaText = (node) => (node.kind !== 'op' || node.label === node.name ? null : node.label);

/** @param {string} formula @param {RunNode[]} operands @returns {string|null} */
function replaced(formula, operands) {
  const waiting = [...new Map(operands.map((node) => [node.id, node])).values()].map(entryOf);
  let out = '', at = 0;
  while (at < formula.length) {
    const hit = longest(formula, at, waiting);
    if (hit) {
      hit.entry.used = true;
      out += inPlace(formula, at, hit);
      at += hit.length;
    } else out += formula[at++];
  }
  return waiting.every(({used, raised}) => used || (raised !== null && formula.includes(raised))) ? tidy(out) : null;
}

/** A whole number that is an exponent stands raised in the text, and stays so. @param {RunNode} node @returns {Entry} */
function entryOf({name, label, kind, value}) {
  const number = brief(value), raised = kind === 'constant' && typeof value === 'number' && Number.isInteger(value) ? superscript(value) : null;
  return {names: [...new Set([name ?? label, label])], raised, number, used: false};
}

/**
 * @typedef {{names: string[], number: string, raised: string|null, used: boolean}} Entry
 * @param {string} formula @param {number} at @param {Entry[]} waiting
 * @returns {{entry: Entry, length: number}|null}
 */
function longest(formula, at, waiting) {
  let best = null, length = 0;
  for (const entry of waiting) {
    for (const name of entry.names) {
      if (name.length > length && formula.startsWith(name, at) && standsAlone(formula, at, name)) [best, length] = [entry, name.length];
    }
  }
  return best && {entry: best, length};
}

/** @param {string} formula @param {number} at @param {string} name */
function standsAlone(formula, at, name) {
  const before = formula[at - 1] ?? ' ', after = formula[at + name.length] ?? ' ';
  return !(PART_OF_NAME.test(name[0]) && PART_OF_NAME.test(before) && !/\p{No}/u.test(before))
    && !(PART_OF_NAME.test(name[name.length - 1]) && PART_OF_NAME.test(after) && !/[\p{No}ᵀ]/u.test(after));
}

/** A negative number in brackets, unless it opens the formula, stands in brackets, or after a comma. @param {string} formula @param {number} at @param {{entry: Entry, length: number}} hit */
function inPlace(formula, at, {entry, length}) {
  const before = formula.slice(0, at).trimEnd().slice(-1), after = formula[at + length] ?? '';
  const raised = /[\p{No}^]/u.test(after);
  const alone = (before === '' || before === '(' || before === ',' || before === '|') && !raised;
  const compound = entry.number.startsWith('−') || (raised && entry.number.includes('×'));
  return compound && !alone ? `(${entry.number})` : entry.number;
}

/** @param {string} text */
const tidy = (text) => text.replace(/·/g, ' × ').replace(/(^|[^\p{L}\p{N}])\((\d[\d.]*)\)/gu, '$1$2').replace(/ {2,}/g, ' ');
