/** The story of a node or an edge as data: formula with symbols and with numbers, what arrives, what is passed on, the sum, the paths, the check. */
import {factor, listText, num, sizeText} from './format.js';
import {placeOf} from './packed_structure.js';
import {flows, isBundle, short, title, wholeOf} from './run.js';
import {formulaText, withNumbers} from './substitute.js';
import {texName, texPartial} from './symbols.js';
import {at, extent, flat, isScalar} from './tensor.js';

/** @typedef {import('./types.js').Run} Run */
/** @typedef {import('./types.js').RunNode} RunNode */
/** @typedef {import('./types.js').RunEdge} RunEdge */
/** @typedef {import('./types.js').Tensor} Tensor */

/**
 * @typedef {object} Factors  one edge: upstream × local = contribution
 * @property {string} edge      in the picture: of an edge over the border of a box the wire that carries it too
 * @property {string} node      the other end
 * @property {string} label     its name
 * @property {Tensor|null} upstream
 * @property {Tensor|null} local
 * @property {Tensor|null} contribution
 * @property {string|null} formula  TeX of the local derivative, or of the pullback
 * @property {boolean} stopped      the local derivative is zero
 *
 * @typedef {object} CheckStory
 * @property {'ok'|'off'|'undefined'|'none'} state   undefined: there is nothing here that a difference could confirm
 * @property {string} text
 * @property {{reverse: number, numeric: number, gap: number}|null} numbers
 *
 * @typedef {object} Story
 * @property {RunNode} node
 * @property {string} title
 * @property {string} kind            "product, line 4"
 * @property {{symbols: string|null, tex: string|null, numbers: string|null, result: Tensor}} value
 * @property {{output: string, total: Tensor|null, seed: boolean}} gradient
 * @property {Factors[]} from         what arrives, one per use
 * @property {Factors[]} to           what is passed on, one per operand
 * @property {string|null} symbols    TeX of the sum
 * @property {string|null} numbers    the same with numbers: "= 1 × 0.5 + 0.9162 × 1.649"
 * @property {string[]} notes
 * @property {{positive: number, negative: number, norm: number}|null} whole  of an array's gradient
 * @property {CheckStory} check
 */

/** A node's story is that of the whole run, whatever is folded around it. @param {Run} run @param {string} id @returns {Story} */
export function explain(run, id) {
  const {folding} = run;
  return folding && !run.node(id).box ? storyOf(folding.whole, id, folding.wireOf) : storyOf(run, id);
}

/** @param {Run} run @param {string} id @param {(edge: RunEdge) => string} [wireOf] the edge of the picture that carries an edge @returns {Story} */
function storyOf(run, id, wireOf) {
  const node = run.node(id), out = run.node(run.output);
  const from = sending(run, id).map((edge) => factors(run, edge, edge.target, wireOf));
  const to = node.backLevel < 0 ? [] : run.operands(id).filter(flows).map((edge) => factors(run, edge, edge.source, wireOf));
  return {
    node, title: title(node), kind: kindText(node), from, to,
    value: {symbols: formulaText(node), tex: node.formula, numbers: withNumbers(run, node), result: node.value},
    gradient: {output: title(out), total: node.grad, seed: id === run.output},
    symbols: symbols(run, node, from), numbers: numbers(from),
    notes: run.notes.filter((note) => note.node === id).map((note) => note.message),
    whole: node.shape.length && node.grad !== null ? extent(node.grad) : null,
    check: checkOf(run, node),
  };
}

/** The edges by which a node's users send it something. @param {Run} run @param {string} id */
function sending(run, id) {
  const levels = run.columns?.structure;
  return run.users(id).filter((edge) => flows(edge) && (levels ? levels.backLevel[placeOf(levels, edge.target)] : run.node(edge.target).backLevel) >= 0);
}

/** @param {Run} run @param {RunEdge} edge @param {string} end @param {(edge: RunEdge) => string} [wireOf] @returns {Factors} */
function factors(run, edge, end, wireOf = (each) => each.id) {
  const {upstream, local, contribution} = edge;
  return {
    edge: wireOf(edge), node: end, upstream, local, contribution, formula: edge.localFormula,
    stopped: isScalar(local) && local === 0 && upstream !== 0,
    get label() { return title(run.node(end)); }, // an input may have thousands of users, of which few are told
  };
}

/** An edge's own story: who sends what through which local derivative to whom. @param {Run} run @param {string} id */
export function explainEdge(run, id) {
  const edge = run.edge(id), source = run.node(edge.source), target = run.node(edge.target);
  return {
    edge, source, target, factors: factors(run, edge, edge.source),
    title: `${title(target)} → ${title(source)}`, kind: edgeKind(run, edge),
    tex: edge.localFormula && edge.local !== null ? `${texPartial(texOf(target), texOf(source))} = ${edge.localFormula}` : edge.localFormula,
  };
}

/** @param {Run} run @param {RunEdge} edge */
function edgeKind(run, edge) {
  if (isBundle(edge)) return `one wire for ${edge.bundle?.length} edges`;
  const {slot, target} = edge.bundle ? wholeOf(run).edge(edge.bundle[0]) : edge;
  return `slot ${slot} of the ${wholeOf(run).node(target).noun}`;
}

/** @typedef {{edge: RunEdge, label: string, contribution: number|null, feed: import('./cells.js').Feed|null}} CellWire */

/**
 * One cell: its value, its gradient, what each wire brings to it, what it was made from.
 * @param {Run} run @param {string} id @param {number[]} cell @param {import('./cells.js').Told|null} told  null: not yet
 */
export function explainCellOf(run, id, cell, told) {
  const node = run.node(id);
  const edges = sending(run, id);
  return {
    node, cell, title: title(node), index: `[${cell.join(',')}]`, kind: `one cell of a ${sizeText(node.shape)}`,
    value: told?.value ?? at(node.value, cell), gradient: told?.grad ?? at(node.grad, cell), whole: node.grad === null ? null : extent(node.grad),
    seed: told?.seed ?? null, made: (told?.madeFrom ?? []).filter(({count}) => count > 0),
    wires: edges.map((edge) => /** @type {CellWire} */ ({
      edge, label: title(run.node(edge.target)), contribution: at(edge.contribution, cell), feed: told?.feeds.find((feed) => feed.edge === edge.id) ?? null,
    })),
  };
}

/** "t², line 2", "product, line 4", "input, line 1". @param {RunNode} node */
function kindText(node) {
  const what = node.name && node.glyph.length > 1 ? node.glyph : node.noun;
  const size = node.shape.length ? `, ${sizeText(node.shape)}` : '';
  return `${what}${size}${node.span ? `, line ${node.span.line}` : ''}`;
}

/** A node in TeX, bracketed when it is no plain name. @param {RunNode} node */
export function texOf(node) {
  if (node.name) return texName(node.name);
  return node.formula ? `\\left(${node.formula}\\right)` : `\\left(${texLabel(node.label)}\\right)`;
}

const RAISED = new Map([...'⁰¹²³⁴⁵⁶⁷⁸⁹'].map((digit, i) => [digit, String(i)]));

/** A plain label in TeX, for where the reply has no formula. @param {string} label */
function texLabel(label) {
  return label.replace(/·/g, ' \\cdot ').replace(/−/g, '-').replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (digits) => `^{${[...digits].map((each) => RAISED.get(each)).join('')}}`)
    .replace(/([A-Za-z_]{2,}\d*)(?![A-Za-z_])/g, (word) => (word === 'cdot' ? word : `\\mathrm{${word.replace(/_/g, '\\_')}}`));
}

/** ∂z/∂x = ∂z/∂u·2x + ∂z/∂v·y; null without formulas, or for too many terms. @param {Run} run @param {RunNode} node @param {Factors[]} from */
function symbols(run, node, from) {
  if (from.length === 0 || from.length > 4 || from.some((each) => each.formula === null)) return null;
  const out = texOf(run.node(run.output));
  const terms = from.map((each) => (each.local === null ? String(each.formula)
    : `${texPartial(out, texOf(run.node(each.node)))} \\cdot ${bracketed(String(each.formula))}`));
  return `${texPartial(out, texOf(node))} = ${terms.join(' + ')}`;
}

/** @param {string} tex  a sum or a negative factor needs brackets @returns {string} */
const bracketed = (tex) => (/[+]|.-|^-/.test(tex.replace(/\{[^{}]*\}|\([^()]*\)/g, '')) ? `\\left(${tex}\\right)` : tex);

/** @param {Factors[]} from */
function numbers(from) {
  if (from.length === 0 || from.length > 6 || !from.every((each) => isScalar(each.upstream) && isScalar(each.local))) return null;
  return `= ${from.map((each) => `${num(/** @type {number} */ (each.upstream))} × ${factor(/** @type {number} */ (each.local))}`).join(' + ')}`;
}

/** @param {Run} run @param {RunNode} node @returns {CheckStory} */
function checkOf(run, node) {
  const names = Object.keys(run.checks);
  const kink = run.notes.find((note) => note.node === node.id && (note.code === 'kink' || note.code === 'tie'));
  if (kink) return {state: 'undefined', text: `Not differentiable here: ${kink.message}`, numbers: null};
  if (names.length === 0) return {state: 'none', text: '', numbers: null};
  const own = entryOf(run, node);
  return own ? ownCheck(own) : allChecks(run, names);
}

/** An input's entry among the checks, its list's for an element. @param {Run} run @param {RunNode} node */
const entryOf = (run, node) => run.checks[node.name ?? ''] ?? run.checks[node.id] ?? elementCheck(run, node.name ?? '');

/** What the gradient check says of one input itself. @param {Run} run @param {RunNode} node @returns {CheckStory['state']} */
export function inputCheck(run, node) {
  const own = entryOf(run, node);
  return own ? ownCheck(own).state : 'none';
}

const ELEMENT = /^(.+?)((?:\[\d+(?:,\d+)*\])+)$/;
const AGREES = 1e-4; // central differences agree much better than this

/** The entry of `w[0]` in that of the list `w`, judged by its own numbers where some of the list is off.
 * @param {Run} run @param {string} name @returns {import('./types.js').Check|null} */
function elementCheck(run, name) {
  const [, list, places] = ELEMENT.exec(name) ?? [], check = run.checks[list];
  if (!check) return null;
  const [reverse, numeric] = [check.reverse, check.central_difference].map((all) => places.match(/\d+/g)?.reduce((/** @type {any} */ at, place) => at?.[Number(place)], all));
  if (!isScalar(reverse) || !isScalar(numeric)) return null;
  const relative_error = Math.abs(reverse - numeric) / Math.max(1, Math.abs(reverse));
  return {reverse, central_difference: numeric, relative_error, ok: check.ok || relative_error < AGREES, sampled: Number.isNaN(numeric) ? 0 : null};
}

/** @param {import('./types.js').Check} check @returns {CheckStory} */
function ownCheck({ok, reverse, central_difference: numeric, relative_error, sampled}) {
  if (sampled === 0 && flat(reverse).every(Number.isFinite)) return {state: 'undefined', text: 'Not checked: not finite here.', numbers: null};
  if (!isScalar(reverse) || !isScalar(numeric)) {
    return {state: ok ? 'ok' : 'off', text: ok ? 'by central difference, every cell' : `Central difference is off by up to ${num(relative_error)} (relative)`, numbers: null};
  }
  if (!Number.isFinite(reverse)) return {state: 'undefined', text: `Not checked: the gradient is ${num(reverse)} here.`, numbers: null};
  return {state: ok ? 'ok' : 'off', text: 'by central difference', numbers: {reverse, numeric, gap: Math.abs(reverse - numeric)}};
}

/** @param {Run} run @param {string[]} names @returns {CheckStory} */
function allChecks(run, names) {
  const strange = names.filter((name) => run.checks[name].sampled === 0 || !flat(run.checks[name].reverse).every(Number.isFinite)), finite = names.filter((name) => !strange.includes(name));
  const off = finite.filter((name) => !run.checks[name].ok);
  if (off.length) return {state: 'off', text: `Central difference disagrees at ${off.join(', ')}`, numbers: null};
  if (strange.length) return {state: 'undefined', text: `Not checked: not finite around ${listText(strange)}.`, numbers: null};
  const what = names.length === 1 ? `∂${title(run.node(run.output))}/∂${names[0]}` : `all ${names.length} inputs`;
  return {state: 'ok', text: `by central difference, ${what}`, numbers: null};
}

/** A path for people: named nodes by name, others by what they do; long ones with a gap. @param {Run} run @param {string[]} nodes */
export function pathText(run, nodes) {
  const names = nodes.map((id) => short(run.node(id)));
  return (names.length > 8 ? [...names.slice(0, 4), '…', ...names.slice(-3)] : names).join(' → ');
}
