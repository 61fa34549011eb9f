/** Arithmetic as in school: terms or factors in a column aligned at the decimal point, a rule, the result. */
import {atPoint, num, shapeText, shapeOf} from '../model/format.js';
import {isScalar, strongest} from '../model/tensor.js';
import {nameWidth, numberFont, writeName} from './ink.js';
import {cross, paintSign, plus, stroke, trace} from './paint_marks.js';

/** @typedef {import('./ink.js').Ink} Ink @typedef {import('../model/types.js').Tensor} Tensor @typedef {CanvasRenderingContext2D} Context */
/** @typedef {{sign: number|null, text: string, hue: boolean, bold?: boolean, mark?: '×'|'+', inset?: boolean, from?: string}} Row */
/** @typedef {{rows: Row[], result: Row, rule: number, shown: number}} Sum  `shown` rows, `rule` 0…1, result when all are shown */

const SIZE = 14;
const SENDER = 13.5;
const LEFT = 23;           // px from the column's edge to the numbers
const PAD = 9;

/** @param {import('../model/types.js').Column} column @param {string} symbol what stands for an array's local derivative: "×2·Y", or a pullback, in which the upstream gradient is @returns {Sum} */
export function product({upstream, local, contribution, shownRows, rule}, symbol) {
  const text = isScalar(local) ? num(local) : symbol.replace('×', '');
  return {
    rows: [gradientRow(upstream), {sign: null, text, hue: false, ...(isScalar(local) || symbol.startsWith('×') ? {mark: /** @type {const} */ ('×')} : {})}],
    result: {...gradientRow(contribution ?? 0), bold: true},
    rule: shownRows > 1 ? rule : 0,
    shown: shownRows,
  };
}

/** @param {import('../model/types.js').Callout} callout @returns {Sum} */
export function total({terms, total: sum, p}) {
  return {
    rows: terms.map(({value, label}, i) => ({...gradientRow(value), inset: true, from: label, ...(i ? {mark: /** @type {const} */ ('+')} : {})})),
    result: {...gradientRow(sum ?? NaN), bold: true, inset: true},
    rule: Math.min(1, p * 2),
    shown: p >= 0.5 ? terms.length + 1 : terms.length,
  };
}

/** @param {Tensor} g @returns {Row} */
function gradientRow(g) {
  return isScalar(g) ? {sign: g, text: num(g), hue: true} : {sign: strongest(g), text: shapeText(shapeOf(g)), hue: false};
}

/** @param {Context} c @param {Ink} ink @param {Sum} sum @param {{least: number, pitch: number}} form @returns {{w: number, h: number, point: number}} */
export function sizeOf(c, ink, sum, {least, pitch}) {
  let whole = 0;
  let rest = 0;
  let sender = 0;
  for (const row of [...sum.rows, sum.result]) {
    numberFont(c, ink, SIZE, row.bold ? 600 : 500);
    const [before, after] = atPoint(row.text);
    whole = Math.max(whole, c.measureText(before).width);
    rest = Math.max(rest, c.measureText(after).width);
    if (row.from) sender = Math.max(sender, nameWidth(c, ink, row.from, SENDER) + 8);
  }
  const left = sum.result.inset ? LEFT + 13 : LEFT;
  const w = Math.max(least, left + whole + rest + Math.min(90, sender) + PAD);
  return {w, h: (sum.rows.length + 1) * pitch + 16, point: left + Math.max(whole, (w - left - PAD - sender - whole - rest) / 2 + whole)};
}

/**
 * @param {Context} c @param {Ink} ink @param {Sum} sum
 * @param {{x: number, y: number, w: number, h: number}} box
 * @param {number} point where the decimal points stand, from the box's left
 * @param {number} pitch px from row to row
 */
export function paintColumn(c, ink, sum, box, point, pitch) {
  const shown = sum.shown > sum.rows.length;
  c.beginPath();
  c.roundRect(box.x, box.y, box.w, box.h, 3);
  c.fillStyle = ink.card;
  c.fill();
  stroke(c, ink.ink, 1.5);
  sum.rows.slice(0, sum.shown).forEach((row, i) => paintRow(c, ink, row, box, box.x + point, box.y + 20 + i * pitch));
  const y = box.y + 20 + sum.rows.length * pitch;
  if (sum.rule > 0) {
    trace(c, [[box.x + 7, y - 10.5], [box.x + 7 + (box.w - 14) * sum.rule, y - 10.5]]);
    stroke(c, ink.ink, 1.25);
  }
  if (shown) paintRow(c, ink, sum.result, box, box.x + point, y + 4);
}

/** @param {Context} c @param {Ink} ink @param {Row} row @param {{x: number, w: number}} box @param {number} point @param {number} y */
function paintRow(c, ink, row, box, point, y) {
  c.beginPath();
  if (row.mark === '×') cross(c, box.x + 13, y - 4.5, 3.3);
  if (row.mark === '+') plus(c, box.x + 12.5, y - 4.5, 3.5);
  stroke(c, ink.ink, 1.25);
  const [before, after] = atPoint(row.text);
  if (row.sign !== null) paintSign(c, ink, row.sign, box.x + (row.inset ? 26 : 13), y - 4.5, 3.8);
  c.fillStyle = !row.hue ? ink.ink : row.sign === 0 ? ink.ink2 : row.sign !== null && row.sign < 0 ? ink.neg : row.sign !== null && row.sign > 0 ? ink.pos : ink.ink;
  numberFont(c, ink, SIZE, row.bold ? 600 : 500);
  c.textAlign = 'right';
  c.fillText(before, point, y);
  c.textAlign = 'left';
  c.fillText(after, point, y);
  if (!row.from) return;
  c.fillStyle = ink.ink2;
  const width = Math.min(90, nameWidth(c, ink, row.from, SENDER));
  c.save();
  c.beginPath();
  c.rect(box.x + box.w - PAD - width, y - 16, width, 22);
  c.clip();
  writeName(c, ink, row.from, box.x + box.w - PAD - width, y, SENDER);
  c.restore();
}
