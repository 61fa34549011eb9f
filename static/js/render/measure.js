/** What is drawn of a run, in which form, and how large: the layout's input. Lengths in px at 100 %. */
import {num, shapeText} from '../model/format.js';
import {isSummary} from '../model/tensor.js';

/** @typedef {import('../model/types.js').Run} Run @typedef {import('../model/types.js').RunNode} RunNode */
/** @typedef {'op'|'constant'|'array'|'summary'|'scope'} Form */
/** @typedef {{rows: number, columns: number, shownRows: number, shownColumns: number, cell: number, left: number, top: number, gradLeft: number}} Maps */
/** @typedef {{id: string, form: Form, w: number, h: number, port: number, hug: boolean, maps: Maps|null}} Measured */

export const CARD = Object.freeze({w: 88, h: 82, line: 46, widest: 136});
export const CONSTANT = Object.freeze({w: 44, h: 26});
const SIDE = 9;
const COUNT_PX = 12;
const SCOPE_WIDEST = 168;
const SHAPE_LETTER = 6;  // px, of a shape such as 2×3
const BRIEF = 3;         // letters of a formula that stands on a card instead of its sign
const POWERS = new Set(['pow', 'power']);
const MAP = Object.freeze({most: 24, cell: 22, least: 3, room: 132, left: 12, top: 30, foot: 32, gap: 9, caption: {value: 32, gradient: 46}});

/**
 * Nodes that are drawn. A constant that is nothing but an exponent stands in its power's name (x²), not on a card.
 * @param {Run} run
 * @returns {RunNode[]}
 */
export function drawnNodes(run) {
  return run.nodes.filter((node) => !isExponent(run, node));
}

/** @param {Run} run @param {RunNode} node */
function isExponent(run, node) {
  if (node.kind !== 'constant' || node.shape.length || node.id === run.output) return false;
  const users = run.users(node.id);
  return users.length > 0 && users.every(({slot, target}) => slot === 1 && POWERS.has(run.node(target).op));
}

/**
 * @param {Run} run
 * @param {(text: string, size: number) => number} widthOf a name's width
 * @returns {{nodes: Measured[], edges: import('../model/types.js').RunEdge[]}}
 */
export function measure(run, widthOf) {
  const nodes = drawnNodes(run).map((node) => measured(node, widthOf));
  const drawn = new Set(nodes.map(({id}) => id));
  return {nodes, edges: run.edges.filter(({source, target}) => drawn.has(source) && drawn.has(target))};
}

/** @param {RunNode} node @param {(text: string, size: number) => number} widthOf @returns {Measured} */
function measured(node, widthOf) {
  if (node.box) {
    const w = Math.min(SCOPE_WIDEST, Math.max(CARD.w, headWidth(node, widthOf, 10 + widthOf(countText(node.box), COUNT_PX))));
    return {id: node.id, form: 'scope', w, h: CARD.h, port: CARD.line - CARD.h / 2, hug: false, maps: null};
  }
  if (isSummary(node.value)) {
    const w = Math.max(132, headWidth(node, widthOf, 56));
    return {id: node.id, form: 'summary', w, h: 98, port: CARD.line - 49, hug: false, maps: null};
  }
  if (node.shape.length) return measuredArray(node, widthOf);
  if (node.kind === 'constant') {
    const w = Math.max(CONSTANT.w, 16 + 7.4 * num(/** @type {number} */ (node.value), {card: true}).length);
    return {id: node.id, form: 'constant', w, h: CONSTANT.h, port: 0, hug: true, maps: null};
  }
  const w = Math.min(CARD.widest, Math.max(CARD.w, headWidth(node, widthOf, 0)));
  return {id: node.id, form: 'op', w, h: CARD.h, port: CARD.line - CARD.h / 2, hug: false, maps: null};
}

/** Room for a card's head: name, op, and what stands at the right end. @param {RunNode} node @param {(text: string, size: number) => number} widthOf @param {number} end */
function headWidth(node, widthOf, end) {
  const op = glyphOf(node);
  return Math.ceil(2 * SIDE + 4 + widthOf(nameOf(node), 17) + (op ? 10 + widthOf(op, 15) : 0) + end);
}

/** Of a parameter its own name: its owner is the frame's. @param {RunNode} node */
export const nameOf = (node) => (node.kind === 'input' && node.name ? node.name.slice(node.name.lastIndexOf('.') + 1) : node.name ?? node.label);

/** @param {import('../model/types.js').Box} box */
export const countText = ({nodes}) => `${nodes} nodes`;

/** What computes it stands beside a name, whole where it is short; without a name it is in the label already. @param {RunNode} node */
export const glyphOf = (node) => (node.kind !== 'op' || !node.name ? '' : node.label !== node.name && node.label.length <= BRIEF ? node.label : node.glyph);

/** @param {RunNode} node @param {(text: string, size: number) => number} widthOf @returns {Measured} */
function measuredArray(node, widthOf) {
  const maps = mapsOf(node.shape);
  const wantsGradient = node.kind !== 'constant';
  const right = wantsGradient ? maps.gradLeft + Math.max(maps.shownColumns * maps.cell, MAP.caption.gradient)
    : maps.left + Math.max(maps.shownColumns * maps.cell, MAP.caption.value);
  const w = Math.max(right + MAP.gap, headWidth(node, widthOf, 12 + SHAPE_LETTER * shapeText(node.shape).length));
  const h = MAP.top + maps.shownRows * maps.cell + MAP.foot;
  const middle = MAP.top + maps.shownRows * maps.cell / 2;
  return {id: node.id, form: 'array', w, h, port: middle - h / 2, hug: false, maps};
}

/** The twin maps of a shape: more than two axes stand one under the other, by rows. @param {number[]} shape @returns {Maps} */
export function mapsOf(shape) {
  const columns = shape[shape.length - 1] || 1;
  const rows = shape.slice(0, -1).reduce((a, b) => a * b, 1) || 1;
  const [shownRows, shownColumns] = [Math.min(rows, MAP.most), Math.min(columns, MAP.most)];
  const cell = Math.max(MAP.least, Math.min(MAP.cell, Math.floor(MAP.room / Math.max(shownRows, shownColumns))));
  const gradLeft = MAP.left + Math.max(shownColumns * cell, MAP.caption.value) + 2 * MAP.gap + 1;
  return {rows, columns, shownRows, shownColumns, cell, left: MAP.left, top: MAP.top, gradLeft};
}

/** The index of a cell, as people write it. @param {number[]} shape @param {number} row @param {number} column @returns {number[]} */
export function indexOfCell(shape, row, column) {
  const index = [column];
  let rest = row;
  for (let axis = shape.length - 2; axis >= 0; axis -= 1) {
    index.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return index;
}

/** The map's row and column of an index. @param {number[]} shape @param {number[]} index @returns {[number, number]} */
export function cellOfIndex(shape, index) {
  let row = 0;
  for (let axis = 0; axis < shape.length - 1; axis += 1) row = row * shape[axis] + index[axis];
  return [row, index[index.length - 1]];
}
