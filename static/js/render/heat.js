/** An array as a map of squares: side by log of the magnitude, filled positive, hollow negative; tints where cells are small. */
import {cellSide, cellWindow} from '../model/scales.js';
import {stroke} from './paint_marks.js';

/** @typedef {import('./ink.js').Ink} Ink @typedef {import('./measure.js').Maps} Maps @typedef {CanvasRenderingContext2D} Context */
/** @typedef {{row: number, column: number}} Offset */

const TINT_BELOW = 8;

/**
 * @param {Context} c @param {Ink} ink
 * @param {number[]|null} values row by row; null: not there yet
 * @param {Maps} maps @param {Offset} offset of the cropped window
 * @param {{x: number, hue: boolean}} place left edge; gradients have a hue, values are ink
 */
export function paintMap(c, ink, values, maps, offset, {x, hue}) {
  const {cell, shownRows, shownColumns, columns, top} = maps;
  const window = cellWindow(values ?? []);
  for (let i = 0; i < shownRows; i += 1) {
    for (let j = 0; j < shownColumns; j += 1) {
      const [left, y] = [x + j * cell, top + i * cell];
      if (cell >= TINT_BELOW) paintGround(c, ink, left, y, cell);
      if (!values) continue;
      const value = values[(i + offset.row) * columns + j + offset.column];
      const colour = !hue ? ink.ink : value < 0 ? ink.neg : ink.pos;
      if (cell >= TINT_BELOW) paintCell(c, ink, value, cellSide(value, window), left, y, cell, colour);
      else paintTint(c, ink, value, cellSide(value, window), left, y, cell, colour);
    }
  }
  if (cell < TINT_BELOW) {
    c.beginPath();
    c.rect(x + 0.5, top + 0.5, shownColumns * cell - 1, shownRows * cell - 1);
    stroke(c, ink.hair, 1);
  }
}

/** @param {Context} c @param {Ink} ink @param {number} x @param {number} y @param {number} cell */
function paintGround(c, ink, x, y, cell) {
  c.fillStyle = ink.paper;
  c.fillRect(x + 0.5, y + 0.5, cell - 1, cell - 1);
  c.beginPath();
  c.rect(x + 0.5, y + 0.5, cell - 1, cell - 1);
  stroke(c, ink.hair, 1);
}

/** @param {Context} c @param {Ink} ink @param {number} value @param {number} share @param {number} x @param {number} y @param {number} cell @param {string} colour */
function paintCell(c, ink, value, share, x, y, cell, colour) {
  const [cx, cy] = [x + cell / 2, y + cell / 2];
  const side = (cell - Math.max(2, cell * 0.22)) * share;
  if (!Number.isFinite(value)) {
    c.fillStyle = ink.ink;
    c.fillRect(x + 1, y + 1, cell - 2, cell - 2);
    c.beginPath();
    c.moveTo(x + 3, y + 3);
    c.lineTo(x + cell - 3, y + cell - 3);
    stroke(c, ink.onInk, 1.5);
  } else if (value === 0) {
    c.beginPath();
    c.arc(cx, cy, 1.5, 0, 2 * Math.PI);
    c.fillStyle = ink.line;
    c.fill();
  } else if (value > 0) {
    c.fillStyle = colour;
    c.fillRect(cx - side / 2, cy - side / 2, side, side);
  } else {
    const line = Math.min(1.8, cell / 8);
    const inner = Math.max(1, side - line);
    c.beginPath();
    c.rect(cx - inner / 2, cy - inner / 2, inner, inner);
    stroke(c, colour, line);
  }
}

/** @param {Context} c @param {Ink} ink @param {number} value @param {number} share @param {number} x @param {number} y @param {number} cell @param {string} colour */
function paintTint(c, ink, value, share, x, y, cell, colour) {
  c.fillStyle = Number.isFinite(value) ? colour : ink.ink;
  c.globalAlpha = Number.isFinite(value) ? share : 1;
  c.fillRect(x, y, cell, cell);
  c.globalAlpha = 1;
  if (!(value < 0) || cell < 4) return;
  c.fillStyle = ink.paper;
  c.beginPath();
  c.moveTo(x + cell, y);
  c.lineTo(x + cell - cell / 2, y);
  c.lineTo(x + cell, y + cell / 2);
  c.fill();
}

/** A frame around a picked cell. @param {Context} c @param {Ink} ink @param {number} row on the screen @param {number} column @param {Maps} maps @param {number} x */
export function paintPick(c, ink, row, column, {cell, top}, x) {
  c.beginPath();
  c.rect(x + column * cell, top + row * cell, cell, cell);
  stroke(c, ink.ink, 2);
}
