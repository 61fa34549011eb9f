/** The story of a node that holds one number: what it computes, what arrives, what it passes on, and along which paths. */
import {pathText} from '../../model/explain.js';
import {listText, num} from '../../model/format.js';
import {pathsToOutput} from '../../model/paths.js';
import {abridged, TERMS_MOST} from '../../model/plan.js';
import {isScalar} from '../../model/tensor.js';
import {arithmetic, box, caption, formula, gradient, name, number, partial, separator, slope, wideFormula} from './parts.js';

/** @typedef {import('../../model/types.js').Run} Run */
/** @typedef {import('../../model/types.js').Frame} Frame */
/** @typedef {import('../../model/explain.js').Story} Story */
/** @typedef {import('../../model/explain.js').Factors} Factors */

const PATHS_SHOWN = 4;
const NUMBER_WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six'];

/** @param {Story} story */
export function top(story) {
  const {node, value} = story;
  return box('section', 'story-top', heading(story.title, story.kind), box('div', 'story-value', caption('Value'), equation(story, value, node.name)));
}

/** @param {string} title @param {string} kind @param {Node|null} [index] */
export function heading(title, kind, index = null) {
  const words = box('h2', '', name(title), index);
  return box('div', 'story-heading', words, box('div', 'story-kind', kind));
}

/** symbols = numbers = result @param {Story} story @param {Story['value']} value @param {string|null} own */
function equation(story, {symbols, numbers, result}, own) {
  const left = name(symbols ?? own ?? story.title);
  const root = box('div', 'story-equation', left, ' = ');
  if (numbers) root.append(box('span', 'num', numbers), ' = ');
  root.append(isScalar(result) ? number(result, {className: 'strong'}) : box('span', 'num', 'array'));
  return root;
}

/**
 * Below the line, as far as the pass has come. While the node is at work, what it does now stands first.
 * @param {Run} run @param {Frame} frame @param {Story} story @param {boolean} follows  the story follows the pass, not a pointer
 * @returns {Node[]}
 */
export function below(run, frame, story, follows) {
  const state = frame.nodes.get(story.node.id);
  if (story.node.grad === null) return [caption('Gradient'), quiet('None: nothing that is differentiated leads through here.')];
  if (!state || state.gradState === 'none') return [caption('Gradient'), quiet('Not reached yet.')];
  const arrived = story.from.filter((each) => frame.edges.get(each.edge)?.state === 'done' || frame.edges.get(each.edge)?.state === 'blocked');
  const works = follows && frame.stop.nodes.includes(story.node.id) ? frame.stop.kind : null;
  if (works === 'sum' && arrived.length > 1) return [...sumFirst(story, arrived), ...more(symbols(story)), ...more(paths(run, story))];
  const total = isScalar(state.grad) ? state.grad : NaN;
  const head = [...gradientLine(story, total), arrivals(story, arrived, works !== null)];
  if (works === 'multiply') return [...more(head), ...more([separator()]), ...passedOn(story, frame, true), ...more(paths(run, story))];
  return [...head, ...more(passedOn(story, frame, false)), ...more(symbols(story)), ...more(paths(run, story))];
}

/** Marks what a narrow strip leaves out. @param {Node[]} nodes */
function more(nodes) {
  return nodes.length ? [box('div', 'story-more', ...nodes)] : [];
}

/** @param {string} text */
export const quiet = (text) => box('p', 'story-quiet', text);

/** @param {Story} story @param {number} total */
function gradientLine(story, total) {
  const equals = box('div', 'story-total', partial(story.gradient.output, story.title), ' = ', gradient(total, 'big'));
  return [box('div', 'story-gradient-line', caption('Gradient'), equals)];
}

/** From: one column per arriving wire, and their sum; in passing one sentence. @param {Story} story @param {Factors[]} arrived @param {boolean} short */
function arrivals(story, arrived, short) {
  if (story.gradient.seed) return quiet('The seed: the way back starts here.');
  if (arrived.length === 0) return quiet('The output does not use it.');
  const waiting = story.from.length - arrived.length;
  const sum = arrived.length > 1 ? [box('div', 'story-gap', caption('Sum'), total(story, arrived))] : [];
  const tail = waiting ? [quiet(`${arrived.length} of ${story.from.length} so far.`)] : [];
  if (short) return box('div', '', sentence(arrived), ...tail);
  const wires = [separator(), caption('Arriving'), columns(arrived.slice(0, TERMS_MOST).map((each) => column(each, 'from', 3, null, arrived.length === 1))), ...andMore(arrived.length - TERMS_MOST)];
  return box('div', 'story-arriving', ...(arrived.length > 1 ? more(wires) : wires), ...sum, ...tail);
}

/** @param {Factors[]} arrived */
function sentence(arrived) {
  if (arrived.length > TERMS_MOST) return quiet(`Sum of ${arrived.length} contributions.`);
  if (arrived.length > 1) return quiet(`Sum of ${listText(arrived.map((each) => `${shown(each.contribution)} from ${each.label}`))}.`);
  return box('p', 'story-quiet', 'One contribution, from ', name(arrived[0].label), '.');
}

/** @param {import('../../model/types.js').Tensor|null} value */
const shown = (value) => (isScalar(value) ? num(value) : 'an array');

/** @param {Story} story @param {Factors[]} arrived */
function total(story, arrived) {
  const value = arrived.reduce((sum, each) => sum + (isScalar(each.contribution) ? each.contribution : NaN), 0);
  const exact = arrived.length === story.from.length && isScalar(story.gradient.total) ? story.gradient.total : value;
  const result = {value: exact, gradient: true, word: name(slope(story.gradient.output, story.title))};
  const terms = arrived.map((each) => ({get label() { return each.label; }, edge: each.edge, value: each.contribution ?? NaN})), few = abridged(terms);
  const sum = arithmetic(few.map(termRow), result);
  return few === terms ? sum : box('div', '', sum, showAll(`Show all ${terms.length} terms`, () => sum.replaceWith(arithmetic(terms.map(termRow), result))));
}

/** @param {import('../../model/types.js').Term} term @param {number} i */
const termRow = ({value, label}, i) => ({op: i ? '+' : '', value, gradient: true, word: name(label)});

/** @param {Story} story @param {Factors[]} arrived */
function sumFirst(story, arrived) {
  const count = NUMBER_WORDS[arrived.length] ?? String(arrived.length);
  return [caption(`Sum over the ${count} edges that leave `, name(story.title)), total(story, arrived)];
}

/** To: one column per leaving wire, two abreast. @param {Story} story @param {Frame} frame @param {boolean} now */
function passedOn(story, frame, now) {
  const shownTo = story.to.map((each) => ({each, rows: rowsShown(frame, each.edge)})).filter(({rows}) => now || rows > 0);
  if (shownTo.length === 0) return [];
  const stopped = shownTo.find(({each, rows}) => each.stopped && rows === 3)?.each;
  const title = stopped && shownTo.length === 1 ? [name(stopped.label), ': stopped here'] : null;
  return [
    ...(now ? [] : [separator()]),
    title ? caption('To ', ...title) : caption(now ? `Now: multiply on ${shownTo.length === 1 ? 'its edge' : 'each edge'}` : 'Passed on'),
    columns(shownTo.slice(0, TERMS_MOST).map(({each, rows}) => column(each, 'to', rows, story, shownTo.length === 1))), ...andMore(shownTo.length - TERMS_MOST),
    ...(stopped ? [box('p', 'story-quiet', 'Its local derivative is 0 here, so nothing passes on to ', name(stopped.label), '.')] : []),
  ];
}

/** Rows of a column that the pass has come to. @param {Frame} frame @param {string} edge */
function rowsShown(frame, edge) {
  const state = frame.edges.get(edge);
  if (!state || state.state === 'idle' || state.state === 'forward') return 0;
  return state.state === 'multiply' ? state.column?.shownRows ?? 0 : 3;
}

/** @param {number} hidden */
export const andMore = (hidden) => (hidden > 0 ? [quiet(`and ${hidden} more wires; the table lists them all.`)] : []);

/** @param {HTMLElement[]} items */
const columns = (items) => box('div', 'story-columns', ...items);

/**
 * upstream, × local, rule, contribution; a column that stands alone has room for these words.
 * @param {Factors} each @param {'from'|'to'} way @param {number} rows @param {Story|null} of @param {boolean} alone
 */
function column(each, way, rows, of, alone) {
  const [upstream, local, contribution] = alone ? ['upstream', 'local', each.stopped ? 'passes on' : 'contribution'] : ['', '', ''];
  const body = arithmetic(
    [{value: each.upstream, gradient: true, hidden: rows < 1, word: upstream}, {op: '×', value: each.local, hidden: rows < 2, word: local}],
    {value: each.contribution, gradient: true, hidden: rows < 3, word: contribution},
  );
  const rule = of && each.formula ? box('div', 'story-local story-more', localFormula(of, each)) : null;
  const end = alone && each.stopped && rows === 3 ? null : box('div', 'story-end', `${way} `, name(each.label));
  return box('div', 'story-column', end, body, rule);
}

/** ∂(x·y)/∂x = y @param {Story} story @param {Factors} each */
function localFormula(story, each) {
  return box('span', '', name(slope(story.title, each.label)), ' = ', formula(String(each.formula)));
}

/** @param {Story} story @returns {Node[]} */
function symbols(story) {
  if (story.symbols === null || story.gradient.seed) return [];
  return [separator(), caption('In symbols'), wideFormula(...atTerms(story.symbols)), ...(story.numbers ? [box('div', 'story-numbers num', story.numbers)] : [])];
}

/** A long sum breaks before its terms, as in a book. @param {string} tex */
const atTerms = (tex) => tex.split(/ \+ (?=\\d?frac\{\\partial)/).map((term, i) => (i ? `{} + ${term}` : term));

/** @param {Run} run @param {Story} story @returns {Node[]} */
function paths(run, story) {
  const {count, paths: all} = pathsToOutput(run, story.node.id);
  if (count === null) return [separator(), caption('Paths to the output'), quiet('Too much lies between to list them.')];
  if (all.length === 0 || story.gradient.seed) return [];
  const list = box('div', 'story-paths', ...all.slice(0, PATHS_SHOWN).flatMap((path) => pathRow(run, path)));
  const rest = all.length > PATHS_SHOWN ? [showRest(run, list, all.slice(PATHS_SHOWN), count)] : [];
  const title = count === 1 ? 'Path to the output' : `Paths to the output${all.length > PATHS_SHOWN ? `: ${typeof count === 'string' ? count : count.toLocaleString('en')}` : ''}`;
  return [separator(), caption(title), list, ...rest];
}

/** @param {Run} run @param {import('../../model/paths.js').Path} path */
const pathRow = (run, path) => [name(pathText(run, path.nodes), 'story-path'), path.product === null ? box('span', '') : gradient(path.product)];

/** @param {Run} run @param {HTMLElement} list @param {import('../../model/paths.js').Path[]} rest @param {number|string} count */
function showRest(run, list, rest, count) {
  const listed = rest.length + PATHS_SHOWN;
  return showAll(listed < Number(count) ? `Show the ${listed} largest` : `Show all ${listed}`, () => list.append(...rest.flatMap((path) => pathRow(run, path))));
}

/** A button that shows the rest, and goes. @param {string} text @param {() => void} show */
function showAll(text, show) {
  const button = box('button', 'story-button', text);
  button.setAttribute('type', 'button');
  button.addEventListener('click', () => {
    show();
    button.remove();
  });
  return button;
}

