/**
 * The training of the page's net: plays, steps, goes back, branches. What was trained is kept in runs (model/runs.js); the
 * page follows by `actions.setParameters`. One trainer per page, whichever panel looks at it.
 *
 * A run has one way to be trained. Other settings, or other weights, at some step begin a new run there; the same settings
 * go on with the run, and steps that it has already are trained again, to the last bit as before.
 */
import {ApiError, OfflineError} from '../api/problems.js';
import {streamed} from '../api/stream.js';
import {blockOf, nestedOf} from '../model/blocks.js';
import {STATE_EVERY} from '../model/recording.js';
import {createRun, firstOf, fit, holderOf, trainedLike} from '../model/runs.js';
import {readSettings, trainingOf, writeSettings} from '../model/training_settings.js';
import {networkOf} from './runner.js';

/** @typedef {import('../model/runs.js').Run} Run @typedef {import('../model/recording.js').Checkpoint} Checkpoint */
/** @typedef {{samples: number, test_samples: number, task: string, classes: number|null, x: any, y: any, test_x: any, test_y: any}} Data */
/** @typedef {{data: Data, count: number, shapes: Record<string, number[]>, first: Record<string, any>}} About  the net, before it is run; `first`: parameters as they are drawn, or given with the configuration */
/**
 * @typedef {object} View
 * @property {readonly Run[]} runs
 * @property {Run|null} run              the one that is at work
 * @property {number} step               where it stands
 * @property {boolean} playing
 * @property {number} speed              steps a second; Infinity: as fast as it goes
 * @property {string|null} problem       why it stopped
 * @property {string|null} notice        what it is waiting for
 * @property {readonly number[]} hidden  ids of runs that the charts leave out
 */

export const MOST_STEPS = 100_000;      // of one run
const FOLLOW_MS = 33;                   // between two pictures of the page while it trains
const SEGMENT = 5000;                   // steps of one request
const SEGMENT_NUMBERS = 3e6;            // and what it may send
const AHEAD_S = 4;                      // of a slow training, in one request
const NAP_MS = 4;                       // shorter waits are made up for
const FIT_EVERY = 256;                  // steps between looks at what is kept
const RETRY_MS = [500, 1000, 2000, 4000, 8000];
const GOES_ON = new Set(['stopping', 'deadline_exceeded']);

/** @type {WeakMap<object, ReturnType<typeof createTrainer>>} */
const trainers = new WeakMap();

/** The trainer of a page. @param {any} ctx store, actions, client */
export function trainerOf(ctx) {
  const known = trainers.get(ctx.store) ?? createTrainer(ctx);
  trainers.set(ctx.store, known);
  return known;
}

/**
 * @param {{store: import('./store.js').Store, actions: any, client: any, stream?: typeof streamed, later?: (fn: () => void, ms: number) => any, now?: () => number}} parts
 */
export function createTrainer({store, actions, client, stream = streamed, later = setTimeout, now = () => performance.now()}) {
  /** @type {View} */
  let view = {runs: [], run: null, step: 0, playing: false, speed: Infinity, problem: null, notice: null, hidden: []};
  /** @type {Set<() => void>} */
  const listeners = new Set();
  /** @type {AbortController|null} */
  let current = null;
  /** @type {Float64Array|null} */
  let row = null;           // at view.step
  /** @type {any} */
  let placed = null;        // the parameters that the page was given last
  let followed = -Infinity, following = false, made = 0, left = 0;
  let configuration = store.get().net?.configuration ?? null;
  /** @type {{configuration: unknown, found: Promise<About>}|null} */
  let known = null;
  /** @type {{run: Run, step: number, found: Promise<Checkpoint>}|null} */
  let restored = null;

  /** @param {Partial<View>} patch */
  function set(patch) {
    view = {...view, ...patch};
    for (const heard of [...listeners]) heard();
  }

  const wait = (/** @type {number} */ ms) => new Promise((done) => { later(() => done(null), ms); });
  const settings = () => readSettings(store.get().ways.train);

  /** The net's data and shapes, asked for once per configuration. @returns {Promise<About>} */
  function about() {
    const {net} = store.get();
    if (known?.configuration !== net?.configuration) {
      const found = client.post('/network/compile', {network: net?.configuration}).then((/** @type {any} */ {data, count, parameters}) => (
        {data, count, shapes: byName(parameters, 'shape'), first: byName(parameters, 'value')}));
      found.catch(() => { known = null; });
      known = {configuration: net?.configuration, found};
    }
    return /** @type {any} */ (known).found;
  }

  // ── the page follows ──────────────────────────────────────────────────────────────────────────────────
  function place() {
    following = false;
    const shapes = view.run && holderOf(view.run, view.step).recording.shapes;
    if (!row || !shapes || !store.get().net) return;
    followed = now();
    placed = nestedOf(row, shapes);
    actions.setParameters(placed);
  }

  /** At most so many times a second; the last one is never left out. */
  function follow() {
    if (following) return;
    if (now() - followed >= FOLLOW_MS) return place();
    following = true;
    later(() => { if (following) place(); }, Math.max(0, followed + FOLLOW_MS - now()));
  }

  // ── where to go on ────────────────────────────────────────────────────────────────────────────────────
  /** @param {Run} run */
  function added(run) {
    made += 1;
    set({runs: [...view.runs, run], run});
    return run;
  }

  /** The run that goes on from here as things stand, and what to send as `resume`. @returns {Promise<{run: Run, resume: any, base: number}>} */
  async function prepared() {
    const {net} = store.get();
    if (!net) throw new Error('training: there is no net');
    const how = {settings: settings(), configuration: net.configuration}, {run: at, step} = view;
    const moved = at !== null && net.parameters !== placed;
    if (!at || (moved && net.parameters === null)) {
      const run = added(createRun(made, how));
      set({step: 0});
      placed = net.parameters;
      return {run, resume: net.parameters && {step: 0, parameters: net.parameters}, base: 0};
    }
    const holder = holderOf(at, step);
    if (moved) {
      placed = net.parameters;
      return {run: added(createRun(made, {...how, parent: holder, from: step, moved})), resume: {step, parameters: net.parameters}, base: step};
    }
    if (trainedLike(holder, how.settings, how.configuration)) {
      const from = holder.recording.before(step);
      if (holder !== at) set({run: holder});
      return {run: holder, resume: from && resumeOf(from, holder), base: from?.step ?? step};
    }
    const from = await checkpoint(holder, step);
    return {run: added(createRun(made, {...how, parent: holder, from: step})), resume: resumeOf(from, holder), base: step};
  }

  /** A step with what the optimizer remembered there; trained anew from the last state before it where that is not kept. @param {Run} run @param {number} step @returns {Promise<Checkpoint>} */
  function checkpoint(run, step) {
    const {recording} = run, direct = recording.checkpoint(step), before = recording.before(step);
    if (direct) return Promise.resolve(direct);
    if (!before) return Promise.reject(new Error(`training: run ${run.name} has no step ${step}`));
    if (restored?.run !== run || restored.step !== step) {
      const found = client.post('/network/train', {...asked(run), steps: step - before.step, resume: resumeOf(before, run), stream: false, progress_every: step - before.step, max_elements: 1})
        .then((/** @type {any} */ done) => {
          const last = createRun(0, run).recording;
          last.put({...done.history.at(-1), parameters: done.parameters, state: done.state, confusion: done.confusion});
          return last.checkpoint(step);
        });
      found.catch(() => { restored = null; });
      restored = {run, step, found};
    }
    return restored.found;
  }

  // ── training ──────────────────────────────────────────────────────────────────────────────────────────
  /** Trains so many steps from here; Infinity: until it is stopped. @param {number} steps */
  async function go(steps) {
    stop();
    const mine = current = new AbortController(), alive = () => mine === current;
    let tries = 0;
    left = steps;
    set({playing: true, problem: null, notice: null});
    while (alive() && left > 0) {
      const begun = view.step;
      try {
        await segment(mine, alive);
        if (view.step >= MOST_STEPS && left > 0) return ended(`A run ends after ${MOST_STEPS.toLocaleString('en')} steps here. Reset, or branch off from an earlier step.`);
      } catch (error) {
        if (!alive()) return;
        tries = view.step > begun ? 0 : tries + 1;
        const pause = pauseOf(error, tries);
        if (pause === null) return ended(messageOf(error));
        set({notice: error instanceof OfflineError ? `The connection broke after step ${view.step}. It goes on from there as soon as the server answers.` : `The server is busy after step ${view.step}. It goes on in a moment.`});
        await wait(pause);
      }
    }
    if (alive()) ended(null);
  }

  /** One request's steps. @param {AbortController} mine @param {() => boolean} alive */
  async function segment(mine, alive) {
    const {count} = await about();
    if (!alive()) return;
    const {run, resume, base} = await prepared();
    if (!alive()) return;
    const most = Math.min(left, MOST_STEPS - view.step, view.speed === Infinity ? SEGMENT : Math.ceil(view.speed * AHEAD_S), Math.ceil(SEGMENT_NUMBERS / (1.2 * count + 30)));
    if (most <= 0) return;
    const body = {...asked(run), steps: view.step - base + most, ...(resume ? {resume} : {}), checkpoint_every: 1, state_every: STATE_EVERY, stream: true};
    let due = now();
    for await (const {event, data} of stream('/network/train', body, mine.signal)) {
      if (!alive()) return;
      if (event !== 'progress') continue;
      if (data.step > view.step && view.speed !== Infinity) {
        due = Math.max(due + 1000 / view.speed, now() - 1000);
        if (due - now() > NAP_MS) await wait(due - now());
        if (!alive()) return;
      }
      take(run, data);
      if (left <= 0 || !view.playing) return;
    }
  }

  /** @param {Run} run @param {any} record */
  function take(run, record) {
    const kept = run.recording.put(record);
    if (!kept.agrees) return ended(`Step ${record.step} came out otherwise than the first time. Reset to train it anew.`);
    if (record.step < view.step) return;
    left -= record.step - view.step;
    row = kept.row;
    if (record.step % FIT_EVERY === 0) fit(view.runs);
    const told = run.recording.told(record.step);
    set({step: record.step, notice: null});
    follow();
    if (told && !Number.isFinite(told.loss)) ended(`The loss is no number any more at step ${record.step}. Go back, and take a lower learning rate or clip the gradient.`);
  }

  /** @param {string|null} problem */
  function ended(problem) {
    current?.abort();
    current = null;
    const {run, runs} = view, nothing = run !== null && run.recording.last < 0;
    if (nothing) made -= 1;
    set({playing: false, problem, notice: null, ...(nothing ? {runs: runs.filter((each) => each !== run), run: run.parent} : {})});
    place();
  }

  function stop() {
    if (!current) return;
    ended(null);
  }

  // ── what changes around it ────────────────────────────────────────────────────────────────────────────
  /** Another net, or the same one that was configured anew. */
  function netChanged() {
    const {net} = store.get();
    if (net?.configuration === configuration) return;
    configuration = net?.configuration ?? null;
    if (!net || net.parameters === null) return clear();
    if (view.run && !fits(net.parameters, view.run)) return clear();
    if (view.playing) void go(left);
  }

  function clear() {
    current?.abort();
    current = null;
    row = placed = restored = null;
    following = false;
    made = 0;
    set({runs: [], run: null, step: 0, playing: false, problem: null, notice: null, hidden: []});
  }

  store.subscribe(({net}) => net, netChanged);
  store.subscribe(({tab}) => tab, (tab) => { if (tab !== 'net') stop(); });
  store.subscribe(({ways}) => ways.train, () => { if (view.playing) void go(left); });

  /** Puts the page where a run has been. @param {Run} run @param {number} step @param {Float64Array} found */
  function stand(run, step, found) {
    row = found;
    set({run, step, problem: null});
    follow();
  }

  return {
    get: () => view,
    /** @param {() => void} heard @returns {() => void} */
    subscribe(heard) {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
    about,
    settings,
    play: () => go(Infinity),
    pause: stop,
    /** So many steps more: asked for again while they are taken, they add up. @param {number} [steps] */
    advance(steps = 1) {
      if (!view.playing || left === Infinity) return go(steps);
      left += steps;
      return Promise.resolve();
    },
    /** To the end of the epoch that is under way. */
    async epoch() {
      const {data: {samples}} = await about(), each = Math.ceil(samples / Math.min(settings().batch_size ?? samples, samples));
      return go(each - (view.step % each));
    },
    /** Returns to a step of the run at work, or of another. @param {number} step @param {Run|null} [run] */
    async goTo(step, run = view.run) {
      if (!run) return;
      stop();
      const holder = holderOf(run, step), found = holder.recording.row(step);
      if (found) return stand(run, step, found);
      set({run, step});
      const {row: anew} = await checkpoint(holder, step);
      if (view.run === run && view.step === step && !view.playing) stand(run, step, anew);
    },
    /** To the weights that the first run began with. */
    reset() {
      if (view.run) return this.goTo(firstOf(view.run));
      return Promise.resolve();
    },
    /** Another run is at work, where it ended, with its settings. @param {Run} run */
    async choose(run) {
      stop();
      await this.goTo(run.recording.last, run);
      place();
      actions.setWay({train: writeSettings(run.settings)});
      if (run.configuration !== store.get().net?.configuration) {
        configuration = run.configuration;
        actions.setNet({configuration: run.configuration, parameters: placed});
      }
    },
    /** @param {Run} run @param {boolean} shown in charts */
    show: (run, shown) => set({hidden: shown ? view.hidden.filter((id) => id !== run.id) : [...view.hidden, run.id]}),
    /** Forgets a run that none branches off from. @param {Run} run */
    remove(run) {
      if (run === view.run || view.runs.some(({parent}) => parent === run)) return;
      set({runs: view.runs.filter((each) => each !== run)});
    },
    /** @param {number} speed */
    setSpeed(speed) {
      set({speed});
      if (view.playing) void go(left);
    },
    /** Where it stands, with the optimizer's state, as `resume` takes it; null: nothing is trained yet, or the weights are others now. */
    async resume() {
      const {run, step} = view;
      if (!run || store.get().net?.parameters !== placed) return null;
      const holder = holderOf(run, step);
      return resumeOf(await checkpoint(holder, step), holder);
    },
    /** What a step was like beside its numbers. @param {Run} run @param {number} step */
    checkpoint: (run, step) => checkpoint(holderOf(run, step), step),
    /** Whether the page's weights are not those of the step. */
    get moved() { return view.run !== null && store.get().net?.parameters !== placed && !following; },
  };
}

/** One field of records by name. @param {Record<string, any>} records @param {string} field @returns {Record<string, any>} */
const byName = (records, field) => Object.fromEntries(Object.entries(records).map(([name, record]) => [name, record[field]]));

/** What is the same in all requests about a run. @param {Run} run */
const asked = ({configuration, settings}) => ({network: networkOf({configuration, parameters: null}), ...trainingOf(settings), encoding: 'binary'});

/** @param {Checkpoint} checkpoint @param {Run} run */
function resumeOf({step, row, state: {optimizer, updates}}, {recording: {shapes}}) {
  const write = (/** @type {Float64Array|number} */ value) => (typeof value === 'number' ? value : blockOf(value, shapes ?? {}));
  return {step, parameters: blockOf(row, shapes ?? {}), state: {updates, optimizer: Object.fromEntries(Object.entries(optimizer).map(([name, value]) => [name, write(value)]))}};
}

/** Whether parameters are of a run's shapes. @param {Readonly<Record<string, any>>} parameters @param {Run} run */
function fits(parameters, {recording: {shapes}}) {
  if (!shapes) return true;
  const lengths = (/** @type {any} */ value) => { const found = []; for (let each = value; Array.isArray(each); each = each[0]) found.push(each.length); return found; };
  return Object.keys(parameters).join() === Object.keys(shapes).join() && Object.entries(shapes).every(([name, shape]) => String(lengths(parameters[name])) === String(shape));
}

/** How long to wait before it is tried again; null: that would not help. @param {unknown} error @param {number} tries */
function pauseOf(error, tries) {
  const next = RETRY_MS[Math.min(tries, RETRY_MS.length) - 1] ?? RETRY_MS[0];
  if (error instanceof OfflineError) return next;
  if (!(error instanceof ApiError)) throw error;
  if (GOES_ON.has(error.code) && tries === 0) return 0;
  return error.retry_ms ?? (GOES_ON.has(error.code) && tries < RETRY_MS.length ? next : null);
}

/** @param {unknown} error */
const messageOf = (error) => (error instanceof ApiError ? error.problems.map(({message}) => message).join(' ') : String(error));
