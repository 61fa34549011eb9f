import assert from 'node:assert/strict';
import {test} from 'node:test';
import {ApiError, OfflineError} from '../../static/js/api/problems.js';
import {createLookup} from '../../static/js/core/lookup.js';

/** A server that answers when it is told to. */
function page() {
  const asked = [], heard = [];
  const lookup = createLookup({
    post: (body) => new Promise((resolve, reject) => asked.push({body, resolve, reject})),
    answered: ({key, run}, answer) => heard.push([run.name, key, answer.reply ?? answer.error]),
  });
  return {asked, heard, lookup, settle: () => new Promise(setImmediate)};
}

const A = {name: 'A'}, B = {name: 'B'};
const question = (run, key) => ({run, key, body: {key}});

test('of the questions that wait only the latest is asked', async () => {
  const {asked, heard, lookup, settle} = page();
  for (const key of ['1', '2', '3']) lookup.wish(question(A, key));
  assert.deepEqual(asked.map(({body}) => body.key), ['1']);
  asked[0].resolve('one');
  await settle();
  assert.deepEqual(asked.map(({body}) => body.key), ['1', '3']);
  asked[1].resolve('three');
  await settle();
  assert.deepEqual(heard, [['A', '3', 'three']]);
});

test('what is known of a run is not asked again, of another run it is', async () => {
  const {asked, heard, lookup, settle} = page();
  lookup.wish(question(A, '1'));
  asked[0].resolve('one');
  await settle();
  lookup.wish(null);
  lookup.wish(question(A, '1'));
  assert.deepEqual(heard, [['A', '1', 'one'], ['A', '1', 'one']]);
  lookup.wish(question(B, '1'));
  assert.equal(asked.length, 2);
});

test('during a drag the same question of the run before is answered a moment late', async () => {
  const {asked, heard, lookup, settle} = page();
  lookup.wish(question(A, '1'));
  lookup.wish(question(B, '1'));
  asked[0].resolve('old');
  await settle();
  asked[1].resolve('new');
  await settle();
  assert.deepEqual(heard, [['A', '1', 'old'], ['B', '1', 'new']]);
});

test('nobody hears of what is wished for no more', async () => {
  const {asked, heard, lookup, settle} = page();
  lookup.wish(question(A, '1'));
  lookup.wish(null);
  asked[0].resolve('one');
  await settle();
  assert.deepEqual(heard, []);
});

test('an answer of another graph is not heard, one of the same graph with other numbers is', async () => {
  for (const [signature, count] of [['one', 1], ['two', 0]]) {
    const {asked, heard, lookup, settle} = page();
    lookup.wish(question({...A, signature: 'one'}, '1'));
    lookup.wish(question({...B, signature}, '1'));
    asked[0].resolve('late');
    await settle();
    assert.equal(heard.length, count);
  }
});

test('what the server refuses, and that it is not there, is said', async () => {
  const {asked, heard, lookup, settle} = page();
  lookup.wish(question(A, '1'));
  asked[0].reject(new ApiError(422, 'too_large', [{code: 'too_large', message: 'jacobian: too large'}]));
  await settle();
  lookup.wish(question(A, '2'));
  asked[1].reject(new OfflineError());
  await settle();
  assert.deepEqual(heard[0], ['A', '1', 'jacobian: too large']);
  assert.match(heard[1][2], /^Offline/);
});

test('a question that could not be answered is asked again when it is wished for again', async () => {
  const {asked, lookup, settle} = page();
  lookup.wish(question(A, '1'));
  asked[0].reject(new OfflineError());
  await settle();
  lookup.wish(null);
  lookup.wish(question(A, '1'));
  assert.equal(asked.length, 2);
});
