/** The frames around open scopes: a faint line below the cards; above them the name, and the button that folds it. */
import {element} from './elements.js';
import {overlap} from './viewport.js';

/** @typedef {import('./scene.js').Scene} Scene @typedef {import('./scene.js').FrameBox} FrameBox @typedef {import('./viewport.js').Box} Box */
/** @typedef {{line: HTMLElement, head: HTMLElement}} Shown */

const READABLE = 0.75;       // zoom below which names keep their size on the screen
export const NAME = {w: 96, h: 26}; // px that a name needs, at 100 %
const TOOLS = 40;            // px that the tools above the graph cover; a phone has none but in a corner
const STEP = {fine: 20, coarse: 44}; // px between names of frames in frames, at the upper end of the screen

/** @param {{frames: HTMLElement, heads: HTMLElement}} layers @param {{fold: (key: string) => void}} does */
export function createFrames({frames: lines, heads}, {fold}) {
  const shown = /** @type {Map<string, Shown>} */ (new Map()), coarse = matchMedia('(pointer: coarse)'), phone = matchMedia('(max-width: 639px)');

  /** @param {FrameBox} frame @returns {Shown} */
  function make(frame) {
    const line = element('div', 'scope-frame'), head = headOf(frame, fold);
    line.dataset.scope = head.dataset.scope = frame.id;
    lines.append(line);
    heads.append(head);
    return {line, head};
  }

  return {
    /** @param {Scene} scene @param {Box} window the part of the world on the screen @param {number} k zoom */
    sync({frames}, window, k) {
      lines.style.setProperty('--k', String(k));
      heads.style.setProperty('--head-k', String(Math.max(k, READABLE)));
      const visible = frames.filter(({box}) => overlap(box, window)), keep = new Set(visible.map(({id}) => id));
      for (const [id, {line, head}] of shown) {
        if (keep.has(id)) continue;
        line.remove();
        head.remove();
        shown.delete(id);
      }
      for (const frame of visible) {
        let item = shown.get(frame.id);
        if (!item) shown.set(frame.id, item = make(frame));
        const {x, y, w, h} = frame.box;
        item.line.style.transform = `translate(${x}px, ${y}px)`;
        item.line.style.width = `${w}px`;
        item.line.style.height = `${h}px`;
        keepInSight(item.head, frame, window, k, (phone.matches ? 0 : TOOLS) + frame.depth * (coarse.matches ? STEP.coarse : STEP.fine));
      }
    },
  };
}

/** @param {FrameBox} frame @param {(key: string) => void} fold */
function headOf({key, name, nodes}, fold) {
  const head = element('div', 'scope-head'), button = element('button', 'scope-fold', 'fold');
  head.setAttribute('role', 'group');
  head.setAttribute('aria-label', `${name}, open, ${nodes} nodes`);
  button.setAttribute('type', 'button');
  button.setAttribute('aria-label', `Fold ${name}`);
  button.setAttribute('aria-expanded', 'true');
  button.addEventListener('click', (event) => {
    event.stopPropagation();
    fold(key);
  });
  for (const kind of ['pointerdown', 'dblclick']) button.addEventListener(kind, (event) => event.stopPropagation());
  head.append(element('span', 'scope-name', name), button);
  return head;
}

/**
 * A name stays on the screen as long as its frame is there, and can be read from afar where the frame has room for it.
 * @param {HTMLElement} head @param {FrameBox} frame @param {Box} window @param {number} k @param {number} top px from the upper end of the screen
 */
function keepInSight(head, {box}, window, k, top) {
  const scale = Math.max(1, READABLE / k), w = box.w - NAME.w * scale, h = box.h - NAME.h * scale;
  const x = Math.max(0, Math.min(w, window.x - box.x)), y = Math.max(0, Math.min(h, window.y + top / k - box.y));
  head.style.transform = `translate(${box.x + x}px, ${box.y + y}px) scale(${scale})`;
  head.style.maxWidth = `${(box.w - x) / scale - 16}px`;
  head.hidden = w < 0;
}
