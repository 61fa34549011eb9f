/** The label of a picked cell: index, value over gradient. */
import {num, signOf} from '../model/format.js';
import {at} from '../model/tensor.js';
import {showsValue} from './card.js';
import {element, setName, signPath, svg} from './elements.js';
import {nameOf} from './measure.js';

/** @typedef {{name: string, place: string, value: string, gradient: number|null, x: number, y: number}} Tip */

const BELOW = 10;

/**
 * @param {import('./scene.js').Scene} scene @param {import('../model/types.js').Frame} frame
 * @param {{node?: string, cell?: number[]|null}|null} chosen
 * @returns {Tip|null}
 */
export function tipOf(scene, frame, chosen) {
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
    x: card.box.x, y: card.box.y + card.box.h + BELOW,
  };
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
