/** The label of a picked cell: index, value over gradient. */
import {num, signOf} from '../model/format.js';
import {at} from '../model/tensor.js';
import {showsValue} from './card.js';
import {element, setName, signPath, svg} from './elements.js';
import {nameOf} from './measure.js';

/** @typedef {{name: string, place: string, value: string, gradient: number|null, x: number, y: number}} Tip */

const APART = 10;
const SIZE = {w: 200, h: 60};
const FOOT = 40;           // px that the key covers

/**
 * @param {import('./scene.js').Scene} scene @param {import('../model/types.js').Frame} frame
 * @param {{node?: string, cell?: number[]|null}|null} chosen
 * @param {import('./viewport.js').Box} window the part of the world on the screen
 * @returns {Tip|null}
 */
export function tipOf(scene, frame, chosen, window) {
  const card = chosen?.node ? scene.card.get(chosen.node) : null;
  const state = chosen?.node ? frame.nodes.get(chosen.node) : null;
  if (!card || !state || !chosen?.cell || card.measured.form !== 'array') return null;
  const index = chosen.cell;
  const value = at(card.node.value, index);
  return {
    name: `${nameOf(card.node)}[${index.join(',')}]`,
    place: index.length === 2 ? `row ${index[0]}, column ${index[1]}` : `element ${index.join(', ')}`,
    value: showsValue(state) && value !== null ? num(value) : '',
    gradient: state.grad === null ? null : at(state.grad, index),
    ...placeBeside(card.box, window),
  };
}

/** Under the card; beside it where there is no room under it. @param {import('./viewport.js').Box} card @param {import('./viewport.js').Box} window */
function placeBeside(card, window) {
  if (card.y + card.h + APART + SIZE.h < window.y + window.h - FOOT) return {x: card.x, y: card.y + card.h + APART};
  const right = card.x + card.w + APART;
  return {x: right + SIZE.w < window.x + window.w ? right : card.x - SIZE.w - APART, y: card.y + card.h - SIZE.h};
}

/** @param {HTMLElement} root */
export function createTip(root) {
  const name = element('span', 'tip-name');
  const place = element('span', 'tip-place');
  const value = element('span', 'tip-value num');
  const gradient = element('span', 'tip-gradient num');
  const icon = svg('svg', {width: 11, height: 11, viewBox: '-5.5 -5.5 11 11', class: 'tip-sign', 'aria-hidden': 'true'});
  const sign = svg('path', {class: 'card-sign'}, icon);
  root.append(name, place, value, icon, gradient);
  let shown = '';
  return {
    /** @param {Tip|null} tip */
    show(tip) {
      root.hidden = tip === null;
      if (!tip) return;
      root.style.transform = `translate(${tip.x}px, ${tip.y}px)`;
      const text = `${tip.name} ${tip.value} ${tip.gradient}`;
      if (text === shown) return;
      shown = text;
      setName(name, tip.name, true);
      place.textContent = tip.place;
      value.textContent = tip.value;
      gradient.textContent = tip.gradient === null ? '—' : num(tip.gradient);
      gradient.dataset.sign = signOf(tip.gradient);
      sign.setAttribute('d', signPath(tip.gradient));
      sign.setAttribute('data-sign', signOf(tip.gradient));
    },
  };
}
