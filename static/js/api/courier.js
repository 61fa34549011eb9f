/**
 * The client in a worker of its own. On the page's thread a reply waits for the frame that is being drawn, and so would
 * the next request; from here a reply comes once, whole, and what has waited for it is on its way before it is drawn.
 */
import {createClient} from './client.js';
import {errorFrom} from './problems.js';

/** @typedef {import('./client.js').Client} Client */
/** @typedef {{name: 'run'|'get'|'post', args: any[], resolve: (reply: any) => void, reject: (error: unknown) => void}} Errand */
/** @typedef {{id: number, name: 'run'|'get'|'post'|'cancel', args: any[]}} Order */
/** @typedef {{id: number, reply?: any, failure?: import('./problems.js').Failure}} Answer  `failure` instead of a reply */

/**
 * @param {{here?: () => Client, start?: () => Worker}} [parts]  `here`: the client where no worker can be started
 * @returns {Client}
 */
export function createCourier({
  here = createClient, start = () => new Worker(new URL('./courier_worker.js', import.meta.url), {type: 'module'}),
} = {}) {
  /** @type {Map<number, Errand>} */
  const under_way = new Map();
  let last = 0;
  /** @type {Client|null} */
  let substitute = null;
  const worker = typeof Worker === 'undefined' ? null : start();
  if (worker) {
    worker.addEventListener('message', ({data}) => arrived(data));
    worker.addEventListener('error', withoutWorker);
  } else withoutWorker();

  /** @param {Answer} answer */
  function arrived({id, reply, failure}) {
    const errand = under_way.get(id);
    under_way.delete(id);
    if (failure) errand?.reject(errorFrom(failure));
    else errand?.resolve(reply);
  }

  function withoutWorker() {
    substitute ??= here();
    const waiting = [...under_way.values()];
    under_way.clear();
    for (const errand of waiting) perform(substitute, errand);
  }

  /** @param {Errand['name']} name @param {any[]} args @returns {Promise<any>} */
  const ask = (name, args) => new Promise((resolve, reject) => {
    const errand = {name, args, resolve, reject};
    if (substitute) perform(substitute, errand);
    else {
      under_way.set(last += 1, errand);
      worker?.postMessage({id: last, name, args});
    }
  });

  /** What the worker has answered may still be on its way here. */
  function dropRuns() {
    for (const [id, {name, resolve}] of under_way) {
      if (name !== 'run') continue;
      under_way.delete(id);
      resolve(null);
    }
  }

  return {
    run(request, pace = 'now') {
      if (pace === 'now') dropRuns();
      return ask('run', [request, pace]);
    },
    get: (path) => ask('get', [path]),
    post: (path, body) => ask('post', [path, body]),
    cancel() {
      dropRuns();
      if (substitute) substitute.cancel();
      else worker?.postMessage({id: last += 1, name: 'cancel', args: []});
    },
  };
}

/** @param {Client} client @param {Errand} errand */
function perform(client, {name, args, resolve, reject}) {
  /** @type {(...args: any[]) => Promise<any>} */ (client[name])(...args).then(resolve, reject);
}
