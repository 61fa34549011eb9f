/** The cards and pills of a net's picture, as elements: above the line what goes forward, below it the gradient. */
import {num, spoken} from '../../model/format.js';
import {h, setAttribute, setText} from '../../ui/dom.js';
import {decadeRule, gradientMark, mathName} from '../../ui/marks.js';
import {lengthOf} from '../../model/net_numbers.js';
import {PICTURE_PX, PILL} from '../../model/net_plan.js';

/** @typedef {import('../../model/net_plan.js').Card} Card @typedef {import('../../model/net_plan.js').Pill} Pill */
/** @typedef {import('../../model/net_numbers.js').NetNumbers} NetNumbers @typedef {import('../../model/net_numbers.js').LayerNumbers} LayerNumbers */
/** @typedef {{root: HTMLElement, update: (net: NetNumbers, seen: any) => void, canvas: HTMLCanvasElement|null}} View */

/** a₂ of layer 1: the letter with the unit below. @param {string} letter @param {number} unit */
export const unitName = (letter, unit) => mathName(`${letter}${unit + 1}`);

/** @param {HTMLElement} root @param {{x: number, y: number, w: number, h: number}} box */
function place(root, {x, y, w, h: high}) {
  Object.assign(root.style, {transform: `translate(${x}px, ${y}px)`, width: `${w}px`, height: `${high}px`});
}

/** @param {Card} card @param {NetNumbers} net @returns {View} */
export function cardView(card, net) {
  return card.kind === 'block' ? blockView(card) : unitView(card, net);
}

/** An input, a neuron, or the loss. @param {Card} card @param {NetNumbers} net @returns {View} */
function unitView(card, net) {
  const {kind, place: {layer, unit}} = card, record = net.layers[layer];
  const value = h('span', {class: 'net-card-value num'}), mark = gradientMark({card: true}), rule = decadeRule();
  const name = kind === 'loss' ? mathName('L') : kind === 'input' ? unitName('x', unit) : unitName('a', unit);
  const hasPicture = card.w > PICTURE_PX + 60 && kind === 'unit';
  const canvas = hasPicture ? h('canvas', {class: 'net-card-picture', width: PICTURE_PX * 2, height: PICTURE_PX * 2, 'aria-hidden': 'true'}) : null;
  const body = h('span', {class: 'net-card-body'}, h('span', {class: 'net-card-head'}, name, h('span', {class: 'net-card-op'}, kind === 'unit' ? record.activation ?? '' : '')), value, h('span', {class: 'net-card-line'}), mark.root, rule.root);
  const root = h('button', {type: 'button', class: 'net-card', 'data-kind': kind, 'data-id': card.id, tabindex: '-1'}, canvas, body);
  place(root, card);
  return {
    root, canvas,
    update(now, {mean}) {
      const at = kind === 'loss' ? now.loss : kind === 'input' ? now.input.a?.[unit] : now.layers[layer].a?.[unit];
      const g = kind === 'loss' ? 1 : (kind === 'input' ? now.input.slopeA : now.layers[layer].slopeA)?.[unit] ?? null;
      setText(value, at === undefined ? '' : num(at, {card: true}));
      mark.show(g);
      rule.show(g);
      const who = kind === 'loss' ? 'loss' : kind === 'input' ? `input ${unit + 1}` : `${record.name}, unit ${unit + 1}`;
      setAttribute(root, 'aria-label', `${who}: ${mean ? 'mean ' : ''}${kind === 'input' ? 'value' : kind === 'loss' ? 'value' : 'activation'} ${spoken(at ?? NaN)}, gradient ${g === null ? 'none' : spoken(g)}`);
    },
  };
}

/** A layer as one box: what it is, how large its numbers are. @param {Card} card @returns {View} */
function blockView(card) {
  const {place: {layer}} = card, title = h('b', {}), what = h('span', {class: 'net-card-op'}), value = h('span', {class: 'num'}), slope = h('span', {class: 'num'}), rule = decadeRule();
  const sign = h('span', {}, '|δ|');
  const root = h('button', {type: 'button', class: 'net-card net-card-block', 'data-kind': 'block', 'data-id': card.id, tabindex: '-1'},
    h('span', {class: 'net-card-body'}, title, what, h('span', {class: 'net-norm'}, '|a|', value), h('span', {class: 'net-card-line'}), h('span', {class: 'net-norm'}, sign, slope), rule.root));
  place(root, card);
  return {
    root, canvas: null,
    update(now) {
      const record = now.layers[layer], isInput = layer < 0, size = isInput ? meanLength(now.input.rows) : record.sizeA, gradient = isInput ? lengthOf(now.input.slopeA) : record.sizeDelta;
      setText(title, isInput ? 'Input' : record.name.replace(/^l/, 'L'));
      setText(what, isInput ? `${now.input.a?.length ?? ''} numbers` : `${record.type.replaceAll('_', ' ')} ${record.gives.join(' × ')} ${record.activation ?? ''}`);
      setText(sign, isInput ? '|∂L/∂x|' : '|δ|');
      setText(value, size === null ? '—' : num(size));
      setText(slope, gradient === null ? '—' : num(gradient));
      rule.show(gradient);
      setAttribute(root, 'aria-label', `${title.textContent}: ${what.textContent}, length of activations ${size === null ? 'unknown' : spoken(size)}, length of gradients ${gradient === null ? 'none' : spoken(gradient)}`);
    },
  };
}

/** @param {any} rows @returns {number|null} */
const meanLength = (rows) => (Array.isArray(rows) ? rows.reduce((sum, row) => sum + (lengthOf([row]) ?? 0), 0) / Math.max(1, rows.length) : null);

/** A weight, or a bias: its value above the line, its gradient below. @param {Pill} pill @returns {View} */
export function pillView({id, link, x, y}) {
  const {layer, to, from} = link, value = h('span', {class: 'num net-pill-value'}), mark = gradientMark({card: true});
  const name = mathName(from === null ? `b${to + 1}` : `w${to + 1}${from + 1}`, 'math net-pill-name');
  const root = h('button', {type: 'button', class: 'net-pill', 'data-id': id, tabindex: '-1'}, h('span', {class: 'net-pill-row'}, name, value), h('span', {class: 'net-pill-line'}), h('span', {class: 'net-pill-row net-pill-gradient'}, mark.root));
  place(root, {x, y, ...PILL});
  return {
    root, canvas: null,
    update(net) {
      const {value: w, gradient} = weightOf(net, link), who = from === null ? `bias of ${net.layers[layer].name}, unit ${to + 1}` : `weight of ${net.layers[layer].name} from ${layer === 0 ? 'input' : 'unit'} ${from + 1} to unit ${to + 1}`;
      setText(value, num(w, {card: true}));
      mark.show(gradient);
      setAttribute(root, 'data-shut', w === 0 && from !== null);
      setAttribute(root, 'aria-label', `${who}: ${spoken(w)}, gradient ${gradient === null ? 'none' : spoken(gradient)}`);
    },
  };
}

/** @param {NetNumbers} net @param {import('../../model/net_plan.js').Link} link @returns {{value: number, gradient: number|null}} */
export function weightOf({layers}, {layer, to, from}) {
  const dense = layers[layer].dense;
  const value = from === null ? dense?.b?.[to] : dense?.w[to]?.[from], gradient = from === null ? dense?.db?.[to] : dense?.dw?.[to]?.[from];
  return {value: value ?? NaN, gradient: gradient ?? null};
}

