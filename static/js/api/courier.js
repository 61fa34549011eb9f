/**
 * `fetch` in a worker of its own. On the page's thread every reply comes by in two tasks, its head and its body, and each
 * waits for the frame that is being drawn; from here it comes once, whole, and the next request leaves in the meantime.
 */

/** @typedef {{ok: boolean, status: number, headers: Headers, json(): Promise<any>, arrayBuffer(): Promise<ArrayBuffer>}} Reply */
/** @typedef {{url: string, options: RequestInit, resolve: (reply: any) => void, reject: (error: unknown) => void}} Errand */

/**
 * @param {{fetch?: typeof fetch, start?: () => Worker}} [parts]
 * @returns {(url: string, options?: RequestInit) => Promise<Reply>}  where no worker can be started, by the page itself
 */
export function createCourier({
  fetch: plain = globalThis.fetch.bind(globalThis), start = () => new Worker(new URL('./courier_worker.js', import.meta.url), {type: 'module'}),
} = {}) {
  /** @type {Map<number, Errand>} */
  const under_way = new Map();
  let last = 0;
  /** @type {Worker|null} */
  let worker = typeof Worker === 'undefined' ? null : start();
  worker?.addEventListener('message', ({data}) => arrived(data));
  worker?.addEventListener('error', withoutWorker);

  /** @param {{id: number, reply: {status: number, headers: [string, string][], body: ArrayBuffer}|null}} data */
  function arrived({id, reply}) {
    const errand = under_way.get(id);
    under_way.delete(id);
    if (reply) errand?.resolve(replyOf(reply));
    else errand?.reject(new TypeError('fetch: no reply'));
  }

  function withoutWorker() {
    worker = null;
    const waiting = [...under_way.values()];
    under_way.clear();
    for (const {url, options, resolve, reject} of waiting) plain(url, options).then(resolve, reject);
  }

  return (url, options = {}) => {
    const target = worker;
    if (!target) return plain(url, options);
    const id = last += 1, {signal, ...sent} = options;
    return new Promise((resolve, reject) => {
      under_way.set(id, {url, options, resolve, reject});
      target.postMessage({id, url: new URL(url, globalThis.location.href).href, options: sent});
      signal?.addEventListener('abort', () => {
        if (!under_way.delete(id)) return;
        target.postMessage({id, abort: true});
        reject(signal.reason);
      }, {once: true});
    });
  };
}

/** @param {{status: number, headers: [string, string][], body: ArrayBuffer}} reply @returns {Reply} */
function replyOf({status, headers, body}) {
  return {
    ok: status >= 200 && status < 300, status, headers: new Headers(headers), arrayBuffer: async () => body,
    json: async () => JSON.parse(new TextDecoder().decode(body)),
  };
}
