/** Cards of arrays: twin maps, the line between them upright, value left, gradient right. */
import {num, shapeText} from '../model/format.js';
import {flat, isSummary} from '../model/tensor.js';
import {showsValue} from './card.js';
import {element, setName} from './elements.js';
import {paintMap, paintPick} from './heat.js';
import {cellOfIndex, glyphOf, indexOfCell, nameOf} from './measure.js';
import {stroke, trace} from './paint_marks.js';

/** @typedef {import('./scene.js').Card} Card @typedef {import('./card.js').CardView} CardView @typedef {import('../model/types.js').NodeFrame} NodeFrame */
/** @typedef {import('./measure.js').Maps} Maps */
/** @typedef {CardView & {pick(picks: import('./feeds.js').Picks|null): void, cellAt(x: number, y: number): number[]|null, scroll(dx: number, dy: number): boolean}} ArrayView */

const SHARPNESS = 2;       // the maps stay sharp up to this zoom

/** @param {Card} card @param {boolean} italics @param {() => import('./ink.js').Ink} ink @returns {ArrayView} */
export function arrayCard({node, measured}, italics, ink) {
  const maps = /** @type {Maps} */ (measured.maps);
  const root = element('div', 'card card-array');
  const canvas = /** @type {HTMLCanvasElement} */ (element('canvas', 'card-maps'));
  const ratio = SHARPNESS * (globalThis.devicePixelRatio || 1);
  canvas.width = Math.ceil(measured.w * ratio);
  canvas.height = Math.ceil(measured.h * ratio);
  canvas.style.width = `${measured.w}px`;
  canvas.style.height = `${measured.h}px`;
  const constant = node.kind === 'constant';
  root.append(canvas, ...headOf(node, italics), ...captions(maps, constant));
  if (node.kind === 'input') root.append(element('span', 'card-bar-input'));

  const offset = {row: 0, column: 0};
  /** @type {import('./feeds.js').Picks|null} */
  let picked = null;
  /** @type {(number[]|null)[]} */
  let contents = [null, null];

  function paint() {
    const c = canvas.getContext('2d');
    if (!c) return;
    const colours = ink();
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, measured.w, measured.h);
    const places = constant ? [maps.left] : [maps.left, maps.gradLeft];
    places.forEach((x, i) => paintMap(c, colours, contents[i], maps, offset, {x, hue: i === 1}));
    if (!constant) {
      const x = maps.gradLeft - 9.5;
      trace(c, [[x, maps.top], [x, maps.top + maps.shownRows * maps.cell]]);
      stroke(c, contents[1] ? colours.ink : colours.hair, 1);
    }
    places.forEach((x, i) => paintPicks(c, colours, (i ? picked?.gradient : picked?.value) ?? [], x));
  }

  /** @param {CanvasRenderingContext2D} c @param {import('./ink.js').Ink} colours @param {number[][]} cells @param {number} x */
  function paintPicks(c, colours, cells, x) {
    for (const cell of cells) {
      const [row, column] = cellOfIndex(node.shape, cell);
      if (isShown(row, column)) paintPick(c, colours, row - offset.row, column - offset.column, maps, x);
    }
  }

  /** @param {number} row @param {number} column */
  function isShown(row, column) {
    return row >= offset.row && row < offset.row + maps.shownRows && column >= offset.column && column < offset.column + maps.shownColumns;
  }

  /** The cropped window moves as little as it must. @param {number} row @param {number} column */
  function scrollTo(row, column) {
    offset.row = Math.min(Math.max(offset.row, row - maps.shownRows + 1), row);
    offset.column = Math.min(Math.max(offset.column, column - maps.shownColumns + 1), column);
  }

  return {
    root,
    update(state, run) {
      const now = run.node(node.id);
      const gradient = state.from !== null && state.p < 0.5 ? state.from : state.grad;
      contents = [showsValue(state) ? flat(now.value) : null, gradient === null ? null : flat(gradient)];
      paint();
    },
    pick(picks) {
      picked = picks;
      const first = picks?.value[0] ?? picks?.gradient[0];
      if (first) scrollTo(...cellOfIndex(node.shape, first));
      paint();
    },
    cellAt(x, y) {
      const left = !constant && x >= maps.gradLeft ? maps.gradLeft : maps.left;
      const [row, column] = [Math.floor((y - maps.top) / maps.cell), Math.floor((x - left) / maps.cell)];
      if (row < 0 || column < 0 || row >= maps.shownRows || column >= maps.shownColumns) return null;
      return indexOfCell(node.shape, row + offset.row, column + offset.column);
    },
    scroll(dx, dy) {
      const [row, column] = [offset.row + Math.sign(dy), offset.column + Math.sign(dx)];
      const next = {row: Math.max(0, Math.min(maps.rows - maps.shownRows, row)), column: Math.max(0, Math.min(maps.columns - maps.shownColumns, column))};
      if (maps.rows === maps.shownRows && maps.columns === maps.shownColumns) return false;
      Object.assign(offset, next);
      paint();
      return true;
    },
  };
}

/** @param {import('../model/types.js').RunNode} node @param {boolean} italics */
function headOf(node, italics) {
  const head = element('span', 'card-head');
  const name = element('span', 'card-name');
  setName(name, nameOf(node), italics);
  head.append(name);
  if (glyphOf(node)) {
    const op = element('span', 'card-glyph');
    setName(op, glyphOf(node), italics);
    head.append(op);
  }
  return [head, element('span', 'card-shape num', shapeText(node.shape))];
}

/** @param {Maps} maps @param {boolean} constant */
function captions(maps, constant) {
  const under = maps.top + maps.shownRows * maps.cell + 7;
  const at = (/** @type {string} */ text, /** @type {number} */ x) => {
    const caption = element('span', 'card-caption', text);
    caption.style.transform = `translate(${x}px, ${under}px)`;
    return caption;
  };
  return constant ? [at('value', maps.left)] : [at('value', maps.left), at('gradient', maps.gradLeft)];
}

/** An array too large to send: its range and its norm. @param {Card} card @param {boolean} italics @returns {CardView} */
export function summaryCard({node}, italics) {
  const root = element('div', 'card card-summary');
  const range = element('span', 'card-range num');
  const norm = element('span', 'card-norm num');
  root.append(...headOf(node, italics), range, element('span', 'card-rule'), norm);
  if (node.kind === 'input') root.append(element('span', 'card-bar-input'));
  return {
    root,
    update(state, run) {
      const {value} = run.node(node.id);
      range.textContent = showsValue(state) ? rangeText(value) : '';
      norm.textContent = state.grad === null ? '—' : rangeText(state.grad);
    },
  };
}

/** @param {import('../model/types.js').Tensor} tensor */
function rangeText(tensor) {
  if (!isSummary(tensor)) return '';
  return `${num(tensor.min ?? NaN, {card: true})} … ${num(tensor.max ?? NaN, {card: true})}`;
}
