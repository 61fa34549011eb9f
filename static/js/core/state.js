/**
 * All that the page knows. Derived facts (the frame, what a text range means) are not in here: selectors and the model say them.
 *
 * @typedef {import('../model/types.js').Run} Run
 * @typedef {import('../model/types.js').Span} Span
 * @typedef {import('../model/types.js').Note} Note
 * @typedef {number | Numbers[]} Numbers  a number or nested lists of them
 * @typedef {{node?: string, edge?: string, cell?: number[]|null}} Selection
 * @typedef {{code: string, message: string, hint?: string, span?: Span, field?: string, node?: string}} Problem
 * @typedef {{lo: number, hi: number}} Range
 * @typedef {{configuration: Readonly<Record<string, any>>, parameters: Readonly<Record<string, Numbers>>|null}} Net
 *   the `network` of the API; parameters null: as it is initialised
 * @typedef {'local'|'contribution'|'both'} Labels
 * @typedef {'graph'|'program'|'table'|'derivatives'|'net'} Tab
 * @typedef {{nodes: readonly string[], edges: readonly string[]}} Traced
 * @typedef {{edge: string} | {path: string[]} | {source: string, target: string}} JacobianOf
 * @typedef {{run: Run, key: string, within: any, error: string|null}} Matrix  `within` of the reply of /jacobian; the key is its JacobianOf
 *
 * @typedef {object} State
 * @property {string} program                    of a net: what the server compiled it to
 * @property {Net|null} net                       what the program is compiled from; null: it is a text of its own
 * @property {Record<string, Numbers>} overrides  inputs that differ from what the program writes
 * @property {Record<string, Range>} ranges       ends of the sliders that were set by hand
 * @property {'tensor'|'scalar'} detail
 * @property {Run|null} run                       the last good one, as it is folded; `wholeOf` gives it with nothing folded
 * @property {import('../model/fold_choice.js').Folds} folds  scopes opened and closed by hand
 * @property {readonly string[]} opened           nodes that are unfolded in place, by what opens them
 * @property {import('../layout/types.js').Layout|null} layout
 * @property {'empty'|'loading'|'ready'|'error'|'offline'} status
 * @property {boolean} stale                      the run is not of this program
 * @property {Problem[]} problems
 * @property {Note[]} notes
 * @property {number} t                           place on the timeline; Infinity until there is one: its end
 * @property {boolean} playing
 * @property {number} speed
 * @property {Selection|null} hovered
 * @property {Selection|null} pinned
 * @property {{node: string}|null} sought        the node that was looked for last: the graph brings it near; a new object each time
 * @property {Traced|null} traced                what a panel points at on the graph: a path, a chain; ids of the whole run
 * @property {Readonly<Record<string, string>>|null} badges  a word of a panel under each node's card, by id
 * @property {Readonly<Record<string, string>>} ways  what the derivatives view shows: its panel, and what that was asked for
 * @property {import('../model/cells.js').Anatomy|null} anatomy  of the cell that was looked at last
 * @property {{run: Run, node: string}|null} told       of which node of a large graph the formulas came last
 * @property {JacobianOf|null} jacobian           which matrix is shown
 * @property {Matrix|null} matrix                 the matrix that came last
 * @property {Labels} labels                      what stands on the wires
 * @property {'right'|'down'|null} direction      null: as the room is
 * @property {Tab} tab
 * @property {'light'|'dark'|null} theme          null: as the system
 * @property {{x: number, y: number, k: number}|null} viewport  null: fitted
 * @property {{open: boolean, query: string}} find
 * @property {string|null} held                   the input whose slider is held
 * @property {readonly string[]} lacking          libraries that could not be had: "editor"
 * @property {boolean} canUndo
 * @property {boolean} canRedo
 */

/** @type {Readonly<State>} */
export const INITIAL = Object.freeze({
  program: '', net: null, overrides: {}, ranges: {}, detail: 'tensor', opened: Object.freeze([]), anatomy: null, told: null, jacobian: null, matrix: null,
  run: null, folds: Object.freeze({}), layout: null, status: 'empty', stale: false, problems: [], notes: [],
  t: Infinity, playing: false, speed: 1, hovered: null, pinned: null, sought: null, traced: null, badges: null, ways: Object.freeze({}),
  labels: 'local', direction: null, tab: 'graph', theme: null, viewport: null,
  find: Object.freeze({open: false, query: ''}), held: null, lacking: Object.freeze([]), canUndo: false, canRedo: false,
});
