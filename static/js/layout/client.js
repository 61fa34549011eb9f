/** Asks the worker for layouts; the latest request wins. */
import {nested} from './nested.js';

/** @typedef {import('./types.js').LayoutRequest} LayoutRequest @typedef {import('./types.js').Layout} Layout */

/**
 * @returns {{request(request: LayoutRequest): Promise<Layout|null>, close(): void}}
 *   The promise gives null when a newer request arrived meanwhile: whoever asked last gets the answer.
 */
export function createLayoutClient() {
  let ticket = 0;
  let busy = false;
  let worker = start();
  /** @type {{request: LayoutRequest, resolve: (reply: {layout?: Layout, error?: string}|null) => void}|null} */
  let waiting = null;

  function start() {
    if (typeof Worker === 'undefined') return null;
    const made = new Worker(new URL('./worker.js', import.meta.url), {type: 'module'});
    made.addEventListener('message', ({data}) => {
      if (data.ticket !== ticket) return;
      busy = false;
      answer(data);
    });
    made.addEventListener('error', withoutWorker);
    return made;
  }

  /** A browser that can't start a module worker lays out on the page itself. */
  function withoutWorker() {
    worker = null;
    busy = false;
    if (waiting) answer({layout: nested(waiting.request)});
  }

  /** @param {{layout?: Layout, error?: string}|null} reply */
  function answer(reply) {
    const asked = waiting;
    waiting = null;
    asked?.resolve(reply);
  }

  /** A worker in the middle of an old layout can't hear: it is replaced. */
  function cancel() {
    answer(null);
    if (!busy || !worker) return;
    worker.terminate();
    worker = start();
    busy = false;
  }

  return {
    async request(request) {
      cancel();
      ticket += 1;
      if (!worker) return nested(request);
      const target = worker;
      const mine = ticket;
      const reply = await new Promise((resolve) => {
        waiting = {request, resolve};
        busy = true;
        target.postMessage({ticket: mine, request});
      });
      if (!reply) return null;
      if (reply.error) throw new Error(reply.error);
      return reply.layout;
    },
    close() {
      cancel();
      worker?.terminate();
      worker = null;
    },
  };
}
