/** Keys on the graph. What a focused card takes, the transport doesn't get; Space and Shift+arrows pass through. */
import {nodeOf} from './pointer.js';
import {moveOf, walk} from './walk.js';
import {zoomedAt} from './viewport.js';

/** @typedef {import('./pointer.js').Selection} Selection */
/**
 * @typedef {object} Host
 * @property {() => import('./scene.js').Scene|null} scene @property {() => import('./viewport.js').Viewport} view
 * @property {(view: import('./viewport.js').Viewport) => void} setView @property {() => {w: number, h: number}} size
 * @property {() => {positions: Map<string, {x: number, y: number}>, direction: 'right'|'down'}|null} places
 * @property {() => Selection|null} pinned @property {(selection: Selection|null) => void} pin @property {(selection: Selection|null) => void} hover
 * @property {(id: string) => void} focus brings the card into view and focuses it @property {() => void} fit
 * @property {(id: string) => boolean} open opens a box; false where there is none @property {(id: string) => boolean} foldAround closes the scope that a node stands in
 * @property {(id: string) => void} unfold @property {(id: string) => void} fold what the node is inside of
 */

const ZOOM = 1.25;
const STEPS = new Map([['ArrowUp', [-1, 0]], ['ArrowDown', [1, 0]], ['ArrowLeft', [0, -1]], ['ArrowRight', [0, 1]]]);

/** @param {HTMLElement} root @param {Host} host @returns {() => void} */
export function listenToKeys(root, host) {
  const stop = new AbortController();
  /** @type {string|null} */
  let came = null;

  root.addEventListener('keydown', (event) => {
    if (event.shiftKey && event.key.startsWith('Arrow')) return;
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const node = nodeOf(event);
    if (event.target instanceof Element && event.target.closest('button')) return;
    const taken = (node !== null && onCard(node, event.key, event.shiftKey)) || onGraph(event.key);
    if (!taken) return;
    event.preventDefault();
    event.stopPropagation();
  }, {signal: stop.signal});

  root.addEventListener('focusin', (event) => {
    const node = nodeOf(event);
    if (node !== null && event.target instanceof Element && event.target.matches(':focus-visible')) host.hover({node});
  }, {signal: stop.signal});
  root.addEventListener('focusout', (event) => {
    if (nodeOf(event) !== null) host.hover(null);
  }, {signal: stop.signal});

  /** @param {string} node @param {string} key @param {boolean} shift @returns {boolean} */
  function onCard(node, key, shift) {
    const pinned = host.pinned();
    const cell = pinned?.node === node ? pinned.cell ?? null : null;
    if (key === 'Enter') return (shift ? host.foldAround(node) : host.open(node)) || pinFrom(node, pinned, cell);
    if (key === 'Escape') return letGo(node, pinned, cell);
    if (key === 'u' || key === 'U') {
      if (key === 'u') host.unfold(node);
      else host.fold(node);
      return true;
    }
    const step = STEPS.get(key);
    if (cell && step) {
      pinCell(node, moved(shapeOf(node), cell, step));
      return true;
    }
    return walkFrom(node, key);
  }

  /** @param {string} node @param {Selection|null} pinned @param {number[]|null} cell */
  function pinFrom(node, pinned, cell) {
    const shape = shapeOf(node);
    if (pinned?.node === node && cell) host.pin(null);
    else if (shape.length) pinCell(node, shape.map(() => 0));
    else host.pin(pinned?.node === node ? null : {node});
    return true;
  }

  /** The cell is what is told now, no longer the whole card that has the focus. @param {string} node @param {number[]} cell */
  function pinCell(node, cell) {
    host.pin({node, cell});
    host.hover(null);
  }

  /** @param {string} node @param {Selection|null} pinned @param {number[]|null} cell */
  function letGo(node, pinned, cell) {
    if (!pinned) return false;
    host.pin(cell ? {node} : null);
    return true;
  }

  /** @param {string} node @param {string} key */
  function walkFrom(node, key) {
    const scene = host.scene();
    const places = host.places();
    if (!scene || !places) return false;
    const move = moveOf(key, places.direction);
    if (!move) return false;
    const next = walk(scene.run, places, node, move, came);
    if (next !== node) came = node;
    host.focus(next);
    return true;
  }

  /** @param {string} key */
  function onGraph(key) {
    const {w, h} = host.size();
    const zoom = (/** @type {number} */ factor) => host.setView(zoomedAt(host.view(), w / 2, h / 2, factor));
    switch (key) {
      case '+': case '=': zoom(ZOOM); return true;
      case '-': case '−': zoom(1 / ZOOM); return true;
      case '0': zoom(1 / host.view().k); return true;
      case 'f': case 'F': host.fit(); return true;
      case 'Escape': {
        if (!host.pinned()) return false;
        host.pin(null);
        return true;
      }
      default: return false;
    }
  }

  /** @param {string} node */
  function shapeOf(node) {
    return host.scene()?.run.node(node).shape ?? [];
  }

  return () => stop.abort();
}

/** The next cell; rows above the last axis follow one another. @param {number[]} shape @param {number[]} cell @param {number[]} step rows, columns */
function moved(shape, cell, [rows, columns]) {
  const next = cell.slice();
  const last = shape.length - 1;
  next[last] = Math.max(0, Math.min(shape[last] - 1, next[last] + columns));
  let carry = rows;
  for (let axis = last - 1; axis >= 0 && carry; axis -= 1) {
    const at = next[axis] + carry;
    if (at >= 0 && at < shape[axis]) {
      next[axis] = at;
      return next;
    }
    if (axis === 0) return cell;
    next[axis] = at < 0 ? shape[axis] - 1 : 0;
  }
  return next;
}
