/** The story of one cell: what it was made from, and the products that its gradient is added up from. */
import {axesOf} from '../../model/cells.js';
import {explainCellOf} from '../../model/explain.js';
import {listText, num} from '../../model/format.js';
import {bracketed, flows, title} from '../../model/run.js';
import {barred, whole} from './array.js';
import {heading, quiet} from './node.js';
import {box, caption, gradient, name, number, separator, sign, slope, wideFormula} from './parts.js';

/** @typedef {import('../../model/types.js').Run} Run @typedef {import('../../model/types.js').Frame} Frame */
/** @typedef {import('../../model/cells.js').Anatomy} Anatomy @typedef {import('../../model/cells.js').Feed} Feed */

const TAKEN = new Set(['kink', 'tie']); // notes that say what is taken where several numbers win, or at a corner
const TERMS_SHOWN = 8, SOURCES_SHOWN = 4;

/** @param {Run} run @param {Frame} frame @param {string} id @param {number[]} cell @param {Anatomy|null} anatomy @returns {{top: HTMLElement, below: Node[]}} */
export function cellStory(run, frame, id, cell, anatomy) {
  const story = explainCellOf(run, id, cell, anatomy?.told ?? null), reached = frame.nodes.get(id)?.gradState === 'done';
  const top = box('section', 'story-top', heading(story.title, story.kind, box('span', 'story-index', story.index)),
    box('div', 'story-value', caption('Value'), box('div', 'story-equation', story.value === null ? 'too large to send' : number(story.value, {className: 'strong'}))),
    ...story.made.map((each) => madeFrom(run, each)));
  if (!reached || story.gradient === null) return {top, below: [caption('Gradient'), quiet(story.node.grad === null ? 'None.' : 'Not reached yet.')]};
  return {top, below: [
    ...(story.seed === null ? [] : [quiet(`The seed, ${num(story.seed)}: the way back starts here.`)]),
    ...story.wires.flatMap((each, i) => [...(i ? [separator()] : []), ...wire(run, each)]),
    ...(story.wires.length === 1 && story.wires[0].feed ? [] : [separator(), caption('Gradient'), gradient(story.gradient, 'big')]),
    ...(anatomy?.error ? [quiet(anatomy.error)] : []),
    ...story.wires.flatMap(({edge}) => (edge.localFormula ? [separator(), caption('In symbols'), wideFormula(edge.localFormula), ...barred(run, edge.localFormula, title(run.node(edge.target)))] : [])), ...(story.whole ? whole(story.whole) : []),
  ]};
}

/** @param {Run} run @param {import('../../model/cells.js').MadeFrom} made */
function madeFrom(run, {edge, source, cells, count}) {
  const node = run.node(source), own = title(node), sloped = flows(run.edge(edge));
  const rows = cells.slice(0, SOURCES_SHOWN).flatMap(({cell, value, local}) => [
    name(cell.length ? `${bracketed(own)}[${cell}]` : own), number(value, {quiet: true}), box('span', 'story-slope num', sloped ? `slope ${num(local)}` : ''),
  ]);
  return box('div', 'story-made-from', caption('Made from ', sliceOf(cells.map(({cell}) => cell), node.shape), name(own)),
    box('div', 'story-made num', ...rows), count > SOURCES_SHOWN ? quiet(`and ${count - SOURCES_SHOWN} more cells`) : null);
}

/** @param {Run} run @param {import('../../model/explain.js').CellWire} each */
function wire(run, {label, contribution, feed}) {
  if (!feed) return [caption('From ', name(label)), contribution === null ? quiet('An array.') : gradient(contribution)];
  const shown = feed.terms.slice(0, feed.count === TERMS_SHOWN + 1 ? feed.count : TERMS_SHOWN); // to say that there is one more takes as much room as the one
  const rows = shown.flatMap((term) => [
    box('span', 'story-whole', num(term.local)), box('span', '', '×'), box('span', 'story-gradient', sign(term.upstream), box('span', 'num', num(term.upstream))), box('span', '', '='), gradient(term.product),
  ]);
  const hidden = feed.count - shown.length;
  return [headingOf(run, feed, label), box('div', 'story-products num', ...rows,
    ...(hidden > 0 ? [box('span', 'story-span story-quiet', `and ${hidden} more products`)] : []),
    ...(feed.count === 0 ? [box('span', 'story-span story-quiet', 'Nothing that comes after depends on it.')] : []),
    box('span', 'story-span story-rule'), box('span', 'story-sumword', 'sum'), gradient(feed.contribution, 'result')),
    ...run.notes.filter(({node, code}) => node === feed.target && TAKEN.has(code)).map(({message}) => quiet(message))];
}

/** What meets what, in words. @param {Run} run @param {Feed} feed @param {string} label of the node that the gradient comes from */
function headingOf(run, {edge, target, factor, count, terms}, label) {
  const upstream = name(slope(title(run.node(run.output)), label)), cells = terms.map(({cell}) => cell);
  if (factor) {
    const met = run.node(factor), own = terms.flatMap(({factorCell}) => (factorCell ? [factorCell] : []));
    return caption('Gradient: ', sliceOf(own, met.shape), name(title(met)), ' meets ', sliceOf(cells, run.node(target).shape), upstream);
  }
  if (count === 1 && terms.every(({local}) => local === 1)) return caption('Gradient: passed on as it is from ', name(label));
  const along = run.edge(edge).local !== null && count > 1 ? axesOf(cells) : [];
  if (along.length) return caption(`Gradient: it was repeated along axis ${listText(along.map(String))} of `, name(label), ', so its parts are summed');
  return caption('Gradient: local × upstream from ', name(label));
}

/** The row or the column of a matrix that cells lie in: "column 1 of ". @param {number[][]} cells @param {number[]} shape */
function sliceOf(cells, shape) {
  if (shape.length !== 2 || cells.length < 2) return '';
  if (cells.every(([, column]) => column === cells[0][1])) return `column ${cells[0][1]} of `;
  return cells.every(([row]) => row === cells[0][0]) ? `row ${cells[0][0]} of ` : '';
}
