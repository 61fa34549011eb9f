/** What the canvas paints with: the page's colours and type, read from its custom properties. */
import {mathItalic, typeset} from './typeset.js';

/** @typedef {{paper: string, card: string, wash: string, ink: string, ink2: string, ink3: string, line: string, hair: string, onInk: string,
 *   pos: string, neg: string, fadeWire: number, fadeCard: number, ui: string, math: string, italics: boolean}} Ink */

/** The combining bar of an upstream gradient, Ȳ. */
export const BAR = '\u0304';
const BAR_RISE = 0.78;     // of the type's size, above the line of writing

/** @param {Element} element whose colours hold (a stale graph has others) @returns {Ink} */
export function readInk(element) {
  const style = getComputedStyle(element);
  const read = (/** @type {string} */ name, /** @type {string} */ otherwise) => style.getPropertyValue(name).trim() || otherwise;
  return {
    paper: read('--paper', '#fbfaf6'), card: read('--card', '#fff'), wash: read('--wash', '#e9e6dc'),
    ink: read('--ink', '#17191c'), ink2: read('--ink-2', '#4e5358'), ink3: read('--ink-3', '#666b71'),
    line: read('--line', '#83878c'), hair: read('--hair', '#dad7ce'), onInk: read('--on-ink', '#fbfaf6'),
    pos: read('--pos', '#b43a06'), neg: read('--neg', '#1b5bb0'),
    fadeWire: Number(read('--fade-wire', '.22')), fadeCard: Number(read('--fade-card', '.42')),
    ui: read('--font-ui', 'system-ui, sans-serif'), math: read('--font-math', 'serif'), italics: hasMathItalics(),
  };
}

/** Whether the mathematical italics can be had: without the bundled face, plain letters are slanted instead. */
export function hasMathItalics() {
  return [...document.fonts].some((face) => face.family.includes('STIX') && face.status === 'loaded');
}

/** Asks for the faces the canvas needs; it can't trigger their loading itself. @returns {Promise<unknown>} */
export function loadFaces() {
  const faces = ['17px "STIX Two Math"', '500 15px "IBM Plex Sans Variable"', '500 condensed 15px "IBM Plex Sans Variable"'];
  return Promise.all(faces.map((face) => document.fonts.load(face, 'x𝑥0')));
}

/** @param {Ink} ink @param {number|null} gradient */
export const hue = (ink, gradient) => (gradient !== null && gradient < 0 ? ink.neg : ink.pos);

/**
 * A number: engraved, narrow, tabular.
 * @param {CanvasRenderingContext2D} c @param {Ink} ink @param {number} size @param {number} [weight]
 */
export function numberFont(c, ink, size, weight = 500) {
  c.font = `${weight} ${size}px ${ink.ui}`;
  c.fontStretch = 'condensed';
}

/** @param {CanvasRenderingContext2D} c @param {Ink} ink @param {string} text @param {number} size @returns {number} px */
export function nameWidth(c, ink, text, size) {
  let width = 0;
  eachRun(c, ink, text, size, (piece) => { width += c.measureText(piece.replaceAll(BAR, '')).width; });
  return width;
}

/**
 * Writes a name in mathematical type from x on.
 * @param {CanvasRenderingContext2D} c @param {Ink} ink @param {string} text @param {number} x @param {number} y @param {number} size
 */
export function writeName(c, ink, text, x, y, size) {
  eachRun(c, ink, text, size, (piece, lift) => {
    const letters = piece.replaceAll(BAR, '');
    c.fillText(letters, x, y - lift);
    paintBars(c, piece, x, y - lift - size * BAR_RISE, size);
    x += c.measureText(letters).width;
  });
}

/** Bars over letters: the face sets its own too low on capitals. @param {CanvasRenderingContext2D} c @param {string} piece @param {number} x @param {number} y @param {number} size */
function paintBars(c, piece, x, y, size) {
  const letters = [...piece];
  letters.forEach((letter, i) => {
    if (letter !== BAR || i === 0) return;
    const before = c.measureText(letters.slice(0, i - 1).filter((each) => each !== BAR).join('')).width;
    c.fillRect(x + before + size * 0.18, y, c.measureText(letters[i - 1]).width - size * 0.12, size * 0.06);
  });
}

/** @param {CanvasRenderingContext2D} c @param {Ink} ink @param {string} text @param {number} size @param {(piece: string, lift: number) => void} visit */
function eachRun(c, ink, text, size, visit) {
  c.fontStretch = 'normal';
  for (const {text: piece, italic, level} of typeset(text)) {
    const slanted = italic && !ink.italics;
    c.font = `${slanted ? 'italic ' : ''}${level === 'base' ? size : size * 0.7}px ${ink.math}`;
    visit(italic && ink.italics ? mathItalic(piece) : piece, level === 'sup' ? size * 0.36 : level === 'sub' ? -size * 0.18 : 0);
  }
}
