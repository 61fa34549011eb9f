/** The same net under several initialisers, side by side: how activations and gradients spread in each layer. */
import {num, superscript} from '../../model/format.js';
import {svg} from '../../render/elements.js';
import {h} from '../../ui/dom.js';
import {errorLine, followQuestion, numberOf} from './kit.js';

/** @typedef {{low: number, high: number, counts: number[], zeros: number, nonfinite: number}} Histogram */

const WIDE = 112, HIGH = 40;
const NAMES = /** @type {Record<string, string>} */ ({vanishing: 'vanishing', exploding: 'exploding', saturated: 'saturated', dead: 'dead', symmetric: 'symmetric', non_finite: 'not finite'});

/** @param {HTMLElement} root @param {any} ctx store, actions, client, toast @returns {() => void} */
export function mount(root, ctx) {
  const error = errorLine(), body = h('div', {class: 'net-starts'});
  root.replaceChildren(h('p', {class: 'net-hint'}, 'Activations by value, gradients by power of ten; one scale for all, so that shapes can be compared.'), error.root, body);
  return followQuestion(ctx, {
    path: '/network/initialisers', ask: () => ({}), told: error.tell,
    show: ({starts}) => body.replaceChildren(...starts.map((/** @type {any} */ each) => startView(each, ctx))),
  });
}

/** @param {any} start @param {any} ctx */
function startView({initializer, formula, loss, layers, health}, {store, actions, toast}) {
  const name = initializer.replaceAll('_', ' '), now = store.get().net?.configuration.initializer ?? 'glorot_uniform', isNow = (typeof now === 'string' ? now : now.name) === initializer;
  const take = h('button', {type: 'button', class: 'tool way-apply', 'aria-disabled': isNow ? 'true' : null, onclick() {
    const {net} = store.get();
    if (!net || isNow) return;
    const {parameters: _, ...rest} = net.configuration;
    actions.setNet({configuration: {...rest, initializer}, parameters: null});
    toast(`New weights are drawn by ${name}.`, {text: 'Undo', act: actions.undo});
  }}, isNow ? 'In use' : 'Use it');
  const wrong = [...new Set(health.map((/** @type {any} */ each) => each.code))].map((code) => h('span', {class: 'net-badge', 'data-code': code}, NAMES[/** @type {string} */ (code)] ?? code));
  const rows = layers.map((/** @type {any} */ layer) => h('tr', {}, h('th', {scope: 'row'}, layer.name.replace('layer ', '')), h('td', {}, histogram(layer.activations, `Activations of ${layer.name} under ${name}: mean ${num(numberOf(layer.mean) ?? NaN)}, deviation ${num(numberOf(layer.std) ?? NaN)}`, (x) => num(x, {card: true}))), h('td', {}, histogram(layer.gradients, `Gradients of ${layer.name} under ${name}: length ${layer.delta_norm === null ? 'none' : num(numberOf(layer.delta_norm) ?? NaN)}`, (x) => `10${superscript(Math.round(x))}`))));
  return h('section', {class: 'net-start', 'aria-label': name}, h('h3', {}, name), h('p', {class: 'net-hint'}, `${formula}; loss ${num(numberOf(loss) ?? NaN)}`), h('div', {class: 'net-row'}, ...wrong, take), h('table', {class: 'net-histograms'}, h('thead', {}, h('tr', {}, ...['', 'activations', 'gradients'].map((text) => h('th', {scope: 'col'}, text || 'layer')))), h('tbody', {}, ...rows)));
}

/** @param {Histogram} of @param {string} label @param {(x: number) => string} say */
function histogram({low, high, counts, zeros, nonfinite}, label, say) {
  const most = Math.max(1, ...counts, zeros), bar = WIDE / counts.length, extra = [zeros ? `${zeros} are exactly 0` : '', nonfinite ? `${nonfinite} are not finite` : ''].filter(Boolean).join(', ');
  const root = svg('svg', {class: 'net-histogram', viewBox: `0 0 ${WIDE} ${HIGH + 13}`, width: WIDE, height: HIGH + 13, role: 'img', 'aria-label': extra ? `${label}; ${extra}` : label});
  svg('title', {}, root).textContent = extra ? `${label}; ${extra}` : label;
  counts.forEach((count, i) => { if (count) svg('rect', {class: 'net-bin', x: i * bar + 0.5, width: bar - 1, y: HIGH * (1 - count / most), height: (HIGH * count) / most}, root); });
  svg('path', {class: 'net-base', d: `M0 ${HIGH + 0.5}H${WIDE}`}, root);
  svg('text', {class: 'plane-tick', x: 0, y: HIGH + 12}, root).textContent = say(low);
  svg('text', {class: 'plane-tick', x: WIDE, y: HIGH + 12, 'text-anchor': 'end'}, root).textContent = say(high);
  if (zeros || nonfinite) svg('text', {class: 'plane-tick', x: 0, y: 10}, root).textContent = nonfinite ? `${nonfinite} not finite` : `${zeros} are 0`;
  return root;
}
