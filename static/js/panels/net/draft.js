/**
 * The configuration as it is being edited. It becomes the page's net when the server takes it; until then what is wrong
 * stands by its fields, and the last good net stays on screen.
 */
import {ApiError, OfflineError} from '../../api/problems.js';
import {valueAt, withValue} from '../../model/net_paths.js';
import {weightsSet} from './kit.js';

/** @typedef {{path: string, text: string}} Fault */
/**
 * @typedef {object} Draft
 * @property {() => any} get
 * @property {(path: string) => any} at
 * @property {(path: string, value: unknown) => void} set
 * @property {(configuration: any, key?: string|null) => void} replace
 * @property {() => readonly Fault[]} faults
 * @property {() => boolean} isTrained  whether weights differ from how they are drawn, so that drawing anew loses something
 * @property {() => void} leave
 */

/** @param {any} ctx store, actions, client, toast @param {() => void} changed what is edited, or what is wrong, is another @returns {Draft} */
export function createDraft({store, actions, client, toast}, changed) {
  let draft = store.get().net?.configuration ?? null, asked = 0;
  /** @type {Fault[]} */
  let faults = draft ? toldAt(store.get().problems) : [];

  /** @param {any} configuration @param {string|null} key */
  async function offer(configuration, key) {
    const mine = asked += 1, state = store.get();
    // a net that does not run has no weights to keep
    const before = state.problems.length ? null : weightsSet(state) && state.net.configuration;
    draft = configuration;
    changed();
    try {
      const {resets} = await client.post('/network/compile', {network: configuration, max_elements: 1, ...(before ? {before} : {})});
      if (mine !== asked) return;
      take(configuration, key, resets ?? [], Boolean(before));
    } catch (error) {
      if (mine !== asked) return;
      if (error instanceof ApiError && configuration.parameters && error.problems.every(({field}) => /^network\.parameters\b/.test(field ?? ''))) return offer(withValue(configuration, 'parameters', undefined), key);
      faults = faultsOf(error);
      changed();
    }
  }

  /** @param {any} configuration @param {string|null} key @param {string[]} resets @param {boolean} hasWeights  that may go on */
  function take(configuration, key, resets, hasWeights) {
    faults = [];
    actions.setNet({configuration, parameters: hasWeights && !resets.length ? weightsSet(store.get()) : null}, key);
    if (hasWeights && resets.length) toast(`New weights are drawn: ${resets.join(', ')} changed.`, {text: 'Undo', act: actions.undo});
    changed();
  }

  /** What the page's own request met: a net of a damaged link, say. */
  function met() {
    const {problems, net} = store.get();
    if (net?.configuration !== draft || faults.length || !problems.length) return;
    faults = toldAt(problems);
    changed();
  }
  const leaveProblems = store.subscribe((/** @type {any} */ {problems}) => problems, met);
  const leaveNet = store.subscribe((/** @type {any} */ {net}) => net?.configuration, (/** @type {any} */ configuration) => {
    if (!configuration || configuration === draft) return;
    asked += 1;
    draft = configuration;
    faults = [];
    changed();
  });

  return {
    get: () => draft,
    at: (path) => valueAt(draft, path),
    set: (path, value) => { if (valueAt(draft, path) !== value) void offer(withValue(draft, path, value), `net:${path}`); },
    replace: (configuration, key = null) => void offer(configuration, key),
    faults: () => faults,
    isTrained: () => Boolean(weightsSet(store.get())),
    leave() {
      leaveProblems();
      leaveNet();
    },
  };
}

/** @param {unknown} error @returns {Fault[]} */
function faultsOf(error) {
  if (error instanceof OfflineError) return [{path: '', text: 'Offline: edits wait until the server is back.'}];
  if (!(error instanceof ApiError)) throw error;
  return toldAt(error.problems);
}

/** @param {readonly import('../../core/state.js').Problem[]} problems @returns {Fault[]} */
function toldAt(problems) {
  return problems.map(({field, message, hint}) => {
    const path = (field ?? '').replace(/^(network|before)\.?/, ''), words = message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
    return {path, text: hint ? `${words} — ${hint}` : words};
  });
}
