/**
 * The graph panel. What is seen is a pure function of run, t, layout, viewport and selection;
 * this file carries the store's state to the painter and the person's deeds to the actions.
 */
import {timeline, frameAt} from '../model/timeline.js';
import {openedAround} from '../core/selectors.js';
import {createCards} from './cards.js';
import {createDirector} from './director.js';
import {createFolds} from './folds.js';
import {loadFaces, nameWidth, readInk} from './ink.js';
import {createKeeping} from './keeping.js';
import {listenToKeys} from './keyboard.js';
import {listenToMinimap} from './minimap.js';
import {createOverlay} from './overlay.js';
import {createPainter} from './painter.js';
import {askedAbout, pathsToOutput, tracedIn, withInsides} from './paths.js';
import {listenToPointer} from './pointer.js';
import {createSight} from './sight.js';
import {buildStage, fitCanvases, insetOf, NARROW} from './stage.js';
import {createSurroundings} from './surroundings.js';
import {buildKey, buildTools} from './tools.js';
import {fit, holds, roomOf, unchosen, viewport, zoomedAt} from './viewport.js';

export {describe} from './describe.js';
export {GRAPH_KEYS} from './walk.js';

/** @typedef {import('./pointer.js').Selection} Selection @typedef {import('../model/types.js').Run} Run @typedef {import('../model/types.js').Frame} Frame */

/** What of the state is in the picture. */
const SHOWN = ['run', 't', 'status', 'stale', 'problems', 'hovered', 'traced', 'badges', 'pinned', 'held', 'find', 'labels', 'direction', 'theme', 'viewport', 'anatomy'];

/**
 * @param {HTMLElement} root
 * @param {any} ctx store, actions
 * @returns {() => void} unmount
 */
export function mount(root, {store, actions}) {
  const stage = buildStage(root);
  const below = context(stage.wires);
  const above = context(stage.over);
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const moves = () => !still.matches;
  let ink = readInk(root);
  let size = {w: 0, h: 0};
  let ratio = 1;
  let request = 0;
  let fresh = true;
  let last = store.get();

  const sight = createSight({moves});
  const director = createDirector({
    widthOf: (text, px) => nameWidth(above, ink, text, px), moves, changed: () => arrived(), failed: (message) => { stage.note.textContent = message; stage.note.hidden = false; },
  });
  const painter = createPainter();
  const cards = createCards(stage.cards, {italics: () => ink.italics, ink: () => ink});
  const folds = createFolds({store, actions, view: () => view(), isWhole: (scene) => freeView(scene, scene.run.output).k === fit(scene.bounds, size, insetOf(size)).k});
  const keeping = createKeeping({store, actions, view: () => view(), setView, soften: () => sight.soften(), settled: () => director.settled(), size: () => size});
  const surroundings = createSurroundings(above, () => ink);
  const overlay = createOverlay({stage, store, cards, surroundings, map: context(stage.minimap), fold: (key) => folds.fold(key)});
  const key = buildKey(stage.key);
  const tools = buildTools(stage.tools, {
    labels: (value) => actions.setLabels(value), fit: fitAll, direction: (value) => actions.setDirection(value), detail: (value) => actions.setDetail(value),
    zoom: () => setView(zoomedAt(view(), size.w / 2, size.h / 2, 1 / view().k), true),
  });

  const view = () => sight.current() ?? viewport(0, 0, 1);
  const direction = () => store.get().direction ?? (size.w < NARROW ? 'down' : 'right');
  const selection = () => store.get().hovered ?? store.get().pinned;

  /** @param {import('./viewport.js').Viewport} next @param {boolean} [soft] */
  function setView(next, soft = false) {
    if (soft) sight.soften(); else sight.hold();
    actions.setViewport({x: next.x, y: next.y, k: next.k});
  }

  /** The whole; and again: the view that goes along with the node at work, where the whole is too small to read. */
  function fitAll() {
    const settled = director.settled(), now = store.get().viewport;
    const whole = settled && fit(settled.bounds, size, insetOf(size));
    const isShown = !whole || freeView(settled, settled.run.output).k === whole.k || (now !== null && now.x === whole.x && now.y === whole.y && now.k === whole.k);
    sight.soften();
    actions.setViewport(isShown ? null : {x: whole.x, y: whole.y, k: whole.k});
  }

  /** @param {import('./scene.js').Scene} scene @param {string|null} current the node at work */
  const freeView = (scene, current) => unchosen(scene.bounds, scene.card.get(current ?? scene.run.output)?.box ?? null, scene.cards.length, size, insetOf(size));

  /** @param {Selection|null} next */
  function hover(next) {
    if (JSON.stringify(next) !== JSON.stringify(store.get().hovered)) actions.hover(next);
  }

  /** Choosing what is pinned already lets it go. @param {Selection|null} next */
  function pin(next) {
    const now = store.get().pinned;
    actions.pin(next && now && JSON.stringify(next) === JSON.stringify(now) ? null : next);
  }

  /** @param {string} id */
  function unfold(id) {
    const door = store.get().run?.node(id).opens;
    if (door) actions.unfold(door);
  }

  /** @param {string} id */
  function fold(id) {
    const around = openedAround(store.get().opened, id);
    if (around) actions.fold(around);
  }

  /** @param {string} id */
  function focus(id) {
    keeping.bringIntoView(id);
    paint(performance.now());
    cards.focus(id);
  }

  function ask() {
    const {run} = store.get();
    if (run && size.w) director.show(run, {direction: direction(), room: roomOf(size, insetOf(size))});
  }

  function arrived() {
    keeping.stay();
    const layout = director.layout();
    const scene = director.settled();
    if (scene) {
      folds.arrived(scene);
      keeping.arrived(scene, (id) => { if (document.activeElement === root) folds.hand(id); });
    }
    if (layout && store.get().layout !== layout) actions.setLayout(layout);
    if (scene) keeping.catchUp(scene);
    invalidate();
  }

  function invalidate() {
    if (!request) request = requestAnimationFrame((now) => paint(now));
  }

  function changed() {
    const state = store.get(), before = last;
    last = state; // at once: what follows may change the state again
    if (state.program !== before.program) keeping.letGo();
    else if (state.opened !== before.opened || state.detail !== before.detail) keeping.hold(before, state);
    if (state.run !== before.run || state.direction !== before.direction) {
      if (state.direction !== before.direction && state.viewport) actions.setViewport(null);
      ask();
    }
    if (state.theme !== before.theme || state.stale !== before.stale) recolour(state);
    if (state.sought !== before.sought && state.sought) keeping.lookFor(state.sought.node, true);
    else if (state.pinned !== before.pinned && state.pinned?.node) keeping.lookFor(state.pinned.node);
    const same = SHOWN.every((field) => state[field] === before[field]);
    if (!same) invalidate();
  }

  /** @param {{stale: boolean}} state */
  function recolour(state) {
    root.toggleAttribute('data-stale', Boolean(state.stale));
    requestAnimationFrame(() => {
      ink = readInk(root);
      fresh = true;
      invalidate();
    });
  }

  /** @param {number} now */
  function paint(now) {
    cancelAnimationFrame(request);
    request = 0;
    const state = store.get();
    stage.empty.hidden = Boolean(state.run) || state.status !== 'empty';
    surroundings.note(stage.note, state);
    root.toggleAttribute('data-empty', !state.run);
    const moment = size.w ? director.at(now) : null;
    if (!moment) return;
    const {scene} = moment;
    const settled = director.settled() ?? scene;
    const frame = frameAt(scene.run, timeline(scene.run), folds.moment(scene.run, state));
    const {view: shown, moving} = sight.at(now, state.viewport, freeView(settled, frame.current));
    const chosen = selection();
    const {gates, window} = surroundings.of(scene, state.labels, state.held !== null, askedAbout(scene.run, state.traced, chosen));
    const lit = state.traced ? tracedIn(scene.run, state.traced) : withInsides(pathsToOutput(scene.run, chosen), scene.run, state.opened, chosen);
    painter.paint(below, above, {scene, frame, gates, window, view: shown, size, ratio, ink, lit, chosen: chosen?.edge ?? null});
    overlay.show({scene, frame, view: shown, size, ratio, ink, lit: lit?.nodes ?? null, fresh});
    fresh = false;
    tools.update({labels: state.labels, direction: scene.direction, k: shown.k, fitted: holds(shown, scene.bounds, size), detail: state.detail, hasArrays: scene.run.hasArrays});
    key.update(window);
    if (moment.moving || moving) invalidate();
    else follow(frame);
    if (!moment.moving && !moving) handFocusOn(scene);
  }

  /** A scope that opened or closed took the card with the focus away. @param {import('./scene.js').Scene} scene */
  function handFocusOn(scene) {
    const id = folds.focus(scene);
    if (id === null) return;
    if (cards.view(id)) cards.focus(id);
    else keeping.bringIntoView(id);
    if (cards.view(id)) folds.focused();
  }

  /** On a narrow screen the view goes along with the node at work. */
  let followed = '';
  /** @param {Frame} frame */
  function follow(frame) {
    const at = `${frame.current}`;
    if (at === followed) return;
    const first = followed === '';
    followed = at;
    if (!first && frame.current && size.w < NARROW && store.get().viewport) keeping.bringIntoView(frame.current);
  }

  const observer = new ResizeObserver(() => {
    const {width: w, height: h} = stage.ground.getBoundingClientRect();
    if (w === size.w && h === size.h) return;
    size = {w, h};
    if (!w || !h) return;
    ratio = fitCanvases(stage, size);
    sight.reset();
    ask();
    paint(performance.now());
  });
  observer.observe(stage.ground);

  const stops = [
    store.subscribe((/** @type {unknown} */ state) => state, changed),
    listenToPointer(stage.ground, {view, setView, scene: () => director.settled(), gates: surroundings.grid, card: cards.view, hover, pin, fit: fitAll, open: folds.open}),
    listenToKeys(root, {scene: () => director.settled(), view, setView: (next) => setView(next, true), size: () => size, places: () => director.layout(),
      pinned: () => store.get().pinned, pin: (next) => actions.pin(next), hover, focus, fit: fitAll, open: folds.open, foldAround: folds.foldAround,
      unfold, fold}),
    listenToMinimap(stage.minimap, {bounds: () => director.settled()?.bounds ?? null, move: (x, y) => setView(viewport(size.w / 2 - x * view().k, size.h / 2 - y * view().k, view().k))}),
  ];
  const restyle = () => recolour(store.get());
  dark.addEventListener('change', restyle);
  loadFaces().then(() => {
    recolour(store.get());
    director.forget();
    ask();
  });
  recolour(last);

  return () => {
    cancelAnimationFrame(request);
    observer.disconnect();
    dark.removeEventListener('change', restyle);
    for (const stop of stops) stop?.();
    director.close();
    root.replaceChildren();
  };
}

/** @param {HTMLCanvasElement} canvas */
function context(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
}
