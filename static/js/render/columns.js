/** Where the columns of arithmetic stand: at the gate or under the card, or beside, where they cover least. */
import {pointAt} from './curve.js';

/** @typedef {import('./viewport.js').Box} Box @typedef {import('./scene.js').Scene} Scene @typedef {import('./gates.js').Gate} Gate */

const GATE = 0.7;      // a gate that is covered costs less than a card

/**
 * A box of that size at the first of the offered places that covers least of the cards, of the gates and of what is placed already.
 * @param {[number, number][]} places middles, best first
 * @param {{w: number, h: number}} size
 * @param {{scene: Scene, gates: Iterable<Gate>, placed: Box[], window: Box}} around `window`: the part of the world on the screen
 * @returns {Box}
 */
export function leastCovering(places, {w, h}, {scene, gates, placed, window}) {
  /** @type {Box|null} */
  let best = null;
  let least = Infinity;
  for (const [x, y] of places) {
    const box = {x: x - w / 2, y: y - h / 2, w, h};
    const covered = scene.cardsWithin(box).reduce((sum, card) => sum + shared(card.box, box), 0)
      + GATE * sum(gates, (gate) => shared(gate.box, box))
      + 3 * placed.reduce((sum, other) => sum + shared(other, box), 0)
      + 4 * (w * h - shared(window, box));
    if (covered < least - 1) [best, least] = [box, covered];
  }
  return /** @type {Box} */ (best);
}

/**
 * Middles for a column of factors: on the gate, then around it; of parallel wires the outer ones make room for each other.
 * @param {import('./scene.js').Wire} wire @param {Gate|undefined} gate @param {{w: number, h: number}} size @param {'right'|'down'} direction
 * @returns {[number, number][]}
 */
export function placesAtGate(wire, gate, {w, h}, direction) {
  const [x, y] = pointAt(wire.curve, gate?.share ?? 0.5);
  const [dx, dy] = [w / 2 + 16, h / 2 + 18];
  const past = w / 2 + 52;      // beside a card that the wire meets in its middle
  /** @type {[number, number][]} */
  const outside = wire.side === 0 ? [] : direction === 'right' ? [[x, y + wire.side * dy]] : [[x + wire.side * dx, y]];
  return [...outside, [x, y], [x, y - 14], [x, y + 14], [x, y - dy], [x, y + dy], [x + dx, y], [x - dx, y], [x + past, y], [x - past, y], [x, y - 2 * dy], [x, y + 2 * dy], [x + dx, y - dy], [x - dx, y + dy]];
}

/** Middles for a column of terms: under the card, then beside it. @param {Box} card @param {{w: number, h: number}} size @returns {[number, number][]} */
export function placesAtCard(card, {w, h}) {
  const [x, y] = [card.x + card.w / 2, card.y + card.h / 2];
  const [dx, dy] = [card.w / 2 + w / 2 + 10, card.h / 2 + h / 2 + 10];
  return [[x - 7, y + dy], [x - dx, y], [x + dx, y], [x, y - dy], [x - dx, y + dy], [x + dx, y + dy]];
}

/** @template T @param {Iterable<T>} items @param {(item: T) => number} size */
function sum(items, size) {
  let total = 0;
  for (const item of items) total += size(item);
  return total;
}

/** @param {Box} a @param {Box} b @returns {number} px² */
function shared(a, b) {
  const w = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  return w > 0 && h > 0 ? w * h : 0;
}
