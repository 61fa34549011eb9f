/** The story of an array. */
import {sizeText} from '../../model/format.js';
import {title} from '../../model/run.js';
import {extent} from '../../model/tensor.js';
import {TERMS_MOST} from '../../model/plan.js';
import {andMore, heading, quiet} from './node.js';
import {box, caption, formula, gradient, name, number, partial, separator, slope, wideFormula} from './parts.js';

/** @typedef {import('../../model/types.js').Run} Run */
/** @typedef {import('../../model/types.js').Frame} Frame */
/** @typedef {import('../../model/explain.js').Story} Story */

/** @param {Story} story */
export function arrayTop(story) {
  const {node, value} = story, {norm} = extent(node.value);
  const left = name(value.symbols ?? story.title);
  return box('section', 'story-top', heading(story.title, story.kind),
    box('div', 'story-value', caption('Value'), box('div', 'story-equation', left, box('span', 'num', `: ${sizeText(node.shape)}, ‖·‖ = `), number(norm, {className: 'strong'}))));
}

/** @param {Run} run @param {Frame} frame @param {Story} story @returns {Node[]} */
export function arrayBelow(run, frame, story) {
  const state = frame.nodes.get(story.node.id);
  if (story.node.grad === null) return [caption('Gradient'), quiet('None: nothing that is differentiated leads through here.')];
  if (!state || state.gradState === 'none') return [caption('Gradient'), quiet('Not reached yet.')];
  return [
    caption('Gradient'), box('div', 'story-total', partial(story.gradient.output, story.title), box('span', 'num story-shape', ` ${sizeText(story.node.shape)}`)),
    ...story.from.slice(0, TERMS_MOST).flatMap((each) => wire(run, story, each)), ...andMore(story.from.length - TERMS_MOST), ...(story.whole ? whole(story.whole) : []),
  ];
}

/** What one wire brings: the pullback, its shapes, how much is never built. @param {Run} run @param {Story} story @param {import('../../model/explain.js').Factors} each */
function wire(run, story, each) {
  const target = run.node(each.node), own = story.node;
  const size = (/** @type {number[]} */ shape) => shape.reduce((product, n) => product * n, 1);
  const never = `The full Jacobian would hold ${size(target.shape).toLocaleString('en')} × ${size(own.shape).toLocaleString('en')} numbers. It is never built.`;
  const shapes = each.local === null && size(target.shape) > 1 ? [quiet(never)] : [];
  const rule = each.formula ? [wideFormula(each.formula), ...barred(run, each.formula, each.label)] : [];
  return [separator(), caption('From ', name(each.label), `: ${target.shape.length ? sizeText(target.shape) : 'a number'} to ${sizeText(own.shape)}`), ...rule, ...shapes];
}

/** What a letter with a bar stands for: the gradient that arrives. @param {Run} run @param {string} tex @param {string} label of the node it arrives at */
export function barred(run, tex, label) {
  const letter = /\\bar\{(?:[^{}]|\{[^{}]*\})*\}/.exec(tex);
  return letter ? [box('p', 'story-quiet', formula(letter[0]), ' is ', name(slope(title(run.node(run.output)), label)), ', which arrives.')] : [];
}

/** @param {{positive: number, negative: number, norm: number}} sizes */
export function whole({positive, negative, norm}) {
  const rows = [
    ...(positive > 0 ? [box('span', 'story-kind', 'largest'), gradient(positive)] : []),
    ...(negative < 0 ? [box('span', 'story-kind', 'most negative'), gradient(negative)] : []),
    box('span', 'story-kind', '‖·‖'), number(norm),
  ];
  return [separator(), caption('Whole array'), box('div', 'story-paths', ...rows)];
}
