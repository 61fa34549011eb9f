/** The story of a folded scope: what comes out of it, how large the gradients in it are, what is wrong in it. */
import {brief, sizeText} from '../../model/format.js';
import {title, wholeOf} from '../../model/run.js';
import {extent, flat, isScalar} from '../../model/tensor.js';
import {heading, quiet} from './node.js';
import {box, caption, gradient, name, number, separator} from './parts.js';

/** @typedef {import('../../model/types.js').Run} Run @typedef {import('../../model/types.js').RunNode} RunNode @typedef {import('../../model/types.js').Frame} Frame */

const WIRES_MOST = 8;

/** @param {Run} run @param {RunNode} node @param {(key: string) => void} open */
export function scopeTop(run, node, open) {
  const {scope, computes, result, nodes} = /** @type {import('../../model/types.js').Box} */ (node.box);
  const button = box('button', 'tool story-open', 'Open');
  button.setAttribute('type', 'button');
  button.setAttribute('aria-label', `Open ${node.name}`);
  button.addEventListener('click', () => open(scope.key));
  const value = isScalar(node.value) ? number(node.value, {className: 'strong'}) : box('span', 'num', brief(node.value));
  return box('section', 'story-top', heading(title(node), `folded, ${nodes} nodes${linesOf(node)}`), button,
    box('div', 'story-value', caption(computes ? 'Result' : 'Values'), box('div', 'story-equation', ...(computes ? [name(title(wholeOf(run).node(result))), ' = '] : []), value)));
}

/** @param {RunNode} node */
function linesOf({span}) {
  if (!span) return '';
  return span.line === span.end_line ? `, line ${span.line}` : `, lines ${span.line}–${span.end_line}`;
}

/** @param {Run} run @param {Frame} frame @param {RunNode} node @returns {Node[]} */
export function scopeBelow(run, frame, node) {
  const state = frame.nodes.get(node.id), {largest, peak} = /** @type {import('../../model/types.js').Box} */ (node.box);
  if (node.grad === null) return [caption('Gradients inside'), quiet('None: nothing that is differentiated leads through here.')];
  const wires = run.users(node.id).filter((edge) => ['done', 'blocked'].includes(frame.edges.get(edge.id)?.state ?? ''));
  const arriving = wires.length ? [separator(), caption('Arriving'), box('div', 'story-paths', ...wires.slice(0, WIRES_MOST).flatMap((edge) => [
    name(`from ${title(run.node(edge.target))}`), isScalar(edge.contribution) ? gradient(edge.contribution) : sizeOf(edge.contribution),
  ])), ...(wires.length > WIRES_MOST ? [quiet(`and ${wires.length - WIRES_MOST} more`)] : [])] : [];
  if (state?.gradState !== 'done') return [caption('Gradients inside'), quiet(wires.length ? `${wires.length} of ${state?.pips.length ?? wires.length} wires have arrived.` : 'Not reached yet.'), ...arriving];
  return [
    caption('Gradients inside'),
    box('div', 'story-paths', box('span', 'story-kind', '‖·‖ of all'), number(/** @type {number} */ (node.grad)),
      box('span', 'story-kind', 'largest, at ', name(title(wholeOf(run).node(peak)))), gradient(largest ?? NaN)),
    ...arriving,
  ];
}

/** Several numbers on one wire: each goes to its own node inside. @param {import('../../model/types.js').Tensor|null} tensor */
function sizeOf(tensor) {
  const count = Array.isArray(tensor) ? sizeText([flat(tensor).length]) : brief(tensor);
  return box('span', 'num', `${count}, ‖·‖ = `, number(extent(tensor).norm));
}
