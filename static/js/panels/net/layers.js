/** The layers in a table: what each takes and gives, its parameters, and how large its numbers are. */
import {num} from '../../model/format.js';
import {h} from '../../ui/dom.js';
import {mathName} from '../../ui/marks.js';
import {noteLine, table} from '../derivatives/kit.js';
import {followNet, numberOf} from './kit.js';

/** @typedef {import('./kit.js').Layer} Layer */

/** @param {HTMLElement} root @param {any} ctx store, actions @returns {() => void} */
export function mount(root, ctx) {
  const note = noteLine(), body = h('div');
  root.replaceChildren(note, body);
  return followNet(ctx, (found) => {
    body.replaceChildren(...(found ? [listed(found, ctx)] : []));
  });
}

/** @param {import('./kit.js').NetRun} found @param {any} ctx */
function listed({run, layers}, {actions}) {
  const shapeOf = new Map(run.nodes.filter(({name}) => name).map(({name, shape}) => [name, shape]));
  const rows = layers.map((layer) => h('tr', {},
    h('th', {scope: 'row'}, layer.name), h('td', {}, layer.type), h('td', {}, layer.activation ?? ''),
    h('td', {class: 'num'}, layer.takes.join(' × ')), h('td', {class: 'num'}, layer.gives.join(' × ')),
    h('td', {}, ...layer.parameters.flatMap((name) => [mathName(name), h('span', {class: 'num'}, ` ${(shapeOf.get(name) ?? []).join(' × ')}  `)])),
    h('td', {class: 'end num'}, shown(layer.activation_norm)), h('td', {class: 'end num'}, shown(layer.delta_norm)), h('td', {class: 'end num'}, shown(layer.grad_norm)),
    h('td', {}, h('button', {type: 'button', class: 'tool', 'aria-label': `Open ${layer.name} in the graph`, onclick: () => inGraph(run, layer, actions)}, 'In the graph'))));
  return table('Layers of the net', [['Layer', ''], ['Type', ''], ['Activation', ''], ['Takes', ''], ['Gives', ''], ['Parameters', ''], ['|a|', 'end'], ['|δ|', 'end'], ['|∂L/∂W|', 'end'], ['', '']], rows);
}

/** @param {unknown} value */
const shown = (value) => { const number = numberOf(value); return number === null ? '—' : num(number); };

/** A variable's node; a linear layer's a is its z. @param {import('../../model/types.js').Run} run @param {string} variable */
export const namedNode = (run, variable) => run.nodes.find(({name}) => name === variable) ?? run.nodes.find(({name}) => name === variable.replace(/^a/, 'z'));

/** The graph, with what the layer gives in sight. @param {import('../../model/types.js').Run} run @param {Layer} layer @param {any} actions */
export function inGraph(run, layer, actions) {
  const node = namedNode(run, layer.names.a);
  actions.setTab('graph');
  if (node) actions.reveal(node.id);
}
