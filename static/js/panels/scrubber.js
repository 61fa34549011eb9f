/** The slider “Step”: forward along the upper lane, around the turn, back along the lower one. Pointer, touch and keys. */
import {valueText} from '../model/sentences.js';
import {timeline} from '../model/timeline.js';
import {AROUND_TICK_PX, lanes, shortened} from '../motion/lanes.js';
import {typeset, mathItalic} from '../render/typeset.js';
import {hasMathItalics} from '../render/ink.js';
import {element, svg} from '../render/elements.js';

/** @typedef {import('../motion/player.js').Player} Player */
/** @typedef {import('../motion/lanes.js').Lanes} Lanes */
/** @typedef {import('../model/types.js').Timeline} Timeline */

/** @type {Record<string, (player: Player, shift: boolean) => void>} */
const KEYS = {
  ArrowRight: (player, shift) => (shift ? player.stepLevel(1) : player.step(1)), ArrowLeft: (player, shift) => (shift ? player.stepLevel(-1) : player.step(-1)),
  ArrowUp: (player) => player.step(1), ArrowDown: (player) => player.step(-1),
  PageUp: (player) => player.stepLevel(1), PageDown: (player) => player.stepLevel(-1),
  Home: (player) => player.home(), End: (player) => player.end(),
};

/** @param {HTMLElement} root @param {{store: any, player: Player}} ctx @returns {() => void} unmount */
export function mountScrubber(root, {store, player}) {
  const slider = element('div', 'scrubber');
  for (const [name, value] of Object.entries({role: 'slider', tabindex: '0', 'aria-label': 'Step', 'aria-valuemin': '0'})) slider.setAttribute(name, value);
  root.append(slider);
  /** @type {{line: Timeline, way: Lanes, update: (t: number) => void}|null} */
  let drawing = null;

  const lineNow = () => (store.get().run ? timeline(store.get().run) : null);

  /** @returns {void} */
  function draw() {
    const line = lineNow(), {width, height} = root.getBoundingClientRect();
    slider.replaceChildren();
    drawing = null;
    slider.setAttribute('aria-disabled', String(!line));
    if (!line || width < 100) return update();
    const way = lanes(line, width, height < 80);
    const picture = makePicture(line, way, width, height);
    slider.append(picture.root);
    drawing = {line, way, update: picture.update};
    update();
  }

  /** @returns {void} */
  function update() {
    const {run, t: asked} = store.get(), line = lineNow(), t = Math.min(asked, line?.length ?? 0);
    if (drawing && drawing.line !== line) return line && same(drawing.line, line) ? swap(line) : draw();
    drawing?.update(t);
    const at = Math.round(t);
    slider.setAttribute('aria-valuemax', String(line?.length ?? 0));
    slider.setAttribute('aria-valuenow', String(at));
    slider.toggleAttribute('data-between', !Number.isInteger(t));
    slider.setAttribute('aria-valuetext', line ? valueText(run, line, at) : 'nothing to step through');
  }

  // New numbers on the same ticks: the picture stays.
  function swap(/** @type {Timeline} */ line) {
    if (drawing) drawing.line = line;
    update();
  }

  const leave = [store.subscribe((/** @type {any} */ state) => state.t, update), store.subscribe((/** @type {any} */ state) => state.run, () => (drawing ? update() : draw()))];
  const stopDragging = draggable(slider, () => drawing?.way ?? null, player);
  slider.addEventListener('keydown', (event) => {
    const deed = event.ctrlKey || event.metaKey || event.altKey ? undefined : KEYS[event.key];
    if (!deed) return;
    event.preventDefault();
    event.stopPropagation();
    deed(player, event.shiftKey);
  });
  const watch = new ResizeObserver(draw);
  watch.observe(root);
  document.fonts?.ready.then(draw);
  draw();
  return () => {
    for (const each of leave) each();
    watch.disconnect();
    stopDragging();
    slider.remove();
  };
}

/** @param {Timeline} a @param {Timeline} b */
const same = (a, b) => a.length === b.length && a.ticks.length === b.ticks.length
  && a.ticks.every((tick, i) => tick.label === b.ticks[i].label && tick.column === b.ticks[i].column && tick.sum === b.ticks[i].sum);

/**
 * Scrubbing shows every moment; letting go settles at the nearest step.
 * @param {HTMLElement} slider @param {() => Lanes|null} way @param {Player} player
 */
function draggable(slider, way, player) {
  /** @type {import('../motion/lanes.js').Place['lane']|null} */
  let lane = null;
  let moment = 0;
  const abort = new AbortController(), {signal} = abort;

  function follow(/** @type {PointerEvent} */ event) {
    const box = slider.getBoundingClientRect(), at = way()?.tFrom(event.clientX - box.left, event.clientY - box.top, lane);
    if (!at) return;
    lane = at.lane;
    moment = at.t;
    player.seek(moment);
  }

  function letGo(/** @type {PointerEvent} */ event) {
    if (lane === null) return;
    lane = null;
    slider.releasePointerCapture(event.pointerId);
    player.seek(Math.round(moment));
  }

  slider.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    slider.setPointerCapture(event.pointerId);
    follow(event);
  }, {signal});
  slider.addEventListener('pointermove', (event) => { if (lane !== null) follow(event); }, {signal});
  slider.addEventListener('pointerup', letGo, {signal});
  slider.addEventListener('pointercancel', letGo, {signal});
  return () => abort.abort();
}

/** @param {Timeline} line @param {Lanes} way @param {number} width @param {number} height */
function makePicture(line, way, width, height) {
  const root = svg('svg', {width, height, 'aria-hidden': 'true'}), {upper, lower, x0} = way;
  svg('path', {class: 'lane', d: way.path}, root);
  const passed = svg('path', {class: 'lane-passed', d: way.path, 'stroke-dasharray': `0 ${way.total}`}, root);
  const marks = way.ticks.filter((tick) => tick.marked).flatMap((tick) => tickMarks(root, tick, upper, lower));
  const named = way.ticks.filter((tick) => tick.named || way.ticks.length < 200);
  const names = named.map((tick) => nameMark(root, tick, (upper + lower) / 2));
  caption(root, 'Forward', x0, upper - 9);
  const backward = caption(root, 'Backward', x0, lower + (height < 80 ? 13 : 17));
  const head = svg('g', {class: 'lane-head'}, root);
  svg('circle', {r: 7.5}, head);
  const arrow = svg('path', {}, head);
  let shownStop = -1;
  return {
    root,
    /** @param {number} t */
    update(t) {
      const place = way.placeAt(t), stop = line.stops[Math.min(line.length, Math.ceil(t))];
      passed.setAttribute('stroke-dasharray', `${way.sAt(t)} ${way.total}`);
      head.setAttribute('transform', `translate(${place.x} ${place.y})`);
      arrow.setAttribute('d', place.lane === 'backward' ? 'M1.6 -3l-3.2 3l3.2 3' : place.lane === 'turn' ? 'M-3 -1.6l3 3.2l3 -3.2' : 'M-1.6 -3l3.2 3l-3.2 3');
      if (Math.floor(t) * 2 + (t % 1 ? 1 : 0) === shownStop) return;
      shownStop = Math.floor(t) * 2 + (t % 1 ? 1 : 0);
      for (const mark of marks) mark.node.classList.toggle('passed', mark.stop <= Math.floor(t));
      names.forEach((name, i) => name.show(stop.current !== null && named[i].nodes.includes(stop.current)));
      backward.setAttribute('x', String(x0 + (t >= line.length ? 12 : 0)));
    },
  };
}

/** Forward one tick; backward Σ short and × long, in the order in which they are passed. @param {SVGElement} root @param {import('../motion/lanes.js').PlacedTick} tick @param {number} upper @param {number} lower */
function tickMarks(root, {x, forward, sum, multiply}, upper, lower) {
  const mark = (/** @type {number} */ at, /** @type {number} */ y, /** @type {number} */ length, /** @type {number} */ stop) =>
    ({stop, node: svg('path', {class: 'lane-tick', d: `M${at} ${y}v${length}`}, root)});
  const marks = [mark(x, upper - 6, 6, forward)];
  if (sum !== null) marks.push(mark(x + AROUND_TICK_PX, lower, 5, sum));
  if (multiply !== null) marks.push(mark(x - AROUND_TICK_PX, lower, 9, multiply));
  return marks;
}

/** @param {SVGElement} root @param {import('../motion/lanes.js').PlacedTick} tick @param {number} y */
function nameMark(root, tick, y) {
  const text = svg('text', {class: 'lane-name', x: tick.nameX, y: y + 4.5, 'text-anchor': 'middle'}, root), italics = hasMathItalics();
  for (const {text: piece, italic, level} of typeset(shortened(tick.label))) {
    const run = svg('tspan', level === 'base' ? {} : {'font-size': 10.5, 'baseline-shift': level === 'sup' ? '4' : '-3'}, text);
    if (italic && !italics) run.setAttribute('font-style', 'italic');
    run.textContent = italic && italics ? mathItalic(piece) : piece;
  }
  const show = (/** @type {boolean} */ current) => {
    text.classList.toggle('current', current);
    text.setAttribute('visibility', tick.named || current ? 'visible' : 'hidden');
  };
  show(false);
  return {show};
}

/** @param {SVGElement} root @param {string} text @param {number} x @param {number} y */
function caption(root, text, x, y) {
  const made = svg('text', {class: 'lane-caption', x, y}, root);
  made.textContent = text;
  return made;
}

