import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createCourier} from '../../static/js/api/courier.js';
import {ApiError, errorFrom, failureOf, OfflineError} from '../../static/js/api/problems.js';

globalThis.Worker ??= class {};

/** A courier whose worker is in the hand. */
function courier(here = () => assert.fail('the page asks by itself')) {
  const sent = [], heard = {};
  const worker = {addEventListener: (kind, listener) => { heard[kind] = listener; }, postMessage: (message) => sent.push(structuredClone(message))};
  const client = createCourier({here, start: () => worker});
  return {client, sent, answer: (data) => heard.message({data: structuredClone(data)}), fail: () => heard.error()};
}

const ask = (program) => ({program, inputs: {}, detail: 'tensor', include: []});

test('the worker is told what is asked, and its reply arrives as it is', async () => {
  const {client, sent, answer} = courier();
  const waiting = client.post('/formulas', {node: 'n3'});
  assert.deepEqual(sent, [{id: sent[0].id, name: 'post', args: ['/formulas', {node: 'n3'}]}]);
  answer({id: sent[0].id, reply: {formula: 'x'}});
  assert.deepEqual(await waiting, {formula: 'x'});
});

test('every move of a drag is told at once, so that the worker sends the latest without the page', async () => {
  const {client, sent, answer} = courier();
  const all = ['a', 'b', 'c'].map((program) => client.run(ask(program), 'dragging'));
  assert.deepEqual(sent.map(({args}) => [args[0].program, args[1]]), [['a', 'dragging'], ['b', 'dragging'], ['c', 'dragging']]);
  answer({id: sent[1].id, reply: null});
  answer({id: sent[0].id, reply: {is: 'a'}});
  answer({id: sent[2].id, reply: {is: 'c'}});
  assert.deepEqual(await Promise.all(all), [{is: 'a'}, null, {is: 'c'}]);
});

test('what the worker had answered before it heard that another is wanted is never seen', async () => {
  const {client, sent, answer} = courier();
  const dragged = client.run(ask('dragged'), 'dragging'), read = client.get('/examples'), now = client.run(ask('now'), 'now');
  answer({id: sent[0].id, reply: {is: 'dragged'}});
  answer({id: sent[2].id, reply: {is: 'now'}});
  answer({id: sent[1].id, reply: []});
  assert.deepEqual(await Promise.all([dragged, read, now]), [null, [], {is: 'now'}]);
});

test('cancelled runs are silent here and in the worker', async () => {
  const {client, sent, answer} = courier();
  const waiting = client.run(ask('x'), 'typing');
  client.cancel();
  assert.equal(await waiting, null);
  assert.equal(sent[1].name, 'cancel');
  answer({id: sent[0].id, reply: {is: 'x'}});
});

test('what went wrong arrives as the error that it was', async () => {
  const {client, sent, answer} = courier(), problems = [{code: 'syntax_error', message: 'line 1: no'}];
  const wrong = client.run(ask('('), 'now'), offline = client.get('/a'), broken = client.get('/b');
  answer({id: sent[0].id, failure: failureOf(new ApiError(422, 'syntax_error', problems, 2000))});
  answer({id: sent[1].id, failure: failureOf(new OfflineError())});
  answer({id: sent[2].id, failure: failureOf(new TypeError('undefined is no function'))});
  await assert.rejects(wrong, (error) => error instanceof ApiError && error.status === 422 && error.retry_ms === 2000 && error.problems[0].message === 'line 1: no');
  await assert.rejects(offline, OfflineError);
  await assert.rejects(broken, /undefined is no function/);
  assert.ok(errorFrom(failureOf(new OfflineError())) instanceof OfflineError);
});

test('a browser whose worker cannot start asks from the page, what was on its way too', async () => {
  const asked = [], here = () => ({get: async (path) => { asked.push(path); return path; }, run: async ({program}) => program, cancel: () => asked.push('cancelled')});
  const {client, fail} = courier(here);
  const waiting = client.get('/a');
  fail();
  assert.equal(await waiting, '/a');
  assert.equal(await client.get('/b'), '/b');
  assert.equal(await client.run(ask('x'), 'now'), 'x');
  client.cancel();
  assert.deepEqual(asked, ['/a', '/b', 'cancelled']);
});
