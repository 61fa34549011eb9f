/**
 * A chart of curves: named axes, ticks, a key that reads the values under the pointer or the arrow keys, and the same
 * numbers as a table. Lines differ by dash and width; a hue is for the sign of gradients alone. uPlot paints it.
 */
import {num, superscript} from '../model/format.js';
import {h, setText} from './dom.js';
import {linkStyle} from './sheets.js';

/** @typedef {'ink'|'ink2'|'line'|'pos'|'neg'} Tone */
/**
 * @typedef {object} Series
 * @property {string} label
 * @property {readonly number[]} x        rising
 * @property {readonly (number|null)[]} y  null, and what is not finite: a gap
 * @property {readonly number[]} [dash]    px
 * @property {number} [width]              px; 0: points alone
 * @property {Tone} [tone]
 * @property {boolean} [points]            mark each point
 */
/** @typedef {{label: string, log?: boolean, range?: readonly [number, number]}} Axis */
/** @typedef {{x?: Axis, y?: Axis, marker?: number|null, live?: boolean}} Options  `marker`: an x with a line through it; `live`: more will follow at once, so the table waits until it is opened */
/**
 * @typedef {object} Chart
 * @property {HTMLElement} root
 * @property {(series: readonly Series[], options?: Options) => void} show  curves of the same kinds as before are drawn in place
 * @property {() => void} destroy
 */

const HEIGHT = 220;
const TICKS = 55;         // px between ticks, at least
const DECADES = 7;        // on an axis, at most
const ROWS = 12;          // of the table
const DASHES = [[], [6, 4], [2, 3], [9, 3, 2, 3]];

/** @type {Promise<any>|null} */
let library = null;

/**
 * @param {{name: string, x: Axis, y: Axis, height?: number, pick?: (x: number) => void}} what
 *   `name`: what the chart shows, in words; `pick`: called with the x under the cursor on click and Enter
 * @returns {Chart}
 */
export function createPlot({name, x, y, height = HEIGHT, pick}) {
  const area = h('div', {class: 'plot-area', role: 'group', tabindex: '0', 'aria-label': `${name}. Arrow keys read the values.`});
  const key = h('p', {class: 'plot-key', role: 'status'});
  const table = h('table', {class: 'plot-table'});
  const numbers = h('details', {ontoggle: () => { if (numbers.open) tabulate(); }}, h('summary', {}, 'Numbers'), table);
  const root = h('figure', {class: 'plot'}, h('figcaption', {}, name), area, key, numbers);
  /** @type {readonly Series[]} */
  let shown = [];
  /** @type {any} */
  let plot = null;
  let axes = {x, y}, cursor = -1, alive = true, drawn = '';
  /** @type {number|null} */
  let marker = null;
  const themes = matchMedia('(prefers-color-scheme: dark)');
  const resized = new ResizeObserver(() => plot && plot.setSize({width: Math.max(120, area.clientWidth), height}));
  const rethemed = new MutationObserver(rebuild);

  async function rebuild() {
    library ??= linkStyle('/static/vendor/uplot.css').then(() => import(/** @type {string} */ ('/static/vendor/uplot.js'))).catch(() => null);
    const found = await library;
    if (!found || !alive || !shown.length) return;
    const kinds = JSON.stringify([axes, shown.map(({x: _, y: __, ...kind}) => kind), readTones(area)]), data = found.default.join(shown.map((each) => [[...each.x], each.y.map(finite)]));
    if (plot && kinds === drawn) return plot.setData(data);
    drawn = kinds;
    plot?.destroy();
    const tones = readTones(area);
    plot = new found.default(optionsOf(), data, area);

    function optionsOf() {
      const axis = (/** @type {Axis} */ {label, log}) => ({
        label, ...(log ? {splits: decades} : {}), labelSize: 20, labelFont: tones.font, font: tones.font, stroke: tones.ink2, size: 58, space: TICKS,
        grid: {stroke: tones.hair, width: 1}, ticks: {stroke: tones.line, width: 1, size: 4}, values: (/** @type {any} */ _, /** @type {(number|null)[]} */ at) => at.map((v) => (v === null ? '' : log ? `10${superscript(Math.round(Math.log10(v)))}` : num(v))),
      });
      const scale = (/** @type {Axis} */ {log, range}) => ({time: false, ...(log ? {distr: 3} : {}), ...(range ? {range: [...range]} : {})});
      return {
        width: Math.max(120, area.clientWidth), height, legend: {show: false}, scales: {x: scale(axes.x), y: scale(axes.y)},
        axes: [{...axis(axes.x), size: 30}, axis(axes.y)],
        series: [{}, ...shown.map((each, i) => ({
          label: each.label, stroke: tones[each.tone ?? 'ink'], width: each.width ?? 1.5, dash: each.dash ?? DASHES[i % DASHES.length],
          points: {show: Boolean(each.points) || each.width === 0, size: 7, fill: tones[each.tone ?? 'ink']}, spanGaps: false,
        }))],
        hooks: {draw: [(/** @type {any} */ u) => paintMarker(u, tones.ink2)], setCursor: [(/** @type {any} */ u) => read(u.cursor.idx ?? -1)]}, cursor: {drag: {x: false, y: false}},
      };
    }
  }

  /** @param {any} u @param {string} stroke */
  function paintMarker(u, stroke) {
    if (marker === null) return;
    const {ctx, bbox: {top, height: high}} = u, at = Math.round(u.valToPos(marker, 'x', true)) + 0.5;
    ctx.save();
    ctx.strokeStyle = stroke;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.moveTo(at, top);
    ctx.lineTo(at, top + high);
    ctx.stroke();
    ctx.restore();
  }

  const tabulate = () => table.replaceChildren(...tableOf(shown, axes));

  /** @param {number} at index into the joined x */
  function read(at) {
    cursor = at;
    const data = plot?.data, places = data?.[0] ?? [];
    if (at < 0 || at >= places.length) return setText(key, shown.map(({label}) => label).join(' · '));
    const parts = shown.map(({label}, i) => [label, data[i + 1][at]]).filter(([, value]) => value !== null && value !== undefined);
    setText(key, `${axes.x.label} ${num(places[at])}: ${parts.map(([label, value]) => `${label} ${num(value)}`).join(', ')}`);
  }

  area.addEventListener('keydown', (event) => {
    const by = {ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity}[event.key];
    const places = plot?.data[0] ?? [];
    if (by !== undefined && places.length) {
      const at = Math.max(0, Math.min(places.length - 1, cursor + by));
      plot.setCursor({left: plot.valToPos(places[at], 'x'), top: height / 3});
      read(at);
    } else if (event.key === 'Enter' && pick && cursor >= 0) pick(places[cursor]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  area.addEventListener('click', () => { if (pick && plot && cursor >= 0) pick(plot.data[0][cursor]); });
  resized.observe(area);
  rethemed.observe(document.documentElement, {attributeFilter: ['data-theme']});
  themes.addEventListener('change', rebuild);

  return {
    root,
    show(series, options = {}) {
      shown = series;
      axes = {x: options.x ?? axes.x, y: options.y ?? axes.y};
      marker = options.marker ?? null;
      if (!options.live || numbers.open) tabulate();
      if (!options.live) cursor = -1;
      if (cursor < 0) setText(key, series.map(({label}) => label).join(' · '));
      void rebuild();
    },
    destroy() {
      alive = false;
      resized.disconnect();
      rethemed.disconnect();
      themes.removeEventListener('change', rebuild);
      plot?.destroy();
    },
  };
}

/** Whole powers of ten between two ends, few enough to be read. @param {any} _ @param {number} __ @param {number} lo @param {number} hi @returns {number[]} */
function decades(_, __, lo, hi) {
  const from = Math.ceil(Math.log10(lo) - 1e-9), to = Math.floor(Math.log10(hi) + 1e-9), step = Math.max(1, Math.ceil((to - from) / DECADES));
  return Array.from({length: Math.max(0, Math.floor((to - from) / step) + 1)}, (_, i) => 10 ** (from + i * step));
}

/** @param {number|null} value */
const finite = (value) => (value !== null && Number.isFinite(value) ? value : null);

/** @param {Element} element @returns {Record<string, string>} */
function readTones(element) {
  const style = getComputedStyle(element), read = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return {ink: read('--ink'), ink2: read('--ink-2'), line: read('--line'), hair: read('--hair'), pos: read('--pos'), neg: read('--neg'), font: `12px ${read('--font-ui')}`};
}

/** Up to twelve points of each curve, evenly taken. @param {readonly Series[]} series @param {{x: Axis, y: Axis}} axes */
function tableOf(series, axes) {
  const rows = series.flatMap(({label, x, y}) => {
    const step = Math.max(1, Math.ceil(x.length / ROWS));
    return x.flatMap((at, i) => (i % step ? [] : [h('tr', {}, h('th', {scope: 'row'}, label), h('td', {class: 'num'}, num(at)), h('td', {class: 'num'}, y[i] === null ? '—' : num(/** @type {number} */ (y[i]))))]));
  });
  return [h('thead', {}, h('tr', {}, ...['Curve', axes.x.label, axes.y.label].map((text) => h('th', {scope: 'col'}, text)))), h('tbody', {}, ...rows)];
}
