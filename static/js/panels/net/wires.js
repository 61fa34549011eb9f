/** The wires of a net's picture: δ up to the weight, δ·w beyond it, painted as the graph paints its own. */
import {wireWindow} from '../../model/scales.js';
import {curveOf} from '../../render/curve.js';
import {paintMap} from '../../render/heat.js';
import {paintWire} from '../../render/paint_wires.js';
import {weightOf} from './cards.js';

/** @typedef {import('../../model/net_plan.js').Plan} Plan @typedef {import('../../model/net_numbers.js').NetNumbers} NetNumbers @typedef {import('../../render/curve.js').Curve} Curve */
/** @typedef {{curve: Curve, gate: number}} Way */

const AMONG_MANY = 0.6;   // opacity

/** @type {WeakMap<import('../../model/net_plan.js').Wire, Way>} */
const ways = new WeakMap();

/** @param {import('../../model/net_plan.js').Wire} wire @returns {Way} */
export function wayOf(wire) {
  let known = ways.get(wire);
  if (!known) {
    const curve = curveOf(wire.route);
    ways.set(wire, known = {curve, gate: wire.gate ? curveOf(wire.gate).length / (curve.length || 1) : 0.5});
  }
  return known;
}

/** What arrives at a wire's weight, and what leaves it. @param {NetNumbers} net @param {import('../../model/net_plan.js').Wire} wire @returns {{up: any, out: any, shut: boolean}} */
export function carried(net, {link, from, to}) {
  if (link) {
    const up = net.layers[link.layer].delta?.[link.to] ?? null, {value} = weightOf(net, link);
    return {up, out: up === null ? null : link.from === null ? up : up * value, shut: link.from !== null && value === 0};
  }
  // between whole layers: what stands at the source is what left
  const slope = from && (from.layer < 0 ? net.input.slopeA : net.layers[from.layer]?.slopeA), own = from && from.unit >= 0 ? slope?.[from.unit] ?? null : slope ?? null;
  const target = net.layers[to.layer], delta = target?.delta ?? null, row = to.unit >= 0 ? target?.dense?.w[to.unit] : undefined;
  if (delta && row && (from?.unit ?? -1) < 0) return {up: delta[to.unit], out: row.map((w) => w * delta[to.unit]), shut: false};
  return {up: to.unit >= 0 && delta ? delta[to.unit] : delta ?? own, out: own, shut: false};
}

/**
 * @param {HTMLCanvasElement} canvas @param {Plan} plan @param {NetNumbers} net @param {import('../../render/ink.js').Ink} ink
 * @param {{scale: number, lit: Set<string>|null}} how  `lit`: wires that do not fade
 */
export function paintWires(canvas, plan, net, ink, {scale, lit}) {
  const c = canvas.getContext('2d');
  if (!c) return;
  const ratio = scale * (globalThis.devicePixelRatio || 1);
  canvas.width = Math.ceil(plan.width * ratio);
  canvas.height = Math.ceil(plan.height * ratio);
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  const all = plan.wires.map((wire) => ({wire, ...carried(net, wire)}));
  const sizes = all.flatMap(({up, out}) => [up, out].flat()).filter((each) => each !== null);
  const window = wireWindow(sizes), full = {c, ink, window, marked: {x: 0, y: 0, w: plan.width, h: plan.height}};
  // weights without a gate of their own are many: they are drawn thinner, on the same decades
  const thin = {...full, window: {lo: window.lo, hi: window.hi + 2 * (window.hi - window.lo)}, marked: null};
  for (const {wire, up, out, shut} of all) {
    const {curve, gate} = wayOf(wire), isArray = Array.isArray(up) || Array.isArray(out);
    const isOne = wire.link !== null && wire.gate === null && wire.link.from !== null, isLit = lit?.has(wire.id);
    c.globalAlpha = lit && !isLit ? ink.fadeWire : isOne && !isLit ? AMONG_MANY : 1;
    const brush = isOne ? thin : full;
    if (up === null || out === null) paintWire(brush, /** @type {any} */ ({curve}), /** @type {any} */ ({state: 'idle'}), gate);
    else paintWire(brush, /** @type {any} */ ({curve, strands: isArray, edge: {upstream: up, contribution: out}}), /** @type {any} */ ({state: shut ? 'blocked' : 'done', p: 1, head: 0, blocked: shut}), gate);
  }
  c.globalAlpha = 1;
  for (const map of plan.maps) paintTwin(c, ink, net, map);
}

/** A large layer's weights and their gradients, side by side, with the line between. @param {CanvasRenderingContext2D} c @param {import('../../render/ink.js').Ink} ink @param {NetNumbers} net @param {Plan['maps'][number]} map */
function paintTwin(c, ink, net, {layer, x, y: middle, side}) {
  const dense = net.layers[layer].dense;
  if (!dense) return;
  const rows = dense.w.length, columns = dense.w[0].length, cell = Math.max(1, Math.min(22, side / Math.max(rows, columns))), y = middle - (rows * cell) / 2;
  c.fillStyle = ink.paper;
  c.fillRect(x - 6, y - 6, 2 * side + 32, rows * cell + 12);
  const maps = /** @type {any} */ ({cell, rows, columns, shownRows: rows, shownColumns: columns, top: y});
  paintMap(c, ink, dense.w.flat(), maps, {row: 0, column: 0}, {x, hue: false});
  paintMap(c, ink, dense.dw ? dense.dw.flat() : null, maps, {row: 0, column: 0}, {x: x + side + 20, hue: true});
  c.fillStyle = ink.ink;
  c.fillRect(x + side + 10, y, 1, rows * cell);
}
