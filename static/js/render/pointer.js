/** Pointer, wheel and touch on the graph: hover, pin, pan, pinch, zoom. */
import {distanceTo} from './curve.js';
import {panned, toWorld, zoomedAt} from './viewport.js';

/** @typedef {import('./viewport.js').Viewport} Viewport @typedef {{node?: string, edge?: string, cell?: number[]|null}} Selection */
/**
 * @typedef {object} Host
 * @property {() => Viewport} view @property {(view: Viewport) => void} setView
 * @property {() => import('./scene.js').Scene|null} scene @property {() => {within(box: import('./viewport.js').Box): [string, import('./gates.js').Gate][]}|null} gates
 * @property {(id: string) => (Partial<import('./array_card.js').ArrayView>|null)} card
 * @property {(selection: Selection|null) => void} hover @property {(selection: Selection|null) => void} pin @property {() => void} fit
 * @property {(id: string) => boolean} open opens a box; false where there is none
 */

const DRAG = 4;            // px before a press becomes a drag
const REACH = 8;           // px from a wire that still mean the wire
const WHEEL = 0.0016;
const PINCH_WHEEL = 0.01;

/** @param {HTMLElement} ground @param {Host} host @returns {() => void} takes the listeners away */
export function listenToPointer(ground, host) {
  const pointers = /** @type {Map<number, {x: number, y: number}>} */ (new Map());
  let dragged = false;
  let start = {x: 0, y: 0};
  const stop = new AbortController();
  const {signal} = stop;

  /** @param {MouseEvent} event */
  const local = (event) => {
    const {left, top} = ground.getBoundingClientRect();
    return {x: event.clientX - left, y: event.clientY - top};
  };

  ground.addEventListener('pointerdown', (event) => {
    if (event.button) return;
    const at = local(event);
    pointers.set(event.pointerId, at);
    if (pointers.size > 1) return;
    dragged = false;
    start = at;
  }, {signal});

  ground.addEventListener('pointermove', (event) => {
    const at = local(event);
    const last = pointers.get(event.pointerId);
    if (!last) {
      if (event.pointerType !== 'touch') host.hover(selectionAt(event, at));
      return;
    }
    if (!dragged && Math.hypot(at.x - start.x, at.y - start.y) < DRAG) return;
    if (!dragged) ground.setPointerCapture(event.pointerId);
    dragged = true;
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    host.setView(other ? pinched(host.view(), last, at, other) : panned(host.view(), at.x - last.x, at.y - last.y));
    pointers.set(event.pointerId, at);
  }, {signal});

  for (const name of /** @type {const} */ (['pointerup', 'pointercancel'])) {
    ground.addEventListener(name, (event) => pointers.delete(event.pointerId), {signal});
  }
  ground.addEventListener('pointerleave', (event) => {
    if (event.pointerType !== 'touch') host.hover(null);
  }, {signal});

  ground.addEventListener('click', (event) => {
    if (dragged) {
      dragged = false;
      return;
    }
    // A click that a key made on a focused card has no place.
    if (event.detail > 0) host.pin(selectionAt(event, local(event)));
  }, {signal});

  ground.addEventListener('dblclick', (event) => {
    const chosen = selectionAt(event, local(event));
    if (!chosen) host.fit();
    else if (chosen.node && !chosen.cell) host.open(chosen.node);
  }, {signal});

  ground.addEventListener('wheel', (event) => {
    event.preventDefault();
    const at = local(event);
    if (!event.ctrlKey && scrollsCard(event)) return;
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    host.setView(zoomedAt(host.view(), at.x, at.y, Math.exp(-event.deltaY * lines * (event.ctrlKey ? PINCH_WHEEL : WHEEL))));
  }, {signal, passive: false});

  /** @param {WheelEvent} event */
  function scrollsCard(event) {
    const id = nodeOf(event);
    return id !== null && Boolean(host.card(id)?.scroll?.(event.deltaX, event.deltaY));
  }

  /** @param {MouseEvent} event @param {{x: number, y: number}} at @returns {Selection|null} */
  function selectionAt(event, at) {
    const scene = host.scene();
    if (!scene) return null;
    const [x, y] = toWorld(host.view(), at.x, at.y);
    const id = nodeOf(event) ?? scene.cardsWithin({x, y, w: 0, h: 0})[0]?.id ?? null;
    if (id !== null) {
      const box = scene.card.get(id)?.box;
      const cell = box ? host.card(id)?.cellAt?.(x - box.x, y - box.y) ?? null : null;
      return cell ? {node: id, cell} : {node: id};
    }
    const edge = edgeAt(scene, x, y);
    return edge === null ? null : {edge};
  }

  /** @param {import('./scene.js').Scene} scene @param {number} x @param {number} y */
  function edgeAt(scene, x, y) {
    const gate = host.gates()?.within({x, y, w: 0, h: 0}).find(([, {box}]) => x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h);
    if (gate) return gate[0];
    let least = REACH / host.view().k;
    let nearest = null;
    for (const wire of scene.wiresWithin({x, y, w: 0, h: 0})) {
      const distance = distanceTo(wire.curve, x, y);
      if (distance < least) [nearest, least] = [wire.id, distance];
    }
    return nearest;
  }

  return () => stop.abort();
}

/** @param {Event} event @returns {string|null} */
export function nodeOf(event) {
  const card = event.target instanceof Element ? event.target.closest('[data-node]') : null;
  return card instanceof HTMLElement ? card.dataset.node ?? null : null;
}

/** Two fingers: the world's points stay under them. @param {Viewport} view @param {{x: number, y: number}} last @param {{x: number, y: number}} at @param {{x: number, y: number}} other */
function pinched(view, last, at, other) {
  const before = Math.hypot(last.x - other.x, last.y - other.y) || 1;
  const after = Math.hypot(at.x - other.x, at.y - other.y) || 1;
  const moved = panned(view, (at.x - last.x) / 2, (at.y - last.y) / 2);
  return zoomedAt(moved, (at.x + other.x) / 2, (at.y + other.y) / 2, after / before);
}
