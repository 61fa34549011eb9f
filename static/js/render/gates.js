/** Gates: what each says, and where along its wire it stands, clear of cards and of one another. */
import {num} from '../model/format.js';
import {isBundle} from '../model/run.js';
import {flat, isSummary, isZero, strongest} from '../model/tensor.js';
import {angleAt, pointAt} from './curve.js';
import {gridOf} from './grid.js';
import {BAR} from './ink.js';
import {overlap} from './viewport.js';

/** @typedef {import('./scene.js').Scene} Scene @typedef {import('./scene.js').Wire} Wire @typedef {import('./viewport.js').Box} Box */
/** @typedef {'local'|'contribution'|'both'} Labels */
/** @typedef {{text: string, math: boolean}} Line */
/** @typedef {{share: number, x: number, y: number, angle: number, w: number, h: number, tick: boolean, lines: Line[], box: Box}} Gate
 *   `share` is the place on the wire where the width changes; (x, y) is the pill's middle, off the wire when `tick` stands there instead. */

const CLEAR = 6;
const FREE = 18;       // px of wire that must show on each side of a pill
const ASIDE = 10;      // px between the wire and a pill that stepped aside
const LOW = '₀₁₂₃₄₅₆₇₈₉';
const LONGEST = 10;      // letters of a formula that a pill has room for
const SHARES = [0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7];

/**
 * @param {Scene} scene
 * @param {Labels} labels
 * @param {{widthOf: (line: Line) => number, height: number}} pill
 * @returns {Map<string, Gate>} by edge; an edge without a local derivative has none
 */
export function placeGates(scene, labels, {widthOf, height}) {
  const gates = new Map();
  const placed = /** @type {Gate[]} */ ([]);
  const taken = takenBy(placed);
  for (const wire of scene.wires) {
    const lines = gateLines(wire, labels);
    if (!lines.length) continue;
    const w = Math.max(...lines.map(widthOf)) + 12;
    const h = lines.length > 1 ? 2 * height - 2 : height;
    const gate = placeGate(scene, wire, w, h, lines, taken);
    placed.push(gate);
    taken.add(gate);
    gates.set(wire.id, gate);
  }
  return gates;
}

/** Pills placed so far, found by place. @param {Gate[]} placed */
function takenBy(placed) {
  const cell = 64;
  const cells = new Map();
  const keys = function* (/** @type {Box} */ {x, y, w, h}) {
    for (let i = Math.floor(x / cell); i <= Math.floor((x + w) / cell); i += 1) {
      for (let j = Math.floor(y / cell); j <= Math.floor((y + h) / cell); j += 1) yield `${i} ${j}`;
    }
  };
  return {
    add(/** @type {Gate} */ gate) {
      for (const key of keys(gate.box)) cells.set(key, [...(cells.get(key) ?? []), gate]);
    },
    any(/** @type {Box} */ box) {
      for (const key of keys(box)) for (const gate of cells.get(key) ?? []) if (overlap(gate.box, box)) return true;
      return false;
    },
  };
}

/** @param {Scene} scene @param {Wire} wire @param {number} w @param {number} h @param {Line[]} lines @param {{any(box: Box): boolean}} taken @returns {Gate} */
function placeGate(scene, wire, w, h, lines, taken) {
  const isFree = (/** @type {Box} */ box) => {
    const wide = {x: box.x - CLEAR, y: box.y - CLEAR, w: box.w + 2 * CLEAR, h: box.h + 2 * CLEAR};
    return !taken.any(wide) && !scene.cardsWithin(wide).length;
  };
  const at = (/** @type {number} */ share, /** @type {number} */ dx, /** @type {number} */ dy) => {
    const [x, y] = pointAt(wire.curve, share);
    const box = {x: x + dx - w / 2, y: y + dy - h / 2, w, h};
    return {share, x: x + dx, y: y + dy, angle: angleAt(wire.curve, share), w, h, tick: dx !== 0 || dy !== 0, lines, box};
  };
  const level = Math.abs(Math.cos(angleAt(wire.curve, 0.5))) > 0.7;
  const fits = wire.side === 0 && wire.curve.length - (level ? w : h + 6) >= 2 * FREE;
  if (fits) {
    for (const share of SHARES) {
      const gate = at(share, 0, 0);
      if (isFree(gate.box)) return gate;
    }
  }
  const step = level ? h / 2 + ASIDE : w / 2 + ASIDE;
  const steps = [-step, step, -2 * step, 2 * step].map((by) => (wire.side > 0 ? -by : by));
  for (const share of [0.5, 0.35, 0.65]) {
    for (const by of steps) {
      const gate = level ? at(share, 0, by) : at(share, -by, 0);
      if (isFree(gate.box)) return gate;
    }
  }
  return fits ? at(0.5, 0, 0) : level ? at(0.5, 0, steps[0]) : at(0.5, -steps[0], 0);
}

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
