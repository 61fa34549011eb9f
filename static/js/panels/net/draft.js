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
  let faults = [];

  /** @param {any} configuration @param {string|null} key */
  async function offer(configuration, key) {
    const mine = asked += 1, net = store.get().net, before = net?.configuration;
    draft = configuration;
    changed();
    try {
      const {resets} = await client.post('/network/compile', {network: configuration, max_elements: 1, ...(before ? {before} : {})});
      if (mine !== asked) return;
      take(configuration, key, resets ?? []);
    } catch (error) {
      if (mine !== asked) return;
      if (error instanceof ApiError && configuration.parameters && error.problems.every(({field}) => /^network\.parameters\b/.test(field ?? ''))) return offer(withValue(configuration, 'parameters', undefined), key);
      faults = faultsOf(error);
      changed();
    }
  }

  /** @param {any} configuration @param {string|null} key @param {string[]} resets */
  function take(configuration, key, resets) {
    const isTrained = Boolean(weightsSet(store.get()));
    faults = [];
    actions.setNet({configuration, parameters: resets.length ? null : weightsSet(store.get())}, key);
    if (isTrained && resets.length) toast(`New weights are drawn: ${resets.join(', ')} changed.`, {text: 'Undo', act: actions.undo});
    changed();
  }

  const leave = store.subscribe((/** @type {any} */ {net}) => net?.configuration, (/** @type {any} */ configuration) => {
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
    leave,
  };
}

/** @param {unknown} error @returns {Fault[]} */
function faultsOf(error) {
  if (error instanceof OfflineError) return [{path: '', text: 'Offline: edits wait until the server is back.'}];
  if (!(error instanceof ApiError)) throw error;
  return error.problems.map(({field, message, hint}) => {
    const path = (field ?? '').replace(/^(network|before)\.?/, ''), words = message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
    return {path, text: hint ? `${words} — ${hint}` : words};
  });
}
