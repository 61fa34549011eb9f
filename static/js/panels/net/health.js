/** How well the net's numbers keep their size from layer to layer, and what is wrong: each finding with its cause and one change to try. */
import {num} from '../../model/format.js';
import {changed} from '../../model/net_paths.js';
import {h} from '../../ui/dom.js';
import {sentence} from '../../ui/marks.js';
import {createPlot} from '../../ui/plot.js';
import {table} from '../derivatives/kit.js';
import {followNet, numberOf, weightsSet} from './kit.js';

/** @typedef {import('./kit.js').Finding} Finding @typedef {import('./kit.js').Layer} Layer */

const NAMES = /** @type {Record<string, string>} */ ({vanishing: 'Vanishing', exploding: 'Exploding', saturated: 'Saturated', dead: 'Dead', symmetric: 'Symmetric', non_finite: 'Not finite'});

/** @param {HTMLElement} root @param {any} ctx store, actions, toast @returns {() => void} */
export function mount(root, ctx) {
  const findings = h('div', {class: 'net-findings', 'aria-live': 'polite'}), rows = h('div');
  const plot = createPlot({name: 'Length of gradients and activations, layer by layer', height: 210, x: {label: 'layer'}, y: {label: 'length', log: true}});
  root.replaceChildren(findings, h('div', {class: 'way-columns'}, h('div', {class: 'way-wide'}, plot.root), rows));
  const leave = followNet(ctx, (found) => {
    if (!found) return;
    const {layers, health} = found;
    findings.replaceChildren(...(health.length ? health.map((each) => findingView(each, ctx)) : [h('p', {class: 'net-says'}, '✓ Healthy: gradients and activations keep their size, no unit is dead, saturated or a copy of another.')]));
    const x = layers.map((_, i) => i + 1), positive = (/** @type {(layer: Layer) => unknown} */ read) => layers.map((layer) => { const size = numberOf(read(layer)); return size !== null && size > 0 ? size : null; });
    plot.show([
      {label: '|δ|', x, y: positive((layer) => layer.delta_norm), points: true, dash: [], width: 2},
      {label: '|∂L/∂W|', x, y: positive((layer) => layer.grad_norm), points: true, dash: [6, 4]},
      {label: '|a|', x, y: positive((layer) => layer.activation_norm), points: true, dash: [2, 3]},
    ], {x: {label: 'layer', range: [0.8, layers.length + 0.2]}, y: {label: 'length', log: true}});
    rows.replaceChildren(sizes(layers));
  });
  return () => {
    leave();
    plot.destroy();
  };
}

/** @param {Finding} finding @param {any} ctx */
function findingView({code, layer, cause, remedy, change}, {store, actions, toast}) {
  const name = NAMES[code] ?? code;
  const act = h('button', {type: 'button', class: 'tool way-apply', onclick() {
    const {net} = store.get();
    if (!net) return;
    // another activation or loss goes on with the weights that there are; another start draws new ones
    const next = changed(net.configuration, change), isAnew = 'initializer' in change || 'parameters' in change || 'seed' in change;
    actions.setNet({configuration: 'parameters' in change ? changed(next, {parameters: undefined}) : next, parameters: isAnew ? null : weightsSet(store.get())});
    toast(`${name}: ${remedy}.${isAnew ? ' New weights are drawn.' : ''}`, {text: 'Undo', act: actions.undo});
  }}, sentence(remedy).replace(/\.$/, '').replace(/^./, (first) => first.toUpperCase()));
  return h('div', {class: 'net-finding'}, h('span', {class: 'net-badge', 'data-code': code}, name), layer ? h('span', {class: 'net-hint-inline'}, layer) : null, h('p', {class: 'net-says'}, sentence(cause.replace(/^./, (first) => first.toUpperCase()))), Object.keys(change).length ? act : null);
}

/** @param {Layer[]} layers */
function sizes(layers) {
  const shown = (/** @type {unknown} */ value) => { const number = numberOf(value); return number === null ? '—' : num(number); };
  return table('Lengths by layer', [['Layer', ''], ['|a|', 'end'], ['|δ|', 'end'], ['|∂L/∂W|', 'end'], ['Saturated', 'end'], ['Dead', 'end']], layers.map((layer) => h('tr', {},
    h('th', {scope: 'row'}, layer.name), ...[layer.activation_norm, layer.delta_norm, layer.grad_norm].map((value) => h('td', {class: 'end num'}, shown(value))), h('td', {class: 'end num'}, `${layer.saturated} of ${layer.units}`), h('td', {class: 'end num'}, `${layer.dead} of ${layer.units}`))));
}
