/**
 * The loss over a plane through all weights: two of them, or two random directions as long as the weights' own filters.
 * The way of the descent is projected onto it; the point can be dragged, and is then the page's weights.
 */
import {trainerOf} from '../../core/trainer.js';
import {blockOf, cellsOf, nestedOf, numbersOf, rowOf} from '../../model/blocks.js';
import {num} from '../../model/format.js';
import {toldAt, wayTo} from '../../model/runs.js';
import {real} from '../../model/tensor.js';
import {projection, weightsAt} from '../../model/weight_plane.js';
import {gradient} from '../../ui/marks.js';
import {h, setText} from '../../ui/dom.js';
import {among, choice, choices, noteLine} from '../derivatives/kit.js';
import {followTraining, followWeights, transport} from './training/kit.js';
import {raceForm} from './training/race.js';
import {createSurface3d} from './training/surface_3d.js';
import {createSurfaceMap} from './training/surface_map.js';
import {DASHES} from './training/curves.js';

/** @typedef {import('../../model/weight_plane.js').WeightPlane} WeightPlane @typedef {import('../../ui/field.js').Field} Field */
/** @typedef {{plane: WeightPlane, shapes: Record<string, number[]>, field: Field, names: readonly [string, string], origin: [number, number], project: ReturnType<typeof projection>}} Land  the field's axes, like all that is drawn, begin at the origin */

const RESOLUTION = 41, PATH = 300, LISTED = 400, NEAR = 1e-9;
const SPANS = /** @type {[string, string][]} */ ([['0.5', '± 0.5'], ['1', '± 1'], ['2', '± 2'], ['5', '± 5'], ['10', '± 10']]);

/** @param {HTMLElement} root @param {any} ctx store, actions, client @returns {() => void} */
export function mount(root, ctx) {
  const {store, actions, client} = ctx, trainer = trainerOf(ctx), bar = transport(ctx), note = noteLine(), told = h('p', {class: 'way-lead'});
  const kind = choice('Plane', (value) => actions.setWay({surfkind: value})), x = choice('Across', (value) => actions.setWay({surfx: value})), y = choice('Up', (value) => actions.setWay({surfy: value}));
  const span = choice('Reach', (value) => actions.setWay({surfspan: value})), log = h('input', {type: 'checkbox', onchange: () => actions.setWay({surflog: log.checked ? '1' : null})});
  const other = h('button', {type: 'button', class: 'tool way-apply', onclick: () => actions.setWay({surfseed: String(1 + Number(store.get().ways.surfseed ?? 0))})}, 'Other directions');
  const center = h('button', {type: 'button', class: 'tool way-apply', title: 'The plane goes through the weights as they are now', onclick: () => { made = ''; grid.ask(); }}, 'Center here');
  const map = createSurfaceMap(moved), solid = createSurface3d(), race = raceForm((wanted) => void raced(wanted));
  kind.list([['random', 'Two random directions'], ['parameters', 'Two weights']], 'random');
  root.replaceChildren(bar.root, choices(kind.root, x.root, y.root, other, span.root, h('label', {class: 'way-choice'}, log, 'Log scale'), center), note, told, h('div', {class: 'way-columns'}, map.root, solid.root), race.root);
  /** @type {Land|null} */
  let land = null;
  /** @type {{at: {x: number, y: number}, loss: number, slope: [number, number]}|null} */
  let point = null;
  /** @type {{points: {x: number, y: number, loss: number|null}[], mark: number, dash: readonly number[]}[]} */
  let racers = [];
  /** @type {Record<string, any>} */
  let first = {};
  let made = '';
  /** @type {Readonly<Record<string, any>>|undefined} */
  let configuration;

  // ── the field ─────────────────────────────────────────────────────────────────────────────────────────
  /** The grid is asked for anew only when the plane is another; training moves in the one that is there. @param {Record<string, any>} network @param {import('../../core/state.js').State} state */
  async function askGrid(network, {ways, net}) {
    const {shapes, first: drawn} = await trainer.about();
    first = drawn;
    const cells = cellsOf(shapes).slice(0, LISTED).map(({name, cell}) => /** @type {[string, string]} */ (cell.length ? [`${name}[${cell.join(',')}]`, `${name}[${cell.join(',')}]`] : [name, name]));
    const two = ways.surfkind === 'parameters', from = among(cells, ways.surfx), to = among(cells.filter(([value]) => value !== from), ways.surfy), reach = Number(among(SPANS, ways.surfspan ?? '1'));
    kind.select.value = two ? 'parameters' : 'random';
    x.list(cells, from);
    y.list(cells.filter(([value]) => value !== from), to);
    span.list(SPANS, String(reach));
    log.checked = ways.surflog === '1';
    x.root.hidden = y.root.hidden = !two;
    other.hidden = two;
    const directions = two ? {kind: 'parameters', x: from, y: to} : {kind: 'random', seed: Number(ways.surfseed ?? 0)}, key = JSON.stringify([directions, reach]);
    if (key === made && net?.configuration === configuration) { draw(); return null; }
    made = key;
    configuration = net?.configuration;
    const {parameters: _, ...rest} = network;
    return {network: rest, center: blockOf(present(shapes), shapes), directions, grid: {x: [-reach, reach], y: [-reach, reach], resolution: RESOLUTION}, encoding: 'binary'};
  }

  /** @param {any} reply */
  function showGrid({center: at, directions, labels, origin, x: xs, y: ys, loss}) {
    const plane = {center: numbersOf(at.float64), x: numbersOf(directions.x.float64), y: numbersOf(directions.y.float64)}, start = /** @type {[number, number]} */ ([Number(real(origin.x)), Number(real(origin.y))]);
    const ends = (/** @type {number[]} */ axis, /** @type {number} */ by) => /** @type {[number, number]} */ ([axis[0] + by, axis[axis.length - 1] + by]);
    land = {plane, shapes: at.shapes, names: [labels.x, labels.y], origin: start, project: projection(plane), field: {x: ends(xs, start[0]), y: ends(ys, start[1]), values: real(loss)}};
    racers = [];
    race.show([]);
    point = null;
    draw();
    slope.ask();
  }

  // ── the point ─────────────────────────────────────────────────────────────────────────────────────────
  /** The page's weights in one row. @param {Record<string, number[]>} shapes */
  const present = (shapes) => rowOf(store.get().net?.parameters ?? first, shapes);

  function here() {
    if (!land) return null;
    const {x: a, y: b, off} = land.project(present(land.shapes));
    return {x: a + land.origin[0], y: b + land.origin[1], off};
  }

  /** @param {Record<string, any>} network */
  function planeOf({parameters: _, ...network}) {
    const {plane, shapes} = /** @type {Land} */ (land);
    return {network, center: blockOf(plane.center, shapes), directions: {kind: 'given', x: blockOf(plane.x, shapes), y: blockOf(plane.y, shapes)}, grid: null, encoding: 'binary'};
  }

  /** @param {Record<string, any>} network @param {import('../../core/state.js').State} state */
  function askPoint(network, {net}) {
    const at = here();
    if (!land || !at || net?.configuration !== configuration) return null;
    return {...planeOf(network), point: [at.x - land.origin[0], at.y - land.origin[1]]};
  }

  /** @param {any} reply */
  function showPoint({point: {at, loss, gradient: found}}) {
    if (!land) return;
    point = {at: {x: at[0] + land.origin[0], y: at[1] + land.origin[1]}, loss: Number(real(loss)), slope: found.map((/** @type {any} */ each) => Number(real(each)))};
    draw();
  }

  /** The point was dragged there: these are the weights now. @param {number} toX @param {number} toY */
  function moved(toX, toY) {
    if (!land) return;
    trainer.pause();
    actions.setParameters(nestedOf(weightsAt(land.plane, toX - land.origin[0], toY - land.origin[1]), land.shapes));
  }

  /** @param {{optimizer: Record<string, any>, steps: number}[]} wanted */
  async function raced(wanted) {
    const body = land && askPoint(store.get().net.configuration, store.get()), mine = land;
    if (!body || !mine) return;
    try {
      const {race: runs} = await client.post('/network/landscape', {...body, race: wanted});
      if (land !== mine) return;
      racers = runs.map((/** @type {any} */ {path, loss}, /** @type {number} */ i) => ({mark: i, dash: DASHES[i], points: path.map((/** @type {any} */ at, /** @type {number} */ k) => ({x: Number(real(at[0])) + mine.origin[0], y: Number(real(at[1])) + mine.origin[1], loss: Number(real(loss[k]))}))}));
      race.show(runs.map((/** @type {any} */ run) => ({...run, loss: real(run.loss), off: real(run.off)})));
      draw();
    } catch (error) {
      note.hidden = false;
      setText(note, /** @type {Error} */ (error).message);
    }
  }

  // ── the picture ───────────────────────────────────────────────────────────────────────────────────────
  /** @param {boolean} [anew] */
  function draw(anew = false) {
    if (!land) return;
    const {run, step} = trainer.get(), at = here(), {field, names, origin, project} = land, isLog = log.checked;
    const path = run && run.recording.last >= 0 ? wayTo(run, step, PATH).map(({step: each, row}) => { const {x: a, y: b} = project(row); return {x: a + origin[0], y: b + origin[1], loss: toldAt(run, each)?.loss ?? null}; }) : [];
    const fresh = at && point && Math.hypot(point.at.x - at.x, point.at.y - at.y) < NEAR * (1 + Math.hypot(at.x, at.y)) ? point : null;
    tell(at, fresh);
    map.show({field, names, path, race: racers, at, slope: fresh?.slope ?? null, said: fresh ? `: loss ${num(fresh.loss)}` : '', log: isLog}, anew);
    solid.show({field, names, path, race: racers, at: at && {...at, loss: fresh?.loss ?? path.at(-1)?.loss ?? null}, log: isLog});
  }

  /** @param {{x: number, y: number, off: number}|null} at @param {typeof point} fresh */
  function tell(at, fresh) {
    if (!land || !at) return;
    const {names: [nameX, nameY]} = land;
    told.replaceChildren(`${nameX} ${num(at.x)}, ${nameY} ${num(at.y)}`, ...(fresh ? [`: loss ${num(fresh.loss)}, slopes `, gradient(fresh.slope[0]), ' and ', gradient(fresh.slope[1])] : []), at.off > 1e-6 ? `. The weights are ${num(at.off)} off this plane.` : '.');
  }

  client.get('/network/optimizers').then((/** @type {any} */ {optimizers}) => race.list(optimizers)).catch(() => race.root.remove());
  const grid = followWeights(ctx, {path: '/network/landscape', ask: askGrid, show: showGrid, note}), slope = followWeights(ctx, {path: '/network/landscape', ask: askPoint, show: showPoint, note: h('p')});
  const rethemed = new MutationObserver(() => draw(true)), dark = matchMedia('(prefers-color-scheme: dark)'), repaint = () => draw(true);
  rethemed.observe(document.documentElement, {attributeFilter: ['data-theme']});
  dark.addEventListener('change', repaint);
  const leaves = [followTraining(ctx, () => draw()), grid.leave, slope.leave, bar.leave, race.leave, () => rethemed.disconnect(), () => dark.removeEventListener('change', repaint)];
  return () => { for (const leave of leaves) leave(); };
}
