/** Keeps a laid-out scene for the run that is shown: asks for layouts, pairs nodes after an edit, moves from one to the next. */
import {createLayoutClient} from '../layout/client.js';
import {idOf} from '../model/fold.js';
import {carried, kept} from './carried.js';
import {measure} from './measure.js';
import {blend, buildScene, renewed} from './scene.js';

/** @typedef {import('../model/types.js').Run} Run @typedef {import('../layout/types.js').Layout} Layout @typedef {import('./scene.js').Scene} Scene */
/** @typedef {{direction: 'right'|'down', room: {w: number, h: number}}} Wish */

const MOVE_MS = 240;
const STILL = 400;         // nodes from which a new layout is simply there

/**
 * @param {{widthOf: (text: string, size: number) => number, moves: () => boolean, changed: () => void, failed: (message: string) => void}} host
 *   `moves` is false with reduced motion; `changed` asks for a new picture.
 */
export function createDirector({widthOf, moves, changed, failed}) {
  const client = createLayoutClient();
  /** @type {{run: Run, drawn: ReturnType<typeof measure>, layout: Layout, scene: Scene}|null} */
  let shown = null;
  /** @type {{from: Layout, start: number|null}|null} */
  let move = null;
  let asked = '';

  /** @param {Run} run @param {Wish} wish */
  async function ask(run, wish) {
    const drawn = measure(run, widthOf);
    const key = [run.signature, wish.direction, Math.round(wish.room.w), Math.round(wish.room.h), drawn.nodes.map(({w, h}) => `${w} ${h}`).join()].join('|');
    if (key === asked) {
      if (shown && shown.run.signature === run.signature) refresh(run, drawn);
      return;
    }
    asked = key;
    const before = shown && carried(shown.run, run, shown.layout);
    const request = {
      nodes: drawn.nodes.map((node) => ({...node, block: blockOf(run, node.id)})), blocks: blocksOf(run), direction: wish.direction, output: run.output, room: wish.room, previous: before && turned(before, wish.direction).positions,
      edges: drawn.edges.map(({id, source, target}) => ({id, source, target})),
    };
    try {
      const layout = await client.request(request);
      if (layout && asked === key) arrive(run, drawn, layout, before);
    } catch (error) {
      failed(error instanceof Error ? error.message : String(error));
    }
  }

  /** New numbers on the layout there is. @param {Run} run @param {ReturnType<typeof measure>} drawn */
  function refresh(run, drawn) {
    if (!shown || shown.run === run) return;
    shown = {...shown, run, drawn, scene: renewed(shown.scene, run)};
    changed();
  }

  /** @param {Run} run @param {ReturnType<typeof measure>} drawn @param {Layout} layout @param {Layout|null} before */
  function arrive(run, drawn, layout, before) {
    const latest = newest && newest.signature === run.signature ? newest : run;
    const now = latest === run ? drawn : measure(latest, widthOf);
    const placed = before && shown ? kept(shown.run, latest, shown.layout, layout) : layout;
    shown = {run: latest, drawn: now, layout: placed, scene: buildScene(latest, now, placed)};
    move = before && moves() && drawn.nodes.length < STILL ? {from: before, start: null} : null;
    changed();
  }

  /** @type {Run|null} */
  let newest = null;

  return {
    /** @param {Run} run @param {Wish} wish */
    show(run, wish) {
      newest = run;
      ask(run, wish);
    },
    /** The scene at a moment of its move. @param {number} now ms @returns {{scene: Scene, moving: boolean}|null} */
    at(now) {
      if (!shown) return null;
      if (!move) return {scene: shown.scene, moving: false};
      move.start ??= now;
      const p = Math.min(1, (now - move.start) / MOVE_MS);
      if (p === 1) {
        move = null;
        return {scene: shown.scene, moving: false};
      }
      return {scene: buildScene(shown.run, shown.drawn, blend(move.from, shown.layout, 1 - (1 - p) ** 3)), moving: true};
    },
    layout: () => shown?.layout ?? null,
    /** The scene where it will come to rest. */
    settled: () => shown?.scene ?? null,
    forget() {
      shown = null;
      asked = '';
    },
    close: () => client.close(),
  };
}

/** The innermost open scope that a node stands in. @param {Run} run @param {string} id @returns {string|undefined} */
function blockOf({folding, node}, id) {
  if (!folding) return undefined;
  const scope = node(id).box?.scope.parent ?? (node(id).box ? null : folding.tree.home[folding.whole.node(id).index]);
  return scope?.parent ? idOf(scope) : undefined;
}

/** @param {Run} run @returns {import('../layout/types.js').Block[]} */
const blocksOf = ({folding}) => (folding?.open ?? []).map((scope) => ({id: idOf(scope), parent: scope.parent?.parent ? idOf(scope.parent) : null}));

/** Where the graph ran the other way, across is the other axis. @param {Layout} layout @param {'right'|'down'} direction @returns {Layout} */
function turned(layout, direction) {
  if (layout.direction === direction) return layout;
  return {...layout, positions: new Map([...layout.positions].map(([id, {x, y}]) => [id, {x: y, y: x}]))};
}
