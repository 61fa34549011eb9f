import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createCourier} from '../../static/js/api/courier.js';

globalThis.location ??= {href: 'http://here/'};
globalThis.Worker ??= class {};

/** A courier whose worker is in the hand. */
function courier(plain) {
  const sent = [], heard = {};
  const worker = {addEventListener: (kind, listener) => { heard[kind] = listener; }, postMessage: (message) => sent.push(message)};
  return {send: createCourier({fetch: plain, start: () => worker}), sent, answer: (data) => heard.message({data}), fail: () => heard.error()};
}

const reply = (status, text) => ({status, headers: [['content-type', 'application/json']], body: new TextEncoder().encode(text).buffer});

test('a reply arrives whole, with its status, its headers and its body', async () => {
  const {send, sent, answer} = courier();
  const waiting = send('/api/v1/backprop', {method: 'POST', body: '{}'});
  assert.equal(sent[0].url, new URL('/api/v1/backprop', location.href).href);
  assert.deepEqual(sent[0].options, {method: 'POST', body: '{}'});
  answer({id: sent[0].id, reply: reply(422, '{"code": "wrong"}')});
  const found = await waiting;
  assert.deepEqual([found.ok, found.status, found.headers.get('content-type')], [false, 422, 'application/json']);
  assert.deepEqual(await found.json(), {code: 'wrong'});
  assert.equal((await found.arrayBuffer()).byteLength, 17);
});

test('what is no longer wanted is stopped, and its late reply is not heard', async () => {
  const {send, sent, answer} = courier(), abort = new AbortController();
  const waiting = send('/a', {signal: abort.signal});
  abort.abort();
  await assert.rejects(waiting, {name: 'AbortError'});
  assert.deepEqual(sent[1], {id: sent[0].id, abort: true});
  answer({id: sent[0].id, reply: reply(200, '{}')});
});

test('nobody answering is an error', async () => {
  const {send, sent, answer} = courier(), waiting = send('/a');
  answer({id: sent[0].id, reply: null});
  await assert.rejects(waiting, TypeError);
});

test('a browser whose worker cannot start asks from the page, what was on its way too', async () => {
  const asked = [], {send, fail} = courier((url) => { asked.push(url); return Promise.resolve(url); });
  const waiting = send('/a');
  fail();
  assert.equal(await waiting, '/a');
  assert.equal(await send('/b'), '/b');
  assert.deepEqual(asked, ['/a', '/b']);
});
