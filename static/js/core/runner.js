/** From the program to the run on the page: asks the server, takes what is still wanted, and keeps trying while offline. */
import {prepareShown} from '../model/fold_choice.js';
import {packedRun} from '../model/packed_run.js';
import {buildRun, wholeOf} from '../model/run.js';
import {TYPING_MS} from '../api/client.js';
import {ApiError, OfflineError} from '../api/problems.js';
import {mentions} from './literals.js';

/** @typedef {import('./store.js').Store} Store @typedef {import('./state.js').State} State @typedef {import('../model/types.js').Run} Run */
/** @typedef {import('../api/client.js').Client} Client @typedef {import('../api/client.js').Pace} Pace */
/**
 * @typedef {object} Heard
 * @property {(run: Run, whole: boolean) => void} run     `whole`: with formulas and checks
 * @property {(problems: import('./state.js').Problem[]) => void} problems
 * @property {() => void} offline
 * @property {() => void} empty
 * @property {() => void} loading
 * @property {() => void} slow   the answer takes so long that what is shown must not pass for it
 */

const WHOLE = ['formulas', 'checks'];
const WHOLE_MOST = 5000;  // nodes of graphs that get them: in larger ones they would take longer than the run
const SLOW_MS = 300;
const RETRY_MS = [1000, 2000, 4000, 8000];

/**
 * @param {{store: Store, client: Client, heard: Heard, later?: (fn: () => void, ms: number) => any, never?: (id: any) => void, rest?: () => Promise<unknown>}} parts
 * @returns {{request: (pace: Pace) => Promise<void>}}
 */
export function createRunner({store, client, heard, later = setTimeout, never = clearTimeout, rest = () => new Promise((done) => { setTimeout(done); })}) {
  /** @type {any} */
  let retry = null;
  /** @type {any} */
  let slow = null;
  let tries = 0, latest = 0; // replies

  /** @param {Pace} pace */
  async function request(pace) {
    never(retry);
    never(slow);
    const state = store.get();
    if (!state.net && !state.program.trim()) {
      latest += 1;
      client.cancel();
      return heard.empty();
    }
    heard.loading();
    // A slider never takes the hue away: the picture is of this program, only a moment late.
    if (state.run && !state.net && state.run.reply.program !== state.program) slow = later(heard.slow, SLOW_MS + (pace === 'typing' ? TYPING_MS : 0));
    const whole = state.held === null;
    try {
      const asked = requestOf(state, whole);
      const reply = await client.run(asked, pace);
      if (reply === null) return;
      const mine = latest += 1;
      never(slow);
      tries = 0;
      const run = reply instanceof ArrayBuffer ? packedRun(reply, state.run && wholeOf(state.run)) : buildRun(reply);
      run.asked = subjectOf(asked);
      const {run: before, folds} = store.get();
      if (!before || wholeOf(before).signature !== run.signature) await prepareShown(run, folds, rest);
      if (mine !== latest) return;
      heard.run(run, whole);
    } catch (error) {
      never(slow);
      failed(error);
    }
  }

  /** @param {unknown} error */
  function failed(error) {
    if (error instanceof OfflineError) {
      heard.offline();
      again(RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
    } else if (error instanceof ApiError) {
      heard.problems(error.problems);
      if (error.retry_ms !== null) again(error.retry_ms);
    } else throw error;
  }

  /** @param {number} ms */
  function again(ms) {
    retry = later(() => request('now'), ms);
  }

  return {request};
}

/** Overrides of names that the text no longer holds wait until it does again. @param {State} state @param {boolean} whole @returns {import('../api/client.js').RunRequest} */
function requestOf({program, net, overrides, detail, opened, run}, whole) {
  const inputs = Object.fromEntries(Object.entries(overrides).filter(([name]) => (net && !program) || mentions(program, name)));
  const known = run && wholeOf(run).columns?.structure.id;
  return {
    ...(net ? {network: networkOf(net)} : {program}), inputs, detail, ...(opened.length ? {open: opened} : {}),
    include: whole ? WHOLE : [], include_most: WHOLE_MOST, encoding: 'packed', ...(known ? {known} : {}),
  };
}

/** What a request is about, for other questions about the same run. @param {import('../api/client.js').RunRequest} request */
function subjectOf({program, network, inputs, detail, open}) {
  return {...(network ? {network} : {program}), inputs, detail, ...(open ? {open} : {})};
}

/** A net as the API takes it. @param {import('./state.js').Net} net */
export const networkOf = ({configuration, parameters}) => (parameters ? {...configuration, parameters} : configuration);

/**
 * A run without formulas (a drag's) with those of the run before: they depend on the structure alone.
 * @param {Run} run @param {Run|null} before
 */
export function withFormulas(run, before) {
  if (!before || before.signature !== run.signature) return run;
  if (run.columns && before.columns) {
    run.columns.formulas.nodes ??= before.columns.formulas.nodes;
    run.columns.formulas.edges ??= before.columns.formulas.edges;
    return run;
  }
  run.nodes.forEach((node, i) => { node.formula ??= before.nodes[i].formula; });
  run.edges.forEach((edge, i) => { edge.localFormula ??= before.edges[i].localFormula; });
  return run;
}
