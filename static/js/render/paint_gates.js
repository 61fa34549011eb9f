/** Gates: pills with the local derivative, in ink, above cards and wires. */
import {isShut} from './gates.js';
import {nameWidth, numberFont, writeName} from './ink.js';
import {stroke, trace} from './paint_marks.js';
import {pointAt} from './curve.js';

/** @typedef {import('./ink.js').Ink} Ink @typedef {import('./gates.js').Gate} Gate @typedef {import('./gates.js').Line} Line */
/** @typedef {CanvasRenderingContext2D} Context */

const NUMBER = 12.5;
const MATH = 13.5;
const TICK = 8;          // px on either side of the wire
const BARE = 5;          // px of a tick that stands alone

/** @param {Context} c @param {Ink} ink @returns {(line: Line) => number} px of a line's text */
export function lineMeasurer(c, ink) {
  return ({text, math}) => {
    if (math) return nameWidth(c, ink, text, MATH);
    numberFont(c, ink, NUMBER, 400);
    return c.measureText(text).width;
  };
}

/**
 * @param {Context} c @param {Ink} ink @param {import('./scene.js').Wire} wire @param {Gate} gate
 * @param {{chosen: boolean, known: boolean, passed: boolean, open: boolean}} state hovered or pinned; the local derivative, the contribution is known by now; a column stands for it
 */
export function paintGate(c, ink, wire, gate, {chosen, known, passed, open}) {
  const lines = gate.lines.map((line, i) => ((gate.lines.length === 1 ? passed || isLocal(line) : i === 0 || passed) ? line : {text: '', math: false}));
  if (!known || lines.every(({text}) => !text)) return;
  const shut = isShut(wire.edge);
  if (gate.tick || open) paintTick(c, ink, wire, gate, shut);
  if (gate.bare || (open && !(shut && !gate.tick))) return;
  c.beginPath();
  c.roundRect(gate.x - gate.w / 2, gate.y - gate.h / 2, gate.w, gate.h, Math.min(gate.h / 2, 10));
  c.fillStyle = shut ? ink.ink : ink.card;
  c.fill();
  stroke(c, shut || chosen ? ink.ink : ink.line, chosen ? 1.75 : 1);
  c.fillStyle = shut ? ink.onInk : ink.ink;
  if (lines.length === 1) writeLine(c, ink, lines[0], gate.x, gate.y);
  else writeStacked(c, ink, lines, gate, shut);
}

/** A contribution is a bare number; local derivatives carry their sign of multiplication. @param {Line} line */
const isLocal = ({text, math}) => math || text.startsWith('×');

/** @param {Context} c @param {Ink} ink @param {Line[]} lines @param {Gate} gate @param {boolean} shut */
function writeStacked(c, ink, lines, gate, shut) {
  writeLine(c, ink, lines[0], gate.x, gate.y - gate.h / 4);
  writeLine(c, ink, lines[1], gate.x, gate.y + gate.h / 4);
  trace(c, [[gate.x - gate.w / 2, gate.y], [gate.x + gate.w / 2, gate.y]]);
  stroke(c, shut ? ink.onInk : ink.ink, 0.75);
}

/** @param {Context} c @param {Ink} ink @param {Line} line @param {number} x middle @param {number} y middle */
function writeLine(c, ink, {text, math}, x, y) {
  c.textAlign = 'left';
  if (math) {
    writeName(c, ink, text, x - nameWidth(c, ink, text, MATH) / 2, y + 4.6, MATH);
    return;
  }
  numberFont(c, ink, NUMBER, 400);
  c.fillText(text, x - c.measureText(text).width / 2, y + 4.4);
}

/** Where the pill had to step aside, the gate itself stays on the wire. @param {Context} c @param {Ink} ink @param {import('./scene.js').Wire} wire @param {Gate} gate @param {boolean} shut */
function paintTick(c, ink, wire, gate, shut) {
  const [x, y] = pointAt(wire.curve, gate.share);
  const across = gate.angle + Math.PI / 2;
  const reach = gate.bare ? BARE : TICK;
  trace(c, [[x - reach * Math.cos(across), y - reach * Math.sin(across)], [x + reach * Math.cos(across), y + reach * Math.sin(across)]]);
  stroke(c, ink.ink, shut ? 3 : 1.5);
}
