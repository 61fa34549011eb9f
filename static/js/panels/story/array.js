/** The story of an array, and of one cell of it. */
import {explainCellOf} from '../../model/explain.js';
import {num, sizeText} from '../../model/format.js';
import {title} from '../../model/run.js';
import {extent, isScalar} from '../../model/tensor.js';
import {heading, quiet} from './node.js';
import {box, caption, formula, gradient, name, number, partial, separator, sign, slope, wideFormula} from './parts.js';

/** @typedef {import('../../model/types.js').Run} Run */
/** @typedef {import('../../model/types.js').Frame} Frame */
/** @typedef {import('../../model/explain.js').Story} Story */

const TERMS_SHOWN = 8;

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
    ...story.from.flatMap((each) => wire(run, story, each)), ...(story.whole ? whole(story.whole) : []),
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
function barred(run, tex, label) {
  const letter = /\\bar\{(?:[^{}]|\{[^{}]*\})*\}/.exec(tex);
  return letter ? [box('p', 'story-quiet', formula(letter[0]), ' is ', name(slope(title(run.node(run.output)), label)), ', which arrives.')] : [];
}

/** @param {{positive: number, negative: number, norm: number}} sizes */
function whole({positive, negative, norm}) {
  const rows = [
    ...(positive > 0 ? [box('span', 'story-kind', 'largest'), gradient(positive)] : []),
    ...(negative < 0 ? [box('span', 'story-kind', 'most negative'), gradient(negative)] : []),
    box('span', 'story-kind', '‖·‖'), number(norm),
  ];
  return [separator(), caption('Whole array'), box('div', 'story-paths', ...rows)];
}

/** @param {Run} run @param {Frame} frame @param {string} id @param {number[]} cell @returns {{top: HTMLElement, below: Node[]}} */
export function cellStory(run, frame, id, cell) {
  const story = explainCellOf(run, id, cell), reached = frame.nodes.get(id)?.gradState === 'done';
  const top = box('section', 'story-top', heading(story.title, story.kind, box('span', 'story-index', story.index)),
    box('div', 'story-value', caption('Value'), box('div', 'story-equation', story.value === null ? 'too large to send' : number(story.value, {className: 'strong'}))));
  if (!reached || story.gradient === null) return {top, below: [caption('Gradient'), quiet(story.node.grad === null ? 'None.' : 'Not reached yet.')]};
  return {top, below: [
    ...story.wires.flatMap((each, i) => [...(i ? [separator()] : []), ...cellWire(run, each)]),
    ...(story.wires.length === 1 ? [] : [separator(), caption('Gradient'), gradient(story.gradient, 'big')]),
    ...story.wires.flatMap(({edge}) => (edge.localFormula ? [separator(), caption('In symbols'), wideFormula(edge.localFormula), ...barred(run, edge.localFormula, title(run.node(edge.target)))] : [])), ...(story.whole ? whole(story.whole) : []),
  ]};
}

/** @param {Run} run @param {ReturnType<typeof explainCellOf>['wires'][number]} each */
function cellWire(run, {label, contribution, story}) {
  if (!story || contribution === null) return [caption('From ', name(label)), contribution === null ? quiet('An array.') : gradient(contribution)];
  const output = title(run.node(run.output));
  const heading = story.reading === 'matmul' && story.other ? caption('Gradient: ', sliceOf(story.terms.map((term) => term.localCell)), name(story.other.name ?? story.other.label),
      ' meets ', sliceOf(story.terms.map((term) => term.upstreamCell)), name(slope(output, label)))
    : caption(story.reading === 'copy' ? 'Gradient: passed on as it is from ' : 'Gradient: local × upstream from ', name(label));
  const rows = story.terms.slice(0, TERMS_SHOWN).flatMap((term) => [
    box('span', 'story-whole', num(term.local)), box('span', '', '×'), box('span', 'story-gradient', sign(term.upstream), box('span', 'num', num(term.upstream))), box('span', '', '='), gradient(term.product),
  ]);
  const hidden = story.terms.length - TERMS_SHOWN;
  return [heading, box('div', 'story-products num', ...rows, ...(hidden > 0 ? [box('span', 'story-span story-quiet', `and ${hidden} more products`)] : []),
    box('span', 'story-span story-rule'), box('span', 'story-sumword', 'sum'), isScalar(contribution) ? gradient(contribution, 'result') : '')];
}

/** The row or the column that cells of a matrix lie in: "column 1 of ". @param {number[][]} cells */
function sliceOf(cells) {
  if (cells.length === 0 || cells[0].length !== 2) return '';
  if (cells.every(([, column]) => column === cells[0][1])) return `column ${cells[0][1]} of `;
  return cells.every(([row]) => row === cells[0][0]) ? `row ${cells[0][0]} of ` : '';
}
