/** Gates: what each says, and where along its wire it stands, clear of cards and of one another. */
import {num} from '../model/format.js';
import {isBundle} from '../model/run.js';
import {flat, isSummary, isZero, strongest} from '../model/tensor.js';
import {crowdOf} from './crowd.js';
import {angleAt, pointAt} from './curve.js';
import {NAME} from './frames.js';
import {gridOf} from './grid.js';
import {BAR} from './ink.js';
import {grown} from './scene.js';
import {overlap} from './viewport.js';

/** @typedef {import('./scene.js').Scene} Scene @typedef {import('./scene.js').Wire} Wire @typedef {import('./viewport.js').Box} Box */
/** @typedef {'local'|'contribution'|'both'} Labels */
/** @typedef {{text: string, math: boolean}} Line */
/** @typedef {{share: number, x: number, y: number, angle: number, w: number, h: number, tick: boolean, bare: boolean, lines: Line[], box: Box}} Gate
 *   `share` is the place on the wire where the width changes; (x, y) is the pill's middle, off the wire when `tick` stands there instead;
 *   `bare`: there is no room for the pill, the tick stands alone */
/** @typedef {{widthOf: (line: Line) => number, height: number}} Pill  px */
/** @typedef {{wire: Wire, lines: Line[], w: number, h: number}} Form  a gate that has no place yet */

const CLEAR = 6;
const FREE = 18;       // px of wire that must show on each side of a pill
const ASIDE = 10;      // px between the wire and a pill that stepped aside
const LOW = '₀₁₂₃₄₅₆₇₈₉';
const LONGEST = 10;      // letters of a formula that a pill has room for
const SHARES = [0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7];
const FURTHER = [...SHARES, 0.25, 0.75, 0.2, 0.8, 0.15, 0.85]; // of a wire that a person asks about
const FARTHEST = 5;    // steps that its pill may stand away
const CELL = 64;
const CLOSE = 1;       // px from a card that a pill keeps where there are no six
const OTHERS = 2;      // wires that may run under another one's pill

/**
 * Pills keep clear of cards, of one another, of the names of frames and of bundles of wires; where a wire has no room for its own, a tick stands alone.
 * @param {Scene} scene
 * @param {Labels} labels
 * @param {Pill} pill
 * @returns {Map<string, Gate>} by edge; an edge without a local derivative has none
 */
export function placeGates(scene, labels, {widthOf, height}) {
  const gates = new Map();
  const taken = takenBy(scene);
  const crowd = crowdOf(scene);
  for (const wire of scene.wires) {
    const lines = gateLines(wire, labels);
    if (!lines.length) continue;
    const form = {wire, lines, w: Math.max(...lines.map(widthOf)) + 12, h: lines.length > 1 ? 2 * height - 2 : height};
    const gate = firstFree(candidates(form), scene, taken, (box) => !crowd.under(box, wire, OTHERS)) ?? bareAt(form);
    if (!gate.bare) taken.add(gate);
    gates.set(wire.id, gate);
  }
  return gates;
}

/**
 * The same gates with pills for the wires that a person asks about, where only ticks stand: further out on their wires, or in the
 * place of pills of other wires, which are ticks meanwhile. A wire that has no room even so keeps its tick.
 * @param {Scene} scene @param {Map<string, Gate>} gates @param {Iterable<string>} asked edges
 * @returns {{gates: Map<string, Gate>, changed: [string, Gate][]}} `gates` itself when nothing is missing
 */
export function revealGates(scene, gates, asked) {
  const wanted = new Set(asked);
  const missing = [...wanted].filter((id) => gates.get(id)?.bare && scene.wire.has(id));
  if (!missing.length) return {gates, changed: []};
  const [all, own] = [takenBy(scene), takenBy(scene)];
  for (const [id, gate] of gates) {
    if (gate.bare) continue;
    all.add(gate);
    if (wanted.has(id)) own.add(gate);
  }
  const shown = new Map(gates);
  const revealed = takenBy();
  for (const id of missing) {
    const {lines, w, h} = /** @type {Gate} */ (gates.get(id));
    const form = {wire: /** @type {Wire} */ (scene.wire.get(id)), lines, w, h};
    const places = [...candidates(form, FURTHER), ...wanted.size === 1 ? asides(form, FARTHEST) : []];
    const gate = firstFree(places, scene, all) ?? firstFree(places, scene, own);
    if (!gate) continue;
    for (const taken of [all, own, revealed]) taken.add(gate);
    shown.set(id, gate);
  }
  for (const [id, gate] of gates) {
    if (gate.bare || wanted.has(id) || !revealed.any(grown(gate.box, CLEAR))) continue;
    shown.set(id, bared(gate));
  }
  return {gates: shown, changed: [...shown].filter(([id, gate]) => gate !== gates.get(id))};
}

/** Pills placed so far, found by place, and the names of that scene's frames. @param {{frames: Scene['frames']}} scene */
function takenBy({frames} = {frames: []}) {
  const cells = /** @type {Map<string, Box[]>} */ (new Map());
  const put = (/** @type {Box} */ box) => {
    for (const key of cellsOf(box)) {
      const list = cells.get(key);
      if (list) list.push(box); else cells.set(key, [box]);
    }
  };
  for (const {box} of frames) put({x: box.x, y: box.y, w: Math.min(NAME.w, box.w), h: NAME.h});
  return {
    add: (/** @type {Gate} */ {box}) => put(box),
    any(/** @type {Box} */ box) {
      for (const key of cellsOf(box)) for (const other of cells.get(key) ?? []) if (overlap(other, box)) return true;
      return false;
    },
  };
}

/** @param {Box} box */
function* cellsOf({x, y, w, h}) {
  for (let i = Math.floor(x / CELL); i <= Math.floor((x + w) / CELL); i += 1) {
    for (let j = Math.floor(y / CELL); j <= Math.floor((y + h) / CELL); j += 1) yield `${i} ${j}`;
  }
}

/**
 * With room around it; else, between cards that stand close, where it just covers none.
 * @param {Gate[]} places best first @param {Scene} scene @param {{any(box: Box): boolean}} taken @param {(box: Box) => boolean} [isClear]
 */
function firstFree(places, scene, taken, isClear = () => true) {
  /** @type {Gate|null} */
  let close = null;
  for (const gate of places) {
    const {box} = gate;
    if (taken.any(grown(box, CLEAR))) continue;
    const free = !scene.cardsWithin(grown(box, CLEAR)).length;
    if (!free && (close || scene.cardsWithin(grown(box, CLOSE)).length)) continue;
    if (!isClear(box)) continue;
    if (free) return gate;
    close = gate;
  }
  return close;
}

/**
 * On the wire, where enough of it shows on both sides; else beside it, as for wires in parallel.
 * @param {Form} form @param {number[]} shares @returns {Gate[]} best first
 */
function candidates(form, shares = SHARES) {
  const {wire, w, h} = form;
  const fits = wire.side === 0 && wire.curve.length - (isLevel(wire) ? w : h + 6) >= 2 * FREE;
  return fits ? shares.map((share) => gateAt(form, share, 0, 0)) : asides(form);
}

/** @param {Form} form @param {number} [most] steps away from the wire @returns {Gate[]} best first */
function asides(form, most = 2) {
  const {wire, w, h} = form;
  const level = isLevel(wire);
  const step = (level ? h / 2 : w / 2) + ASIDE;
  const first = wire.side > 0 ? step : -step;
  const steps = Array.from({length: most}, (_, i) => [(i + 1) * first, -(i + 1) * first]).flat();
  return [0.5, 0.35, 0.65].flatMap((share) => steps.map((by) => (level ? gateAt(form, share, 0, by) : gateAt(form, share, -by, 0))));
}

/** @param {Wire} wire */
const isLevel = ({curve}) => Math.abs(Math.cos(angleAt(curve, 0.5))) > 0.7;

/** @param {Form} form @param {number} share @param {number} dx from the wire @param {number} dy @returns {Gate} */
function gateAt({wire, lines, w, h}, share, dx, dy) {
  const [x, y] = pointAt(wire.curve, share);
  return {
    share, x: x + dx, y: y + dy, angle: angleAt(wire.curve, share), w, h, lines, tick: dx !== 0 || dy !== 0, bare: false,
    box: {x: x + dx - w / 2, y: y + dy - h / 2, w, h},
  };
}

/** @param {Form} form */
const bareAt = (form) => bared(gateAt(form, 0.5, 0, 0));

/** Its pill is left away; nothing has to keep clear of the tick. @param {Gate} gate @returns {Gate} */
const bared = (gate) => ({...gate, tick: true, bare: true, box: {x: gate.x, y: gate.y, w: 0, h: 0}});

/** @param {Wire} wire @param {Labels} labels @returns {Line[]} */
function gateLines({edge}, labels) {
  if (edge.contribution === null || isBundle(edge)) return [];
  const local = localText(edge);
  const passed = {text: num(strongest(edge.contribution)), math: false};
  if (labels === 'contribution') return [passed];
  return labels === 'both' ? [local, passed] : [local];
}

/** What stands for a local derivative: ×number, ×formula, or the whole pullback without a ×. @param {import('../model/types.js').RunEdge} edge @returns {Line} */
export function localText({local, localFormula}) {
  if (typeof local === 'number') return {text: `×${num(local)}`, math: false};
  if (local !== null && !isSummary(local)) {
    const all = flat(local);
    if (all.length && all.every((each) => each === all[0])) return {text: `×${num(all[0])}`, math: false};
  }
  const plain = localFormula ? plainFormula(localFormula) : '';
  if (plain && Number.isFinite(Number(plain))) return {text: `×${num(Number(plain))}`, math: false};
  // A formula that names the upstream gradient, as Ȳ, is the whole pullback; any other is a factor.
  if (local === null && (!plain || localFormula?.includes('\\bar'))) return {text: plain && plain.length <= LONGEST ? plain : 'Jᵀ', math: true};
  return {text: plain && plain.length <= LONGEST ? `×${plain}` : '×∂', math: true};
}

/** TeX of a short formula as plain text; empty when it has more to it than letters, products and powers. @param {string} tex */
export function plainFormula(tex) {
  const plain = tex
    .replace(/\\left|\\right|\\,|\\!|\\;/g, '')
    .replace(/\\cdot\s*/g, '·')
    .replace(/\\bar\{([A-Za-z])((?:_\{\w+\})?)\}/g, `$1${BAR}$2`)
    .replace(/\\(sin|cos|tan|exp|ln|log|tanh|sinh|cosh)\b\s*/g, '$1')
    .replace(/\\(?:mathrm|operatorname|mathit|text)\{([^{}]*)\}/g, '$1')
    .replace(/\^\{?\\top\}?|\^\{?T\}?/g, 'ᵀ')
    .replace(/\^\{(-?\w+)\}/g, '^($1)')
    .replace(/_\{(\d+)\}/g, (_, digits) => [...digits].map((digit) => LOW[digit]).join(''))
    .replace(/_\{(\w+)\}/g, '_$1')
    .replace(/\s*([·+−=/(),-])\s*/g, '$1')
    .replace(/(\d)\s+/g, '$1')
    .replace(/\s+/g, ' ').trim();
  return /[\\{}]/.test(plain) ? '' : plain;
}

/** Whether a gate is shut: its own local derivative is zero. @param {import('../model/types.js').RunEdge} edge */
export const isShut = ({local}) => local !== null && isZero(local);

/** Finds gates by place. @param {Map<string, Gate>} gates */
export function gateGrid(gates) {
  return gridOf([...gates], ([, gate]) => gate.box);
}
