/**
 * The API, for a page whose person is faster than the network.
 * Typing: sent 150 ms after the last key; a newer text aborts the older request. Dragging: sent at once, but one request at
 * a time; of those that wait only the latest is sent. An answer that is no longer wanted is never seen.
 */
import {wireText} from '../model/tensor.js';
import {errorOf, OfflineError} from './problems.js';

export const TYPING_MS = 150;
const ROOT = '/api/v1';
const PACKED = 'application/octet-stream';

/** @typedef {'typing'|'dragging'|'now'} Pace */
/** @typedef {{program?: string, network?: Record<string, any>, inputs: Record<string, import('../core/state.js').Numbers>, detail: 'tensor'|'scalar', open?: readonly string[], include: string[], include_most?: number, encoding?: 'packed', known?: string}} RunRequest */
/**
 * @typedef {object} Client
 * @property {(request: RunRequest, pace?: Pace) => Promise<any>} run  the reply, packed as bytes; null when a newer request took its place.
 *   Raises ApiError, OfflineError.
 * @property {(path: string) => Promise<any>} get
 * @property {(path: string, body: unknown) => Promise<any>} post  beside the runs, whatever becomes of them. Raises ApiError, OfflineError.
 * @property {() => void} cancel  whatever is under way is no longer wanted
 */

/**
 * @param {object} [parts]
 * @param {(url: string, options?: RequestInit) => Promise<Response>} [parts.fetch]
 * @param {(fn: () => void, ms: number) => any} [parts.later]
 * @param {(id: any) => void} [parts.never]
 * @returns {Client}
 */
export function createClient({
  fetch: send = globalThis.fetch.bind(globalThis), later = setTimeout, never = clearTimeout,
} = {}) {
  /** @typedef {{request: RunRequest, pace: Pace, resolve: (reply: any) => void, reject: (error: unknown) => void}} Job */
  /** @type {Job|null} */
  let waiting = null;
  /** @type {{job: Job, abort: AbortController}|null} */
  let flying = null;
  /** @type {any} */
  let timer = null;

  function dropWaiting() {
    if (timer !== null) never(timer);
    timer = null;
    waiting?.resolve(null);
    waiting = null;
  }

  function dropFlying() {
    flying?.abort.abort();
    flying?.job.resolve(null);
    flying = null;
  }

  /** @param {Job} job */
  function enqueue(job) {
    dropWaiting();
    if (job.pace === 'dragging' && flying) {
      waiting = job;
    } else if (job.pace === 'typing') {
      waiting = job;
      timer = later(() => {
        timer = null;
        launchWaiting();
      }, TYPING_MS);
    } else {
      launch(job);
    }
  }

  function launchWaiting() {
    const job = waiting;
    waiting = null;
    if (job) launch(job);
  }

  /** @param {Job} job */
  async function launch(job) {
    dropFlying();
    const flight = flying = {job, abort: new AbortController()};
    try {
      const reply = await post('/backprop', job.request, flight.abort.signal);
      if (flying === flight) job.resolve(reply);
    } catch (error) {
      if (flying === flight) job.reject(error);
    }
    if (flying !== flight) return;
    flying = null;
    if (timer === null) launchWaiting();
  }

  /** @param {string} path @param {unknown} body @param {AbortSignal} [signal] */
  const post = (path, body, signal) => call(path, {
    method: 'POST', signal, headers: {'content-type': 'application/json'}, body: wireText(body),
  });

  /** @param {string} path @param {RequestInit} options */
  async function call(path, options) {
    const unheard = () => { throw new OfflineError(); };
    const response = await send(ROOT + path, options).catch(unheard);
    if (!response.ok) throw await errorOf(response);
    return (response.headers?.get('content-type') === PACKED ? response.arrayBuffer() : response.json()).catch(unheard);
  }

  return {
    run: (request, pace = 'now') => new Promise((resolve, reject) => enqueue({request, pace, resolve, reject})),
    get: (path) => call(path, {}),
    post: (path, body) => post(path, body),
    cancel() {
      dropWaiting();
      dropFlying();
    },
  };
}
