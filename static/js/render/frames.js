/** The frames around open scopes: a faint line, the name, and the button that folds it. */
import {element} from './elements.js';
import {overlap} from './viewport.js';

/** @typedef {import('./scene.js').Scene} Scene @typedef {import('./scene.js').FrameBox} FrameBox */

/** @param {HTMLElement} layer @param {{fold: (key: string) => void}} does */
export function createFrames(layer, {fold}) {
  const shown = /** @type {Map<string, HTMLElement>} */ (new Map());

  /** @param {FrameBox} frame */
  function make({id, key, name, nodes}) {
    const root = element('div', 'scope-frame');
    const button = element('button', 'scope-fold', 'fold');
    root.dataset.scope = id;
    root.setAttribute('role', 'group');
    root.setAttribute('aria-label', `${name}, open, ${nodes} nodes`);
    button.setAttribute('type', 'button');
    button.setAttribute('aria-label', `Fold ${name}`);
    button.setAttribute('aria-expanded', 'true');
    button.addEventListener('click', (event) => {
      event.stopPropagation();
      fold(key);
    });
    for (const kind of ['pointerdown', 'dblclick']) button.addEventListener(kind, (event) => event.stopPropagation());
    const head = element('div', 'scope-head');
    head.append(element('span', 'scope-name', name), button);
    root.append(head);
    return root;
  }

  return {
    /** @param {Scene} scene @param {import('./viewport.js').Box} window the part of the world on the screen @param {number} k zoom */
    sync({frames}, window, k) {
      layer.style.setProperty('--k', String(k));
      const visible = frames.filter(({box}) => overlap(box, window)), keep = new Set(visible.map(({id}) => id));
      for (const [id, root] of shown) {
        if (keep.has(id)) continue;
        root.remove();
        shown.delete(id);
      }
      for (const frame of visible) {
        let root = shown.get(frame.id);
        if (!root) {
          shown.set(frame.id, root = make(frame));
          layer.append(root);
        }
        const {x, y, w, h} = frame.box;
        root.style.transform = `translate(${x}px, ${y}px)`;
        root.style.width = `${w}px`;
        root.style.height = `${h}px`;
      }
    },
  };
}
