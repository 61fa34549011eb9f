/** Questions about what a person looks at. One is under way at a time; of those that wait only the latest is asked. */
import {ApiError, OfflineError} from '../api/problems.js';

/** @typedef {import('../model/types.js').Run} Run */
/** @typedef {{run: Run, key: string, body: Record<string, unknown>}} Question  a run and a key have one answer */
/** @typedef {{reply: any, error: string|null}} Answer */

/**
 * @param {{post: (body: Record<string, unknown>) => Promise<any>, answered: (question: Question, answer: Answer) => void}} parts
 *   `answered` may be called at once, where the answer is known
 * @returns {{wish: (question: Question|null) => void}}
 */
export function createLookup({post, answered}) {
  /** @type {WeakMap<Run, Map<string, Answer>>} */
  const known = new WeakMap();
  /** @type {Question|null} */
  let wanted = null;
  let busy = false;

  /** @param {Question} question @param {Answer} answer */
  function keep({run, key}, answer) {
    const own = known.get(run) ?? new Map();
    known.set(run, own.set(key, answer));
  }

  /** @param {Question} question */
  async function ask(question) {
    busy = true;
    const answer = await post(question.body).then((reply) => ({reply, error: null}), failed);
    busy = false;
    if (answer.error === null) keep(question, answer);
    // A drag's question is answered a moment late; that is better than not at all. One of another graph is not.
    if (wanted?.key === question.key && wanted.run.signature === question.run.signature) answered(question, answer);
    if (wanted && wanted !== question) go(wanted);
  }

  /** @param {Question} question */
  function go(question) {
    const answer = known.get(question.run)?.get(question.key);
    if (answer) answered(question, answer);
    else if (!busy) void ask(question);
  }

  return {
    wish(question) {
      if (question && wanted && question.run === wanted.run && question.key === wanted.key) return;
      wanted = question;
      if (question) go(question);
    },
  };
}

/** @param {unknown} error @returns {Answer} */
function failed(error) {
  if (error instanceof OfflineError) return {reply: null, error: 'Offline: this can be told when the server is back.'};
  if (error instanceof ApiError) return {reply: null, error: error.problems[0]?.message ?? error.message};
  throw error;
}
