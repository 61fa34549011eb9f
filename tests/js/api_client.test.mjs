import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createClient, TYPING_MS} from '../../static/js/api/client.js';
import {ApiError, mayTryAgain, OfflineError} from '../../static/js/api/problems.js';

/** A network in the hand: requests wait until they are answered. */
function network() {
  const sent = [], timers = [];
  const client = createClient({
    fetch: (url, {signal, body} = {}) => new Promise((resolve, reject) => {
      sent.push({url, program: body && JSON.parse(body).program, signal, answer: (reply) => resolve(new Response(JSON.stringify(reply))), respond: resolve, fail: reject});
      signal?.addEventListener('abort', () => reject(signal.reason));
    }),
    later: (fn, ms) => timers.push({fn, ms}) - 1,
    never: (id) => { if (id !== null) timers[id] = null; },
  });
  const ask = (program, pace) => client.run({program, inputs: {}, detail: 'tensor', include: []}, pace);
  return {client, ask, sent, timers, tick: () => new Promise(setImmediate)};
}

test('typing is sent 150 ms after the last key, and only the last text', async () => {
  const {ask, sent, timers} = network();
  const first = ask('x', 'typing'), second = ask('xy', 'typing');
  assert.equal(await first, null);
  assert.deepEqual(timers.filter(Boolean).map(({ms}) => ms), [TYPING_MS]);
  assert.equal(sent.length, 0);
  timers.filter(Boolean)[0].fn();
  assert.deepEqual(sent.map(({program}) => program), ['xy']);
  sent[0].answer({is: 'xy'});
  assert.deepEqual(await second, {is: 'xy'});
});

test('a drag has one request under way, and of those that wait only the latest is sent', async () => {
  const {ask, sent, tick} = network();
  const all = ['a', 'b', 'c'].map((program) => ask(program, 'dragging'));
  assert.deepEqual(sent.map(({program}) => program), ['a']);
  sent[0].answer({is: 'a'});
  assert.deepEqual(await all[0], {is: 'a'});
  assert.equal(await all[1], null);
  await tick();
  assert.deepEqual(sent.map(({program}) => program), ['a', 'c']);
  sent[1].answer({is: 'c'});
  assert.deepEqual(await all[2], {is: 'c'});
});

test('a newer text aborts the older request, whose answer is never seen', async () => {
  const {ask, sent} = network();
  const old = ask('old', 'now'), young = ask('young', 'now');
  assert.equal(sent[0].signal.aborted, true);
  assert.equal(await old, null);
  sent[1].answer({is: 'young'});
  assert.deepEqual(await young, {is: 'young'});
});

test('no answer at all is offline, and so is one that is cut short', async () => {
  const {ask, sent} = network();
  const silent = ask('x', 'now');
  sent[0].fail(new TypeError('network'));
  await assert.rejects(silent, OfflineError);
  const cut = ask('x', 'now');
  sent[1].respond(new Response('{"half": '));
  await assert.rejects(cut, OfflineError);
});

test('what the server says is wrong arrives as it was said', async () => {
  const {ask, sent} = network();
  const asked = ask('x', 'now');
  const errors = [{code: 'syntax_error', message: 'line 1: no', span: {line: 1, column: 1, end_line: 1, end_column: 2}}];
  sent[0].respond(new Response(JSON.stringify({code: 'syntax_error', errors}), {status: 422}));
  await assert.rejects(asked, (error) => error instanceof ApiError && error.code === 'syntax_error' && error.problems[0].message === 'line 1: no');
});

test('a broken answer still says something, and offers another try', async () => {
  const {ask, sent} = network();
  const asked = ask('x', 'now');
  sent[0].respond(new Response('<html>', {status: 502, headers: {'retry-after': '2'}}));
  await assert.rejects(asked, (error) => mayTryAgain(error.problems) && error.retry_ms === 2000 && /502/.test(error.message));
});

test('cancelled requests are silent', async () => {
  const {client, ask, sent} = network();
  const asked = ask('x', 'now');
  client.cancel();
  assert.equal(await asked, null);
  assert.equal(sent[0].signal.aborted, true);
});
