/** What follows from a scene and stays until it changes: gates, the wires' window of decades, notes. */
import {wireWindow} from '../model/scales.js';
import {wholeOf} from '../model/run.js';
import {allWith} from '../model/search.js';
import {extent} from '../model/tensor.js';
import {gateGrid, placeGates, revealGates} from './gates.js';
import {nameOf} from './measure.js';
import {lineMeasurer} from './paint_gates.js';

/** @typedef {import('./scene.js').Scene} Scene @typedef {import('./gates.js').Gate} Gate @typedef {import('../model/types.js').Run} Run */

const PILL = {fine: 18, coarse: 24};

/** @param {CanvasRenderingContext2D} c @param {() => import('./ink.js').Ink} ink */
export function createSurroundings(c, ink) {
  const coarse = matchMedia('(pointer: coarse)');
  /** @type {{scene: Scene, labels: string, italics: boolean, gates: Map<string, Gate>, grid: ReturnType<typeof gateGrid>|null}|null} */
  let kept = null;
  /** @type {{of: Map<string, Gate>, asked: string, gates: Map<string, Gate>, changed: [string, Gate][]}|null} */
  let shown = null;
  /** @type {{run: Run, query: string, ids: Set<string>}|null} */
  let matching = null;
  /** @type {{run: Run, window: import('../model/scales.js').Window}|null} */
  let decades = null;

  /** While a slider is held the window only grows. @param {Run} run @param {boolean} held */
  function windowOf(run, held) {
    if (decades?.run === run) return decades.window;
    const grows = held && decades?.run.signature === run.signature;
    decades = {run, window: wireWindow(magnitudes(run), grows ? decades?.window : null)};
    return decades.window;
  }

  return {
    /** @param {Scene} scene @param {import('./gates.js').Labels} labels @param {boolean} held whether a slider is held @param {string[]} asked edges whose gates a person asks about */
    of(scene, labels, held, asked) {
      const {italics} = ink();
      if (!kept || kept.scene !== scene || kept.labels !== labels || kept.italics !== italics) {
        const pill = {widthOf: lineMeasurer(c, ink()), height: coarse.matches ? PILL.coarse : PILL.fine};
        kept = {scene, labels, italics, gates: placeGates(scene, labels, pill), grid: null};
      }
      const key = asked.join(' ');
      if (shown?.of !== kept.gates || shown.asked !== key) shown = {of: kept.gates, asked: key, ...revealGates(scene, kept.gates, asked)};
      return {gates: shown.gates, window: windowOf(scene.run, held)};
    },
    /** Finds the gates that are shown by place. */
    grid() {
      if (!kept || !shown) return null;
      const {gates, changed} = shown, grid = kept.grid ??= gateGrid(kept.gates);
      if (!changed.length) return grid;
      return {within: (/** @type {import('./viewport.js').Box} */ box) => [...changed, ...grid.within(box).filter(([id, gate]) => gates.get(id) === gate)]};
    },
    /** @param {Run} run @param {string} query @returns {Set<string>} */
    found(run, query) {
      if (matching?.run !== run || matching.query !== query) {
        const wanted = query.toLowerCase();
        const shownAs = (/** @type {string} */ id) => run.folding?.shownAs(id) ?? id;
        const boxes = run.nodes.filter(({kind, name}) => kind === 'scope' && name?.toLowerCase().includes(wanted)).map(({id}) => id);
        matching = {run, query, ids: new Set([...boxes, ...allWith(wholeOf(run), query).map(shownAs)])};
      }
      return matching.ids;
    },
    /** Where NaN or ∞ starts. @param {Run} run */
    firstBroken: (run) => run.notes.find(({code}) => code === 'non_finite')?.node ?? null,
    /** A picture that is not of this program says so, and so does one that is not there. @param {HTMLElement} note @param {import('../core/state.js').State} state */
    note(note, state) {
      const text = noteOf(state);
      note.hidden = !text;
      if (note.textContent !== text) note.textContent = text;
    },
  };
}

/** Every gradient that a wire can carry. @param {Run} run */
function* magnitudes(run) {
  for (const {upstream, contribution} of run.edges) {
    for (const g of [upstream, contribution]) {
      if (contribution === null || g === null) continue;
      const {positive, negative} = extent(g);
      yield positive;
      yield negative;
    }
  }
}

/** @param {import('../core/state.js').State} state */
function noteOf({stale, run, status, problems}) {
  const place = problems[0]?.span ? `line ${problems[0].span.line}` : 'the program';
  if (status === 'error' && !run) return `Nothing to draw yet: ${place} does not read.`;
  if (!stale || !run) return '';
  if (status === 'loading') return 'The last picture, while the new one is computed.';
  return status === 'offline' ? 'The last picture from before you were offline.' : `Your last valid program. It turns live again when ${place} reads.`;
}
