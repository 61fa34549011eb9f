/**
 * The picture of the net: neurons as cards, weights as gates between them, wires with δ up to the gate and δ·w beyond; or a
 * box per layer; or, one step further in, the graph. What is chosen is told at the side.
 */
import {numbersOf} from '../../model/net_numbers.js';
import {planOf} from '../../model/net_plan.js';
import {loadFaces, readInk} from '../../render/ink.js';
import {h, setAttribute, setText} from '../../ui/dom.js';
import {cardView, pillView} from './cards.js';
import {errorLine, examplesOf, followViewed, sampleChoice} from './kit.js';
import {inGraph} from './layers.js';
import {followPictures} from './pictures.js';
import {createTold} from './told.js';
import {nearestTo} from './walk.js';
import {paintWires, wayOf} from './wires.js';
import {distanceTo} from '../../render/curve.js';

/** @typedef {import('../../model/net_plan.js').Plan} Plan @typedef {import('../../model/net_numbers.js').NetNumbers} NetNumbers @typedef {import('./cards.js').View} View */

const SCROLLED_PX = 80, NEAR_PX = 7, SCALE_LEAST = 0.66;
const DEPTHS = /** @type {const} */ ([['layers', 'Layers'], ['neurons', 'Neurons'], ['graph', 'Graph']]);

/** @param {HTMLElement} root @param {HTMLElement} side where what is chosen is told @param {any} ctx store, actions, client @returns {() => void} */
export function mount(root, side, ctx) {
  const {store, actions} = ctx, error = errorLine(), sample = sampleChoice(ctx), told = createTold(side, ctx);
  const depths = DEPTHS.map(([key, text]) => h('button', {type: 'button', class: 'net-depth', 'aria-pressed': 'false', onclick: () => goTo(key)}, text));
  const scope = h('span', {class: 'net-scope', role: 'status'});
  const tools = h('div', {class: 'net-tools'}, h('span', {class: 'net-row', role: 'group', 'aria-label': 'Depth'}, ...depths), sample.root, scope);
  const canvas = h('canvas', {class: 'net-wires', 'aria-hidden': 'true'}), heads = h('div', {class: 'net-heads', 'aria-hidden': 'true'}), cards = h('div', {class: 'net-cards'});
  const world = h('div', {class: 'net-world'}, canvas, heads, cards), sized = h('div', {class: 'net-sized'}, world), ground = h('div', {class: 'net-ground'}, sized);
  root.replaceChildren(tools, error.root, ground);

  /** @type {{net: NetNumbers, plan: Plan, views: Map<string, View>, sample: number|null, found: any, run: any}|null} */
  let shown = null;
  /** @type {string|null} */
  let hovered = null;
  /** @type {string|null} */
  let pinned = null;
  let built = '', scale = 1;
  const pictures = followPictures(ctx, paintPictures);

  const depth = () => (store.get().ways.depth === 'layers' ? 'layers' : 'neurons');
  const chosenId = () => hovered ?? pinned;

  /** @param {'layers'|'neurons'|'graph'} key */
  function goTo(key) {
    if (key !== 'graph') return actions.setWay({depth: key === 'neurons' ? null : key});
    if (!shown) return;
    const at = placeOf(chosenId()), {layers} = shown.found, layer = layers[Math.max(0, Math.min(layers.length - 1, at?.layer ?? layers.length - 1))];
    inGraph(shown.found.run, layer, actions);
  }

  /** The layer and unit of a card or of a pill's end. @param {string|null} id */
  function placeOf(id) {
    const card = shown?.plan?.cards.find((each) => each.id === id), link = shown?.plan?.wires.find((each) => each.id === id)?.link;
    return card ? card.place : link ? {layer: link.layer, unit: link.to} : null;
  }

  /** @param {any} run @param {number|null} which @param {any} found */
  function show(run, which, found) {
    const net = numbersOf(run);
    shown = {net, plan: shown?.plan ?? /** @type {any} */ (null), views: shown?.views ?? new Map(), sample: which, found, run};
    sample.update(examplesOf(found), which);
    setText(scope, which === null ? net.examples === 1 ? 'One example.' : `${isMean() ? 'Means' : 'Values are means, gradients sums,'} over ${net.examples} examples.` : `Example ${which + 1} alone.`);
    draw();
  }

  const isMean = () => (store.get().net?.configuration.reduction ?? 'mean') === 'mean';

  /** Why there is no picture yet, or why it is of an earlier net. */
  function tellProblems() {
    const {problems, status, net} = store.get();
    if (!net) return;
    error.tell(status === 'offline' ? 'Offline: the net is worked out when the server is back.' : problems.length ? problems.map((/** @type {import('../../core/state.js').Problem} */ {message}) => message).join('\n') : null);
    root.toggleAttribute('data-stale', Boolean(problems.length) && shown !== null);
  }

  /** Where parts stand changes seldom, their numbers with every run. */
  function draw() {
    if (!shown) return;
    const {net} = shown, how = {depth: /** @type {'layers'|'neurons'} */ (depth()), pictures: pictures.has(), chosen: placeOf(pinned)};
    const key = JSON.stringify([how, net.input.a?.length, net.layers.map(({name, type, activation, units, gives, dense}) => [name, type, activation, units, gives, Boolean(dense?.b)])]);
    if (key !== built) build(key, planOf(net, how), how);
    for (const view of shown.views.values()) view.update(net, {mean: shown.sample === null});
    depths.forEach((button, i) => setAttribute(button, 'aria-pressed', String(DEPTHS[i][0] === how.depth)));
    paint();
  }

  /** @param {string} key @param {Plan} plan @param {{depth: string}} how */
  function build(key, plan, how) {
    if (!shown) return;
    const {net} = shown, had = cards.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.id : null;
    built = key;
    shown.plan = plan;
    shown.views = new Map([...plan.cards.map((card) => /** @type {[string, View]} */ ([card.id, cardView(card, net)])), ...plan.pills.map((pill) => /** @type {[string, View]} */ ([pill.id, pillView(pill)]))]);
    cards.replaceChildren(...[...shown.views.values()].map(({root: each}) => each));
    heads.replaceChildren(...plan.heads.filter(({text}) => how.depth === 'neurons' || !text.startsWith('W ')).map(({text, x}) => { const head = h('span', {}, text); head.style.left = `${x}px`; return head; }));
    if (pinned && !shown.views.has(pinned) && !plan.wires.some(({id}) => id === pinned)) pinned = null;
    hovered = null;
    const stop = shown.views.get(had ?? '') ?? shown.views.get(pinned ?? '') ?? [...shown.views.values()][0];
    if (stop) stop.root.tabIndex = 0;
    if (had) stop?.root.focus({preventScroll: true});
    fit();
    const hidden = ground.scrollHeight - ground.clientHeight;
    ground.scrollTop = hidden > SCROLLED_PX ? hidden / 2 : 0; // the heads stay in sight where little is below
    pictures.paint();
  }

  /** As wide as there is room, but never too small to read. */
  function fit() {
    if (!shown?.plan) return;
    const {width, height} = shown.plan;
    scale = Math.max(SCALE_LEAST, Math.min(1, ground.clientWidth / width, (ground.clientHeight - 4) / height));
    Object.assign(world.style, {width: `${width}px`, height: `${height}px`, transform: `scale(${scale})`});
    world.style.setProperty('--scale', String(scale));
    Object.assign(sized.style, {width: `${width * scale}px`, height: `${height * scale}px`});
    Object.assign(canvas.style, {width: `${width}px`, height: `${height}px`});
    paint();
  }

  function paint() {
    if (!shown?.plan) return;
    const id = chosenId(), lit = id ? litBy(id, shown.plan) : null;
    paintWires(canvas, shown.plan, shown.net, readInk(root), {scale, lit});
    for (const [key, view] of shown.views) {
      setAttribute(view.root, 'data-faded', Boolean(lit) && !lit?.has(key));
      setAttribute(view.root, 'data-chosen', key === id);
      setAttribute(view.root, 'data-pinned', key === pinned);
    }
    told.show(shown, id);
  }

  /** @param {Map<string, {values: number[][], x: readonly [number, number], y: readonly [number, number]}>} sheets by card @param {(canvas: HTMLCanvasElement, sheet: any) => void} put */
  function paintPictures(sheets, put) {
    if (!shown) return;
    if (shown.plan && pictures.has() !== shown.plan.cards.some(({kind, w}) => kind === 'unit' && w > 100)) draw();
    for (const [id, {canvas: place}] of shown.views) if (place && sheets.has(id)) put(place, sheets.get(id));
  }

  /** @param {string|null} id */
  function hover(id) {
    if (id === hovered) return;
    hovered = id;
    paint();
  }

  ground.addEventListener('pointermove', (event) => {
    if (event.pointerType === 'touch') return;
    const on = event.target instanceof Element ? event.target.closest('[data-id]') : null;
    hover(on instanceof HTMLElement ? on.dataset.id ?? null : wireAt(event));
  });
  ground.addEventListener('pointerleave', () => hover(null));

  /** @param {PointerEvent|MouseEvent} event @returns {string|null} */
  function wireAt(event) {
    const box = canvas.getBoundingClientRect(), x = (event.clientX - box.left) / scale, y = (event.clientY - box.top) / scale;
    const found = (shown?.plan?.wires ?? []).filter(({link}) => link).map((wire) => ({id: wire.id, away: distanceTo(wayOf(wire).curve, x, y)})).sort((a, b) => a.away - b.away)[0];
    return found && found.away < NEAR_PX ? found.id : null;
  }

  ground.addEventListener('click', (event) => {
    const on = event.target instanceof Element ? event.target.closest('[data-id]') : null;
    const id = on instanceof HTMLElement ? on.dataset.id ?? null : wireAt(event), card = shown?.plan?.cards.find((each) => each.id === id);
    if (depth() === 'layers' && card?.kind === 'block') return actions.setWay({depth: null});
    pinned = id === pinned ? null : id;
    draw();
  });
  cards.addEventListener('focusin', (event) => {
    const id = /** @type {HTMLElement} */ (event.target).dataset.id ?? null;
    for (const {root: each} of shown?.views.values() ?? []) each.tabIndex = each.dataset.id === id ? 0 : -1;
    hover(id);
  });
  cards.addEventListener('focusout', () => hover(null));
  cards.addEventListener('keydown', (event) => {
    const from = /** @type {HTMLElement} */ (event.target).dataset.id, next = from && shown ? nearestTo(shown.plan, from, event.key) : null;
    if (event.key === 'Escape' && pinned) { pinned = null; draw(); } else if (next) shown?.views.get(next)?.root.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const resized = new ResizeObserver(fit), rethemed = new MutationObserver(paint), themes = matchMedia('(prefers-color-scheme: dark)');
  resized.observe(ground);
  rethemed.observe(document.documentElement, {attributeFilter: ['data-theme']});
  themes.addEventListener('change', paint);
  void loadFaces().then(paint);
  tellProblems();
  const leaves = [
    followViewed(ctx, show, error.tell),
    store.subscribe((/** @type {any} */ {ways}) => ways.depth, draw),
    store.subscribe((/** @type {any} */ {problems, status}) => [problems, status], tellProblems),
  ];
  return () => {
    for (const leave of leaves) leave();
    pictures.leave();
    resized.disconnect();
    rethemed.disconnect();
    themes.removeEventListener('change', paint);
    side.replaceChildren();
    root.replaceChildren();
  };
}

/** What belongs to a part: a unit's weights and what they come from, a weight's two ends. @param {string} id @param {Plan} plan @returns {Set<string>} */
function litBy(id, plan) {
  const lit = new Set([id]), card = plan.cards.find((each) => each.id === id);
  const cardAt = (/** @type {any} */ place) => plan.cards.find((each) => place && each.place.layer === place.layer && (each.place.unit === place.unit || each.kind === 'block'))?.id;
  for (const wire of plan.wires) {
    const ends = [cardAt(wire.from), cardAt(wire.to)];
    if (wire.id !== id && !(card && ends.includes(card.id))) continue;
    for (const each of [wire.id, ...ends]) if (each) lit.add(each);
  }
  return lit;
}
