/** Each unit's own picture: what it gives over the plane of two inputs, in ink. Asked with every run of a net with two inputs. */
import {readInk} from '../../render/ink.js';
import {paintField} from '../../ui/field.js';
import {followQuestion} from './kit.js';

const POINTS = 24;   // along each axis: a picture is 64 px wide

/** @typedef {{values: number[][], x: readonly [number, number], y: readonly [number, number]}} Sheet */

/**
 * @param {any} ctx @param {(sheets: Map<string, Sheet>, put: typeof putSheet) => void} paint  by the id of the unit's card
 * @returns {{has: () => boolean, paint: () => void, leave: () => void}}
 */
export function followPictures(ctx, paint) {
  /** @type {Map<string, Sheet>} */
  let sheets = new Map();
  const again = () => paint(sheets, putSheet);
  const leave = followQuestion(ctx, {
    path: '/network/boundary',
    ask: (state, {layers}) => (takesPlane(layers) ? {encoding: 'binary', grid: {resolution: POINTS}} : null),
    show(reply) {
      sheets = sheetsOf(reply);
      again();
    },
    told(error) { if (error) { sheets = new Map(); again(); } },
  });
  const themed = new MutationObserver(again), themes = matchMedia('(prefers-color-scheme: dark)');
  themed.observe(document.documentElement, {attributeFilter: ['data-theme']});
  themes.addEventListener('change', again);
  const forget = ctx.store.subscribe((/** @type {any} */ {net}) => net?.configuration.input, () => { sheets = new Map(); });
  return {
    has: () => sheets.size > 0, paint: again,
    leave() {
      leave();
      forget();
      themed.disconnect();
      themes.removeEventListener('change', again);
    },
  };
}

/** @param {import('./kit.js').Layer[]} layers */
export const takesPlane = (layers) => layers[0]?.takes.length === 1 && layers[0].takes[0] === 2;

/** @param {any} reply of /network/boundary, binary @returns {Map<string, Sheet>} */
export function sheetsOf({grid, layers}) {
  const sheets = new Map();
  if (!grid.y) return sheets;
  const x = /** @type {const} */ ([grid.x[0], grid.x.at(-1)]), y = /** @type {const} */ ([grid.y[0], grid.y.at(-1)]);
  for (const {name, units, values} of layers) {
    const flat = floats(values.float32), rows = grid.y.length, columns = grid.x.length, layer = Number(/\d+/.exec(name)?.[0] ?? 0) - 1;
    for (let unit = 0; unit < units; unit += 1) {
      const at = (/** @type {number} */ r) => Array.from(flat.subarray((unit * rows + r) * columns, (unit * rows + r + 1) * columns));
      sheets.set(`unit:${layer}:${unit}`, {x, y, values: Array.from({length: rows}, (_, r) => at(r))});
    }
  }
  return sheets;
}

/** @param {string} base64 of little-endian float32 @returns {Float32Array} */
function floats(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)), view = new DataView(bytes.buffer);
  return Float32Array.from({length: bytes.length / 4}, (_, i) => view.getFloat32(4 * i, true));
}

/** Light is low, dark is high; one line at the middle between. @param {HTMLCanvasElement} canvas @param {Sheet} sheet */
function putSheet(canvas, sheet) {
  const ink = readInk(canvas), all = sheet.values.flat(), lo = Math.min(...all), hi = Math.max(...all);
  paintField(canvas, sheet, {low: ink.paper, high: ink.ink, line: ink.line, levels: hi > lo ? [(lo + hi) / 2] : []});
}
