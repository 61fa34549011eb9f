/** The transport: buttons, the there-and-back scrubber, and the step in words. It starts nothing by itself. */
import {heading, spokenStop} from '../model/sentences.js';
import {timeline} from '../model/timeline.js';
import {pagePlayer} from '../motion/page_player.js';
import {element, svg} from '../render/elements.js';
import {mountScrubber} from './scrubber.js';

/** @typedef {import('../motion/player.js').Player} Player */

/** Keys of the transport, for the page's table of keys. */
export const TRANSPORT_KEYS = [
  {key: ' ', shift: false, label: 'Play or pause', run: (/** @type {Player} */ player) => player.toggle()},
  {key: 'ArrowRight', shift: false, label: 'Step forward', run: (/** @type {Player} */ player) => player.step(1)},
  {key: 'ArrowLeft', shift: false, label: 'Step back', run: (/** @type {Player} */ player) => player.step(-1)},
  {key: 'ArrowRight', shift: true, label: 'Forward by a level', run: (/** @type {Player} */ player) => player.stepLevel(1)},
  {key: 'ArrowLeft', shift: true, label: 'Back by a level', run: (/** @type {Player} */ player) => player.stepLevel(-1)},
  {key: 'Home', shift: false, label: 'To the start', run: (/** @type {Player} */ player) => player.home()},
  {key: 'End', shift: false, label: 'To the end', run: (/** @type {Player} */ player) => player.end()},
];

const ICONS = {
  start: 'M5 4v10M14 4.5L8 9l6 4.5z', back: 'M12 4.5L6 9l6 4.5z', play: 'M5.5 3.5L14 9l-8.5 5.5z', pause: 'M6 4v10M12 4v10',
  forward: 'M6 4.5L12 9l-6 4.5z', end: 'M13 4v10M4 4.5L10 9l-6 4.5z',
};
const SPEED_NAMES = new Map([[0.25, '¼×'], [0.5, '½×'], [1, '1×'], [2, '2×'], [4, '4×']]);
/** @type {Record<string, string>} */
const PAUSED = {offline: 'Paused: offline', loading: 'Paused: computing'};
const SPEAK_EVERY_MS = 900; // a playing pass must not pile up sentences

/**
 * @param {HTMLElement} root
 * @param {{store: any, actions: any, player?: Player}} ctx  without a player it makes its own
 * @returns {() => void} unmount
 */
export function mount(root, {store, actions, player = pagePlayer({store, actions})}) {
  const buttons = makeButtons(player), say = makeSay(), lane = element('div', 'lanes');
  root.classList.add('transport');
  root.replaceChildren(buttons.root, lane, say.root);
  const scrubber = mountScrubber(lane, {store, player});
  const update = () => {
    const now = store.get(), line = now.run ? timeline(now.run) : null;
    const state = {...now, t: Math.min(now.t, line?.length ?? 0)};
    buttons.update(state, line);
    lane.toggleAttribute('data-empty', !line);
    say.update(state, line);
  };
  const leave = ['t', 'playing', 'speed', 'run', 'stale', 'status'].map((field) => store.subscribe((/** @type {any} */ state) => state[field], update));
  update();
  return () => {
    for (const each of leave) each();
    scrubber();
    player.dispose();
    say.stop();
    root.replaceChildren();
  };
}

/** @param {Player} player */
function makeButtons(player) {
  const root = element('div', 'transport-buttons');
  root.setAttribute('role', 'group');
  root.setAttribute('aria-label', 'Playback');
  const start = button('To the start', 'start', player.home), back = button('Step back', 'back', () => player.step(-1));
  const play = button('Play', 'play', player.toggle), forward = button('Step forward', 'forward', () => player.step(1));
  const end = button('To the end', 'end', player.end), speed = element('button', 'transport-speed num');
  play.root.classList.add('transport-play');
  speed.addEventListener('click', player.faster);
  root.append(start.root, back.root, play.root, forward.root, end.root, speed);
  return {
    root,
    /** @param {any} state @param {import('../model/types.js').Timeline|null} line */
    update({t, playing, speed: rate}, line) {
      play.set(playing ? 'Pause' : 'Play', playing ? 'pause' : 'play');
      speed.textContent = SPEED_NAMES.get(rate) ?? `${rate}×`;
      speed.setAttribute('aria-label', `Speed ${speed.textContent}`);
      const still = !line || line.length === 0;
      play.enable(!still);
      for (const each of [start, back]) each.enable(!still && t > 0);
      for (const each of [forward, end]) each.enable(!still && t < line.length);
    },
  };
}

/** @param {string} name @param {keyof typeof ICONS} icon @param {() => void} deed */
function button(name, icon, deed) {
  const root = element('button', 'transport-button');
  const drawing = svg('svg', {width: 18, height: 18, viewBox: '0 0 18 18', 'aria-hidden': 'true'}, root);
  const path = svg('path', {}, drawing);
  let enabled = true;
  const set = (/** @type {string} */ label, /** @type {keyof typeof ICONS} */ shape) => {
    if (root.getAttribute('aria-label') === label) return;
    root.setAttribute('aria-label', label);
    root.title = label;
    path.setAttribute('d', ICONS[shape]);
    path.setAttribute('class', `icon-${shape}`);
  };
  set(name, icon);
  root.addEventListener('click', () => { if (enabled) deed(); });
  return {
    root, set,
    // aria-disabled instead of disabled: a button that is pressed into its end keeps the focus.
    enable(/** @type {boolean} */ on) {
      enabled = on;
      root.setAttribute('aria-disabled', String(!on));
    },
  };
}

/** The step in words, and the live region that speaks it. */
function makeSay() {
  const root = element('div', 'transport-say'), title = element('b'), text = element('span');
  const live = element('div', 'spoken-only');
  live.setAttribute('aria-live', 'polite');
  live.dataset.live = 'step';
  const seen = element('div', 'transport-words');
  seen.setAttribute('aria-hidden', 'true');
  seen.append(title, text);
  root.append(seen, live);
  const speak = spacedOut((words) => { live.textContent = words; });
  /** @type {string|null} */
  let last = null;
  return {
    root, stop: speak.stop,
    /** @param {any} state @param {import('../model/types.js').Timeline|null} line */
    update({run, t, stale, status}, line) {
      const stop = line?.stops[Math.ceil(t)] ?? null;
      const key = stop ? `${stop.index} ${stale}` : '';
      title.textContent = stale ? PAUSED[status] ?? 'Paused: the program does not read' : stop && line ? heading(line, stop) : '';
      text.textContent = stale ? 'Values and gradients are from before the edit.' : stop ? stop.say : '';
      // The first step shown is where the page opened: nothing has happened yet that would have to be said.
      if (line && stop && last !== null && key !== last && Number.isInteger(t)) speak.soon(() => spokenStop(run, line, stop));
      if (last === null || Number.isInteger(t)) last = stop ? key : last;
    },
  };
}

/** Says the latest, and never more often than a voice can follow. @param {(words: string) => void} say */
function spacedOut(say) {
  /** @type {ReturnType<typeof setTimeout>|null} */
  let waiting = null;
  /** @type {(() => string)|null} */
  let next = null;
  const turn = () => {
    waiting = null;
    if (!next) return;
    say(next());
    next = null;
    waiting = setTimeout(turn, SPEAK_EVERY_MS);
  };
  return {
    soon(/** @type {() => string} */ words) {
      next = words;
      if (waiting === null) turn();
    },
    stop() { if (waiting !== null) clearTimeout(waiting); },
  };
}
