/** The view follows what a person does to the graph: what is unfolded keeps its place, what is looked for is brought into view. */
import {subject} from '../core/selectors.js';
import {anchorOf, kept} from './anchor.js';
import {holds, NEAR, reveal, zoomedAt} from './viewport.js';

/** @typedef {import('./viewport.js').Viewport} Viewport @typedef {import('./scene.js').Scene} Scene */
/**
 * @typedef {object} Host
 * @property {import('../core/store.js').Store} store @property {any} actions
 * @property {() => Viewport} view @property {(next: Viewport, soft: boolean) => void} setView @property {() => void} soften
 * @property {() => Scene|null} settled  the scene where it comes to rest @property {() => {w: number, h: number}} size
 */

/** @param {Host} host */
export function createKeeping({store, actions, view, setView, soften, settled, size}) {
  /** @type {{anchor: import('./anchor.js').Anchor, view: Viewport, before: unknown, opened: readonly string[]}|null} */
  let staying = null;
  /** The view that was left when something was unfolded: folding it leads back, unless the view was moved meanwhile. */
  /** @type {{before: any, after: any, opened: readonly string[]}|null} */
  let left = null;
  const isBack = () => left !== null && String(left.opened) === String(store.get().opened) && JSON.stringify(left.after) === JSON.stringify(store.get().viewport);

  /** A node to be brought into view that is not laid out yet. @type {string|null} */
  let awaited = null;
  /** What was folded in is looked for when it has its place. @type {{id: string, close: boolean}|null} */
  let wanted = null;

  /** @param {string} id @param {boolean} [close]  so near that it has a card, in view already or not */
  function bringIntoView(id, close = false) {
    const box = settled()?.card.get(id)?.box, now = view(), room = size();
    awaited = box ? null : id;
    if (!box || !room.w || (holds(now, box, room) && (now.k >= NEAR || !close))) return;
    const near = now.k < NEAR ? zoomedAt(now, (box.x + box.w / 2) * now.k + now.x, (box.y + box.h / 2) * now.k + now.y, 1 / now.k) : now;
    setView(reveal(near, box, room), true);
  }

  return {
    bringIntoView,
    /** @param {string} id @param {boolean} [close]  so near that it has a card */
    lookFor(id, close = false) {
      const isThere = settled()?.card.has(id);
      wanted = isThere ? null : {id, close};
      if (isThere) bringIntoView(id, close);
    },
    /** What is about to be unfolded or folded in place. @param {import('../core/state.js').State} last @param {import('../core/state.js').State} state */
    hold(last, state) {
      // The whole in another detail, in a view that nobody has chosen: that view shows the whole again.
      if (state.detail !== last.detail && !last.viewport) return;
      const scene = settled(), anchor = scene && anchorOf(scene, last, state, subject(last));
      staying = anchor && {anchor, view: view(), before: scene, opened: last.opened};
    },
    /** Another program has no place to keep. */
    letGo() {
      staying = null;
    },
    /** The layout of what was unfolded or folded is there: its place on the screen stays. */
    stay() {
      const scene = settled();
      if (!staying || !scene || scene === staying.before) return;
      const next = isBack() ? left?.before ?? null : kept(staying.anchor, scene, staying.view, size());
      left = isBack() ? null : {before: store.get().viewport, after: next, opened: staying.opened};
      soften();
      actions.setViewport(next && {x: next.x, y: next.y, k: next.k});
      staying = null;
    },
    /** Brings into view what was looked for, if this scene has it. @param {Scene} scene @param {(id: string) => void} found */
    arrived(scene, found) {
      if (wanted === null || !scene.card.has(wanted.id)) return;
      bringIntoView(wanted.id, wanted.close);
      found(wanted.id);
      wanted = null;
    },
    /** What waited for its layout, if it is still pinned. @param {Scene} scene */
    catchUp(scene) {
      if (awaited !== null && store.get().pinned?.node === awaited && scene.card.has(awaited)) bringIntoView(awaited);
    },
  };
}
