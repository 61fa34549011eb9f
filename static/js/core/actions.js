/** All that can be done. Nothing else writes the state. */
import {createHistory} from './undo.js';
import {shownRun, wayTo} from '../model/fold_choice.js';
import {sameMoment} from '../model/fold_moment.js';
import {tellFormulas} from '../model/packed_run.js';
import {wholeOf} from '../model/run.js';
import {literalOf, surviving, withLiteral} from './literals.js';
import {createRunner, withFormulas} from './runner.js';
import {pinnedIn} from './selection.js';
import {isWithin, missingInputs, placeIn} from './selectors.js';
import {INITIAL} from './state.js';

/** @typedef {import('./store.js').Store} Store @typedef {import('./state.js').State} State @typedef {import('./state.js').Selection} Selection */
/** @typedef {import('./state.js').Numbers} Numbers @typedef {import('../model/types.js').Run} Run */
/** @typedef {Pick<State, 'program'|'net'|'overrides'|'ranges'|'detail'|'opened'>} Edited what Undo brings back */
/** @typedef {ReturnType<typeof createActions>} Actions */

export const NEW_INPUT = 1;
const EDITED = /** @type {const} */ (['program', 'net', 'overrides', 'ranges', 'detail', 'opened']);
const NO_OVERRIDES = Object.freeze(/** @type {State['overrides']} */ ({}));
const NONE = Object.freeze(/** @type {string[]} */ ([]));

/** @param {{store: Store, client: import('../api/client.js').Client, saveTheme?: (theme: State['theme']) => void, rest?: () => Promise<unknown>}} parts */
export function createActions({store, client, saveTheme = () => {}, rest = () => new Promise((done) => { setTimeout(done); })}) {
  const history = createHistory(edited(store.get()));
  const runner = createRunner({store, client, heard: {run: received, problems, offline, empty, loading, slow}});
  let holds = 0;

  /** @param {Run} all @param {boolean} whole with formulas and checks */
  function received(all, whole) {
    const {run: before, t, pinned, folds} = store.get();
    const {net, program} = store.get();
    const run = shownRun(whole ? all : withFormulas(all, before && wholeOf(before)), folds);
    store.set({
      run, program: net ? all.reply.program : program, traced: null, notes: all.notes, problems: store.get().problems.length ? [] : store.get().problems, stale: false, status: 'ready',
      t: placeIn(before, run, t), pinned: pinnedIn(before, run, pinned), hovered: pinnedIn(before, run, store.get().hovered),
    });
  }

  /** @param {State['problems']} found */
  function problems(found) {
    store.set({problems: found, stale: store.get().run !== null, status: 'error', playing: false});
  }

  function offline() {
    store.set({status: 'offline', stale: store.get().run !== null});
  }

  function empty() {
    store.set({run: null, layout: null, problems: [], notes: [], stale: false, status: 'empty', pinned: null, hovered: null, playing: false, t: Infinity});
  }

  function loading() {
    if (!store.get().run && store.get().status === 'empty') store.set({status: 'loading'});
  }

  function slow() {
    store.set({stale: store.get().run !== null, status: 'loading', playing: false});
  }

  /** @param {Partial<Edited>} patch @param {string|null} key @param {import('../api/client.js').Pace} pace */
  function edit(patch, key, pace) {
    const now = edited(store.get()), next = {...now, ...patch};
    if (EDITED.every((field) => next[field] === now[field])) return;
    history.record(next, key);
    adopt(next, pace);
  }

  /** Whether what the server is asked differs. @param {Edited} a @param {Edited} b */
  const asksOther = (a, b) => a.program !== b.program || a.net !== b.net || a.overrides !== b.overrides || a.detail !== b.detail || a.opened !== b.opened;

  /** @param {Edited|null} snapshot @param {import('../api/client.js').Pace} pace */
  function adopt(snapshot, pace) {
    if (!snapshot) return;
    const before = edited(store.get());
    store.set({...snapshot, canUndo: history.canUndo(), canRedo: history.canRedo()});
    if (asksOther(before, snapshot)) runner.request(pace);
  }

  /** What is folded is told by its box. @param {Selection|null} selection */
  function standing(selection) {
    const {run} = store.get(), id = selection?.node;
    return id && run?.folding && !run.has(id) && wholeOf(run).has(id) ? {node: run.folding.shownAs(id)} : selection;
  }

  /** Another folding of the same run: the moment and what is chosen stay. @param {State['folds']} folds @param {Partial<State>} [patch] what changes with it */
  function refold(folds, patch = {}) {
    const {run: before, t, pinned, hovered} = store.get();
    if (!before) return store.set({folds});
    const run = shownRun(wholeOf(before), folds);
    store.set({folds, run, t: sameMoment(before, run, t), pinned: pinnedIn(before, run, pinned), hovered: pinnedIn(before, run, hovered), ...patch});
  }

  /** The folds that show a node that is folded in; null where none is. @param {string} node */
  function wayIn(node) {
    const {run, folds} = store.get();
    return run && !run.has(node) && wholeOf(run).has(node) ? wayTo(run, node, folds) : null;
  }

  /** Another text: its inputs keep what they were set to; its nodes are others, so none is unfolded. It is a net's no more. @param {string} program @returns {Partial<Edited>} */
  const rewritten = (program) => ({
    program, net: program === store.get().program ? store.get().net : null,
    overrides: surviving(store.get().program, program, store.get().overrides), opened: program === store.get().program ? store.get().opened : NONE,
  });

  return {
    /** The person types. @param {string} program */
    type(program) {
      edit(rewritten(program), 'typing', 'typing');
    },
    /** The program changes at one stroke: a fix, a paste by a button. @param {string} program */
    write(program) {
      edit(rewritten(program), null, 'now');
    },
    /** A new subject: nothing of the old one stays. @param {string} program */
    open(program) {
      store.set({t: Infinity, playing: false, pinned: null, hovered: null, viewport: null, folds: INITIAL.folds, jacobian: null, traced: null, ways: onlyPanel(store.get().ways)});
      edit({program, net: null, overrides: {}, ranges: {}, detail: 'tensor', opened: NONE}, null, 'now');
    },
    /** A net becomes the subject, or another one in its place; what of its arrays was set by hand is the caller's to keep in `parameters`. @param {State['net']} net @param {string|null} [key] edits with the same key are one step to undo */
    setNet(net, key = null) {
      edit({net, ...(net ? {overrides: Object.keys(store.get().overrides).length ? NO_OVERRIDES : store.get().overrides} : {}), ...(net && !store.get().net ? {program: '', overrides: {}, ranges: {}, detail: 'tensor', opened: NONE} : {})}, key, 'now');
    },
    /** Where training, or the way back, has led: no step to undo. @param {NonNullable<State['net']>['parameters']} parameters */
    setParameters(parameters) {
      const {net} = store.get();
      if (!net) return;
      store.set({net: {...net, parameters}});
      runner.request('dragging');
    },
    /** What an address holds, without a step to undo. @param {Partial<State>} patch */
    restore(patch) {
      store.set(patch);
      history.reset(edited(store.get()));
      store.set({canUndo: false, canRedo: false});
      return runner.request('now');
    },
    retry: () => runner.request('now'),

    /** @param {string} name @param {Numbers} value */
    setInput(name, value) {
      const {overrides, program, held} = store.get();
      const asWritten = literalOf(program, name)?.value;
      const next = JSON.stringify(asWritten) === JSON.stringify(value) ? without(overrides, name) : {...overrides, [name]: value};
      edit({overrides: next}, `${held === name ? 'held' : 'set'}:${name}:${holds}`, 'dragging');
    },
    /** Several at one stroke, as a step of a descent does. @param {Record<string, Numbers>} values */
    setInputs(values) {
      edit({overrides: {...store.get().overrides, ...values}}, null, 'now');
    },
    /** Back to what the program writes. @param {string} name */
    resetInput(name) {
      edit({overrides: without(store.get().overrides, name)}, null, 'now');
    },
    /** The input's value, written into the program. @param {string} name */
    writeInput(name) {
      const {program, overrides} = store.get();
      if (name in overrides) edit({program: withLiteral(program, name, overrides[name]), net: null, overrides: without(overrides, name)}, null, 'now');
    },
    /** Inputs without a value begin at 1. */
    giveMissing() {
      const {overrides} = store.get();
      edit({overrides: {...overrides, ...Object.fromEntries(missingInputs(store.get()).map((name) => [name, NEW_INPUT]))}}, null, 'now');
    },
    /** @param {string} name @param {import('./state.js').Range|null} range */
    setRange(name, range) {
      const {ranges} = store.get();
      edit({ranges: range ? {...ranges, [name]: range} : without(ranges, name)}, null, 'now');
    },
    /** A slider is held: its moves are one step to undo, and one request is under way at a time. @param {string} name */
    hold(name) {
      holds += 1;
      store.set({held: name});
    },
    release() {
      if (store.get().held === null) return;
      store.set({held: null});
      runner.request('now');
    },
    /** @param {State['detail']} detail */
    setDetail(detail) {
      edit({detail}, null, 'now');
    },
    /** A node is unfolded in place. @param {string} door  its `opens` */
    unfold(door) {
      if (!store.get().opened.includes(door)) edit({opened: [...store.get().opened, door]}, null, 'now');
    },
    /** An unfolded node is folded again, with all that is unfolded inside. @param {string} door */
    fold(door) {
      const {pinned, run} = store.get();
      if (pinned?.node && isWithin(door, pinned.node) && run?.has(door)) store.set({pinned: {node: door}});
      edit({opened: store.get().opened.filter((each) => !isWithin(door, each))}, null, 'now');
    },

    undo: () => adopt(history.undo(), 'now'),
    redo: () => adopt(history.redo(), 'now'),

    /** Opens or closes a scope. @param {string} key @param {boolean} open */
    setFold: (key, open) => refold({...store.get().folds, [key]: open}),
    /** Opens the way to a node, wherever it is folded in, pins it or a cell of it, and has it brought near. @param {string} node @param {number[]|null} [cell] */
    async reveal(node, cell = null) {
      const chosen = {pinned: cell ? {node, cell} : {node}, sought: {node}}, {run} = store.get(), way = wayIn(node);
      if (!run || !way) return store.set(chosen);
      await rest();
      shownRun(wholeOf(run), way); // in a large graph a task by itself: what follows from the folds alone is kept
      await rest();
      const now = wayIn(node);
      if (now) refold(now, chosen);
      else if (store.get().run?.has(node)) store.set(chosen);
    },

    /** @param {Selection|null} hovered */
    hover: (hovered) => store.set({hovered: standing(hovered)}),
    /** @param {Selection|null} pinned */
    pin: (pinned) => store.set({pinned: standing(pinned)}),
    /** @param {Partial<Pick<State, 't'|'playing'|'speed'>>} patch */
    setTime: (patch) => store.set(patch),
    /** A panel points at a part of the graph; the rest fades. @param {State['traced']} traced */
    trace: (traced) => { if (traced !== store.get().traced) store.set({traced}); },
    /** What a panel writes under the cards. @param {State['badges']} badges */
    setBadges: (badges) => { if (badges !== store.get().badges) store.set({badges}); },
    /** What the derivatives view shows; null takes a field away. @param {Record<string, string|null>} patch */
    setWay(patch) {
      const kept = Object.entries({...store.get().ways, ...patch}).filter(([, value]) => value !== null);
      store.set({ways: Object.freeze(/** @type {Record<string, string>} */ (Object.fromEntries(kept)))});
    },
    /** What the server says of a cell. @param {State['anatomy']} anatomy */
    setAnatomy: (anatomy) => store.set({anatomy}),
    /** The formulas of one node of a graph that came without. @param {Run} run  a whole one @param {string} node @param {{formula: string|null, edges: Record<string, string>}} reply */
    takeFormulas(run, node, reply) {
      const {run: now} = store.get(), whole = now && wholeOf(now);
      tellFormulas(whole?.signature === run.signature ? whole : run, node, reply);
      store.set({told: {run, node}});
    },
    /** @param {State['jacobian']} jacobian null: closed */
    showJacobian: (jacobian) => store.set({jacobian}),
    /** @param {State['matrix']} matrix */
    setMatrix: (matrix) => store.set({matrix}),
    /** @param {State['layout']} layout */
    setLayout: (layout) => store.set({layout}),
    /** @param {State['viewport']} viewport null: fit */
    setViewport: (viewport) => store.set({viewport}),
    /** @param {State['labels']} labels */
    setLabels: (labels) => store.set({labels}),
    /** @param {State['direction']} direction */
    setDirection: (direction) => store.set({direction}),
    /** @param {State['tab']} tab */
    setTab: (tab) => store.set({tab}),
    /** @param {State['theme']} theme */
    setTheme(theme) {
      store.set({theme});
      saveTheme(theme);
    },
    /** A library that could not be had. @param {string} library */
    lack: (library) => store.set({lacking: [...store.get().lacking, library]}),
    openFind: () => store.set({find: {open: true, query: ''}}),
    /** @param {string} query */
    setQuery: (query) => store.set({find: {open: true, query}}),
    closeFind: () => store.set({find: {open: false, query: ''}}),
  };
}

/** Another program is differentiated the same way, by other names. @param {State['ways']} ways @returns {State['ways']} */
const onlyPanel = ({panel}) => (panel === undefined ? INITIAL.ways : {panel});

/** @param {State} state @returns {Edited} */
const edited = ({program, net, overrides, ranges, detail, opened}) => ({program, net, overrides, ranges, detail, opened});

/** @template T @param {Record<string, T>} record @param {string} name @returns {Record<string, T>} */
function without(record, name) {
  if (!(name in record)) return record;
  const {[name]: _, ...rest} = record;
  return rest;
}
