/** A long answer, event by event. Leaving the loop, or the signal, ends the request: the server then stops its work. */
import {createEventParser} from './events.js';
import {ApiError, errorOf, OfflineError} from './problems.js';

const ROOT = '/api/v1';

/** @typedef {{event: string, data: any}} Told */

/**
 * Events with their data read as JSON. Raises ApiError, also for an event `error`; OfflineError where the connection broke
 * before the event `done`; nothing where the signal ended it.
 * @param {string} path @param {unknown} body @param {AbortSignal} signal
 * @param {(url: string, options: RequestInit) => Promise<Response>} [send]
 * @returns {AsyncGenerator<Told>}
 */
export async function* streamed(path, body, signal, send = globalThis.fetch.bind(globalThis)) {
  const broken = () => { throw new OfflineError(); };
  const response = await send(ROOT + path, {method: 'POST', signal, headers: {'content-type': 'application/json'}, body: JSON.stringify(body)}).catch(broken);
  if (!response.ok || !response.body) throw await errorOf(response);
  const reader = response.body.getReader(), parser = createEventParser();
  try {
    for (;;) {
      const {done, value} = await reader.read().catch(broken);
      if (done) break;
      for (const {event, data} of parser.push(value)) {
        const told = JSON.parse(data);
        if (event === 'error') throw problemOf(told);
        yield {event, data: told};
        if (event === 'done') return;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
  broken();
}

/** @param {any} body of a problem, as a reply has it */
function problemOf(body) {
  const code = String(body?.code ?? 'server_failed');
  const problems = body?.errors?.length ? body.errors : [{code, message: String(body?.detail ?? body?.title ?? code)}];
  return new ApiError(Number(body?.status ?? 500), code, problems);
}
