/** The picture of the net: a box per layer with the length of what it gives and of its gradient. */
import {num} from '../../model/format.js';
import {h} from '../../ui/dom.js';
import {followNet, numberOf} from './kit.js';

/** @param {HTMLElement} root @param {any} ctx store, actions @returns {() => void} */
export function mount(root, ctx) {
  return followNet(ctx, (found) => {
    const boxes = (found?.layers ?? []).map((layer) => h('li', {class: 'net-box'}, h('b', {}, layer.name), h('span', {}, `${layer.type} ${layer.gives.join(' × ')} ${layer.activation ?? ''}`), h('span', {class: 'num'}, `|a| ${num(numberOf(layer.activation_norm) ?? NaN)}`), h('span', {class: 'num'}, `|δ| ${num(numberOf(layer.delta_norm) ?? NaN)}`)));
    root.replaceChildren(h('ol', {class: 'net-boxes'}, ...boxes));
  });
}
