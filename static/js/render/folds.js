/** Opening and closing scopes in the picture, which keeps its place: the view, the moment, the focus. */
import {idOf} from '../model/fold.js';
import {standsFor} from '../model/fold_moment.js';

/** @typedef {import('../model/types.js').Run} Run @typedef {import('./scene.js').Scene} Scene @typedef {import('./viewport.js').Viewport} Viewport */

/**
 * @param {{store: import('../core/store.js').Store, actions: any, view: () => Viewport, isWhole: (scene: Scene) => boolean}} host
 *   `isWhole`: whether the scene is shown as a whole while nobody has chosen a view
 */
export function createFolds({store, actions, view, isWhole}) {
  /** @type {{run: Run, view: Viewport|null, focus: string|null}|null} */
  let asked = null;
  /** @type {string|null} */
  let focused = null;
  let t = Infinity;

  /** @param {string} key @param {boolean} open @param {string|null} focus the node that has the focus, and hands it on */
  function set(key, open, focus) {
    const {run, viewport} = store.get();
    if (!run) return;
    actions.setFold(key, open);
    asked = {run, view: viewport ? null : view(), focus};
  }

  return {
    /** Opens a box. @param {string} id @returns {boolean} whether it is one */
    open(id) {
      const {run} = store.get(), box = run?.has(id) ? run.node(id).box : null;
      if (box) set(box.scope.key, true, inGraph() ? id : null);
      return Boolean(box);
    },
    /** @param {string} key */
    fold: (key) => set(key, false, inGraph() ? `scope:${key}` : null),
    /** Folds the scope that a node stands in. @param {string} id @returns {boolean} whether there is one */
    foldAround(id) {
      const {run} = store.get();
      if (!run?.folding || !run.has(id)) return false;
      const scope = run.node(id).box?.scope.parent ?? (run.node(id).box ? null : run.folding.tree.home[run.folding.whole.node(id).index]);
      if (!scope?.parent) return false;
      set(scope.key, false, idOf(scope));
      return true;
    },
    /** The new picture is there. Where it can't be seen as a whole, the view stays what it was. @param {Scene} scene */
    arrived(scene) {
      if (!asked || scene.run.signature !== store.get().run?.signature) return;
      if (asked.view && !isWhole(scene)) actions.setViewport({x: asked.view.x, y: asked.view.y, k: asked.view.k});
      if (asked.focus) focused = scene.run.has(asked.focus) ? asked.focus : standsFor(asked.run, scene.run, asked.focus);
      asked = null;
    },
    /** The card that takes over the focus. @param {Scene} scene @returns {string|null} */
    focus: (scene) => (focused !== null && scene.run.has(focused) ? focused : null),
    /** @param {string} id of the card that is to have it */
    hand(id) {
      focused = id;
    },
    /** It has. */
    focused() {
      focused = null;
    },
    /** A picture that is still of the folding before stays at its own moment. @param {Run} run @param {{run: Run|null, t: number}} state */
    moment(run, state) {
      if (run.signature === state.run?.signature) t = state.t;
      return t;
    },
  };
}

/** Whether the focus is in the picture. */
const inGraph = () => document.activeElement?.closest('.graph-ground') != null;
