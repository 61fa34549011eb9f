/** What lies over the canvas: the cards in sight, the frames of open scopes, the tip of a chosen cell, the minimap. */
import {feedsOf} from './feeds.js';
import {createFrames} from './frames.js';
import {paintMinimap} from './minimap.js';
import {NARROW} from './stage.js';
import {createTip, tipOf} from './tip.js';
import {holds, NEAR, seen} from './viewport.js';

/**
 * @typedef {object} Shown
 * @property {import('./scene.js').Scene} scene @property {import('../model/types.js').Frame} frame
 * @property {import('./viewport.js').Viewport} view @property {{w: number, h: number}} size @property {number} ratio
 * @property {import('./ink.js').Ink} ink @property {Set<string>|null} lit  nodes; null: none is chosen
 * @property {boolean} fresh  cards are set anew, whatever they show already
 */

/**
 * @param {{stage: ReturnType<typeof import('./stage.js').buildStage>, store: import('../core/store.js').Store, cards: ReturnType<typeof import('./cards.js').createCards>,
 *   surroundings: ReturnType<typeof import('./surroundings.js').createSurroundings>, map: CanvasRenderingContext2D, fold: (key: string) => void}} parts
 */
export function createOverlay({stage, store, cards, surroundings, map, fold}) {
  const frames = createFrames(stage, {fold}), tip = createTip(stage.tip);

  /** The cell that is chosen, by pointer before by pin. */
  function cellChosen() {
    const {hovered, pinned} = store.get();
    return hovered?.cell ? hovered : pinned?.cell ? pinned : null;
  }

  /** @param {Shown} shown */
  function placeCards({scene, frame, view, size, lit, fresh}) {
    const {hovered, pinned, find, badges, anatomy} = store.get();
    stage.cards.style.transform = stage.tips.style.transform = stage.frames.style.transform = stage.heads.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.k})`;
    stage.ground.tabIndex = view.k < NEAR ? 0 : -1;
    const window = seen(view, size);
    frames.sync(scene, window, view.k);
    const visible = view.k < NEAR ? [] : scene.cardsWithin(window);
    cards.sync(scene, visible, frame, {
      current: frame.current, badges, hovered: hovered?.node ?? null, pinned: pinned?.node ?? null, lit,
      found: find?.open && find.query ? surroundings.found(scene.run, find.query) : null,
      picks: feedsOf(scene.run, cellChosen(), anatomy), firstBroken: surroundings.firstBroken(scene.run),
    }, fresh);
  }

  /** @param {Shown} shown */
  function showMinimap({scene, frame, view, size, ratio, ink}) {
    stage.minimap.hidden = size.w < NARROW || holds(view, scene.bounds, size);
    if (!stage.minimap.hidden) paintMinimap(map, ratio, ink, scene, frame, seen(view, size));
  }

  return {
    /** @param {Shown} shown */
    show(shown) {
      const {scene, frame, view, size} = shown;
      placeCards(shown);
      tip.show(view.k < NEAR ? null : tipOf(scene, frame, cellChosen(), seen(view, size)));
      showMinimap(shown);
    },
  };
}
