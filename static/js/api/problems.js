/** What can come back instead of a run, in one form. */

/** @typedef {import('../core/state.js').Problem} Problem */

/** A reply of the server that is no run. */
export class ApiError extends Error {
  /** @param {number} status @param {string} code @param {Problem[]} problems @param {number|null} [retry_ms] when the server said when to come back */
  constructor(status, code, problems, retry_ms = null) {
    super(problems[0]?.message ?? code);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.problems = problems;
    this.retry_ms = retry_ms;
  }
}

/** Nobody answered. */
export class OfflineError extends Error {
  constructor() {
    super('Offline');
    this.name = 'OfflineError';
  }
}

/** Codes of problems that the program's text does not cause: a new try may help. */
const OURS = new Set(['server_failed', 'deadline_exceeded', 'too_many_requests', 'busy']);

/** @param {Problem[]} problems */
export const mayTryAgain = (problems) => problems.some(({code, span}) => OURS.has(code) && !span);

/** @param {Pick<Response, 'json'|'headers'|'status'>} response @returns {Promise<ApiError>} */
export async function errorOf(response) {
  const body = await response.json().catch(() => null);
  const after = Number(response.headers.get('retry-after'));
  const retry_ms = response.headers.has('retry-after') && Number.isFinite(after) ? after * 1000 : null;
  if (!body || !Array.isArray(body.errors)) {
    return new ApiError(response.status, 'server_failed', [{code: 'server_failed', message: `The server answered with ${response.status}.`}], retry_ms);
  }
  const code = String(body.code ?? 'server_failed');
  const problems = body.errors.length ? body.errors : [{code, message: body.detail ?? body.title ?? code}];
  return new ApiError(response.status, code, problems, retry_ms);
}

/** @typedef {{status: number, code: string, problems: Problem[], retry_ms: number|null}|{message: string}|{offline: true}} Failure  an error on its way from a worker */

/** @param {unknown} error @returns {Failure} */
export function failureOf(error) {
  if (error instanceof OfflineError) return {offline: true};
  if (!(error instanceof ApiError)) return {message: String(error)};
  const {status, code, problems, retry_ms} = error;
  return {status, code, problems, retry_ms};
}

/** @param {Failure} failure @returns {Error} */
export function errorFrom(failure) {
  if ('offline' in failure) return new OfflineError();
  return 'message' in failure ? new Error(failure.message) : new ApiError(failure.status, failure.code, failure.problems, failure.retry_ms);
}
