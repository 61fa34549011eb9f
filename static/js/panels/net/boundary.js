/** What the net gives over the plane of its inputs, with the data: the boundary moves while it trains. */
import {trainerOf} from '../../core/trainer.js';
import {fieldOf, largestOf, marginOf, unitsOf} from '../../model/boundary.js';
import {num} from '../../model/format.js';
import {extentOf} from '../../ui/field.js';
import {createPlot} from '../../ui/plot.js';
import {h, setText} from '../../ui/dom.js';
import {among, choice, choices, noteLine} from '../derivatives/kit.js';
import {classMark, CLASSES} from './drawn.js';
import {followWeights, transport} from './training/kit.js';
import {createMap} from './training/map.js';

const SIDE = 290;           // px
const LISTED = 64;          // inputs to choose from
const POINTS = 600;         // examples drawn, of training and of test

/** @param {HTMLElement} root @param {any} ctx store, actions, client @returns {() => void} */
export function mount(root, ctx) {
  const {store, actions} = ctx, trainer = trainerOf(ctx), bar = transport(ctx), note = noteLine();
  const map = createMap({width: SIDE + 56, height: SIDE + 42, label: 'What the net gives over its inputs'});
  const plot = createPlot({name: 'What the net gives over its input', x: {label: 'input'}, y: {label: 'output'}});
  const told = h('p', {class: 'way-lead'}), key = h('p', {class: 'way-note'});
  const across = choice('Across', (value) => actions.setWay({mapx: value})), up = choice('Up', (value) => actions.setWay({mapy: value})), output = choice('Output', (value) => actions.setWay({mapout: value}));
  const fine = choice('Points', (value) => actions.setWay({mapfine: value}));
  fine.list([['25', '25 × 25'], ['40', '40 × 40'], ['80', '80 × 80']], '40');
  root.replaceChildren(bar.root, choices(across.root, up.root, output.root, fine.root), note, h('div', {class: 'way-columns'}, map.root, h('div', {class: 'way-wide'}, told, key, plot.root)));
  /** @type {import('../../core/trainer.js').Data|null} */
  let data = null;
  let framed = '';

  /** @param {Record<string, any>} network @param {import('../../core/state.js').State} state */
  async function ask(network, {ways}) {
    ({data} = await trainer.about());
    const inputs = inputNames(network.input), flatOnes = inputs.length > 1;
    const x = among(inputs, ways.mapx), y = flatOnes ? among(inputs.filter(([value]) => value !== x), ways.mapy ?? '1') : null;
    across.list(inputs, x);
    if (y !== null) up.list(inputs.filter(([value]) => value !== x), y);
    across.root.hidden = up.root.hidden = inputs.length < 3;
    const resolution = Number(among([['25', ''], ['40', ''], ['80', '']], ways.mapfine ?? '40'));
    fine.select.value = String(resolution);
    return {network, neurons: false, encoding: 'binary', grid: {resolution, axes: [Number(x), ...(y === null ? [] : [Number(y)])]}};
  }

  /** @param {any} reply */
  function show({grid, layers, decision}) {
    const units = unitsOf(layers.at(-1).values), isLine = grid.y === null, classes = decision?.kind === 'argmax';
    map.root.hidden = isLine;
    plot.root.hidden = !isLine;
    fine.root.hidden = isLine;
    output.root.hidden = units.length < 2;
    const options = /** @type {[string, string][]} */ ([...(classes && !isLine ? [['all', 'Classes']] : []), ...units.map((_, i) => [String(i), classes ? `class ${i}` : `output ${i + 1}`])]);
    const chosen = among(options, store.get().ways.mapout);
    output.list(options, chosen);
    if (isLine) return line(units[Number(chosen)], grid, decision);
    paint(units, chosen, grid, decision);
    frame(grid);
    root.dataset.frames = String(1 + Number(root.dataset.frames ?? 0));
  }

  /** @param {Float32Array[]} units @param {string} chosen @param {any} grid @param {any} decision */
  function paint(units, chosen, grid, decision) {
    if (chosen === 'all') {
      const classes = largestOf(units), most = Math.max(1, units.length - 1);
      map.paint(fieldOf(classes, grid), {range: [0, most], levels: Array.from({length: most}, (_, i) => i + 0.5), smooth: false});
      const margins = marginOf(units);
      setText(told, `The largest output decides. The closest call is won by ${num(Math.min(...margins))}.`);
      return;
    }
    const field = fieldOf(units[Number(chosen)], grid), extent = extentOf(field), threshold = decision?.kind === 'threshold' ? decision.at : null;
    map.paint(field, threshold === null ? {} : {levels: [threshold]});
    const reach = extent ? `from ${num(extent[0])} (as the paper) to ${num(extent[1])} (as ink)` : 'no number anywhere';
    setText(told, threshold === null ? `The output goes ${reach}.` : `The output goes ${reach}. On the line it is ${num(threshold)}: class 1 is above it.`);
  }

  /** Axes and data, anew only where they are others. @param {any} grid */
  function frame(grid) {
    const {x, y, axes} = grid, mine = JSON.stringify([x[0], x.at(-1), y[0], y.at(-1), axes, data?.samples, data?.x[0]]);
    if (mine === framed || !data) return;
    framed = mine;
    map.plane.frame({x: [x[0], x.at(-1)], y: [y[0], y.at(-1)], names: [`x${axes[0] + 1}`, `x${axes[1] + 1}`]});
    points(data.x, data.y, axes, false);
    points(data.test_x, data.test_y, axes, true);
    setText(key, keyOf(data));
  }

  /** @param {any} xs @param {any} ys @param {number[]} axes @param {boolean} test */
  function points(xs, ys, axes, test) {
    if (!Array.isArray(xs) || !Array.isArray(ys)) return;
    xs.slice(0, POINTS).forEach((/** @type {any} */ example, /** @type {number} */ i) => {
      const row = [example].flat(Infinity), mark = classMark(data?.task === 'classification' ? classOf(ys[i]) % CLASSES : 0, map.plane.ground);
      mark.setAttribute('transform', `translate(${map.plane.px(row[axes[0]])} ${map.plane.py(row[axes[1]])}) scale(${test ? 0.6 : 0.9})`);
    });
  }

  /** @param {Float32Array} values @param {any} grid @param {any} decision */
  function line(values, grid, decision) {
    const examples = (/** @type {any} */ xs, /** @type {any} */ ys) => {
      const pairs = (Array.isArray(xs) ? xs : []).map((/** @type {any} */ x, /** @type {number} */ i) => [[x].flat(Infinity)[0], [ys[i]].flat(Infinity)[0]]).sort((/** @type {number[]} */ a, /** @type {number[]} */ b) => a[0] - b[0]);
      const once = pairs.filter((/** @type {number[]} */ pair, /** @type {number} */ i) => i === 0 || pair[0] > pairs[i - 1][0]);
      return {x: once.map((/** @type {number[]} */ pair) => pair[0]), y: once.map((/** @type {number[]} */ pair) => pair[1])};
    };
    plot.show([
      {label: 'training data', ...examples(data?.x, data?.y), width: 0, tone: 'line'}, {label: 'test data', ...examples(data?.test_x, data?.test_y), width: 0, tone: 'ink2'},
      {label: 'the net', x: grid.x, y: [...values], width: 2, dash: []},
    ], {live: true});
    setText(told, decision?.kind === 'threshold' ? `Class 1 is above ${num(decision.at)}.` : '');
  }

  const asking = followWeights(ctx, {path: '/network/boundary', ask, show, note});
  const rethemed = new MutationObserver(asking.ask), dark = matchMedia('(prefers-color-scheme: dark)');
  rethemed.observe(document.documentElement, {attributeFilter: ['data-theme']});
  dark.addEventListener('change', asking.ask);
  return () => {
    rethemed.disconnect();
    dark.removeEventListener('change', asking.ask);
    asking.leave();
    bar.leave();
    plot.destroy();
  };
}

/** @param {number|number[]} input @returns {[string, string][]} */
function inputNames(input) {
  const count = [input].flat().reduce((product, n) => product * n, 1);
  return Array.from({length: Math.min(LISTED, count)}, (_, i) => [String(i), `x${i + 1}`]);
}

/** The class of a target: its number, or where its one is. @param {any} y */
function classOf(y) {
  const row = [y].flat(Infinity);
  return row.length > 1 ? row.indexOf(Math.max(...row)) : Math.round(Number(row[0]));
}

/** @param {import('../../core/trainer.js').Data} data */
function keyOf({task, classes, samples, test_samples}) {
  const many = `${samples} training examples${test_samples ? `, ${test_samples} test examples smaller` : ''}`;
  return task === 'classification' ? `${many}. Class 0 filled, class 1 a ring${(classes ?? 2) > 2 ? ', class 2 a square, class 3 a cross, then anew' : ''}.` : `${many}.`;
}
