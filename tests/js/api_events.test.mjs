import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createEventParser} from '../../static/js/api/events.js';
import {ApiError, OfflineError} from '../../static/js/api/problems.js';
import {streamed} from '../../static/js/api/stream.js';

const bytes = (text) => new TextEncoder().encode(text);
const TEXT = ': a comment\r\nevent: progress\r\nid: 7\r\ndata: {"loss":\r\ndata: "∂é😀"}\r\n\r\n: still\n\ndata:x\n\nevent: done\ndata: {}\n\n';
const WANTED = [
  {event: 'progress', id: '7', data: '{"loss":\n"∂é😀"}'}, {event: 'message', id: '7', data: 'x'}, {event: 'done', id: '7', data: '{}'},
];

test('a stream gives the same events wherever it is cut in two, inside letters and line ends too', () => {
  const whole = bytes(TEXT);
  for (let cut = 0; cut <= whole.length; cut++) {
    const parser = createEventParser();
    assert.deepEqual([...parser.push(whole.subarray(0, cut)), ...parser.push(whole.subarray(cut))], WANTED, `cut at ${cut}`);
  }
});

test('a stream that comes byte by byte gives the same events', () => {
  const parser = createEventParser();
  assert.deepEqual([...bytes(TEXT)].flatMap((byte) => parser.push(Uint8Array.of(byte))), WANTED);
});

test('an event that the end cuts off is none', () => {
  assert.deepEqual(createEventParser().push(bytes('data: 1\n\ndata: 2\n')), [{event: 'message', id: '', data: '1'}]);
});

/** A response of pieces; `broken`: then the connection breaks. */
function sending(pieces, {broken = false, status = 200} = {}) {
  const seen = {cancelled: false};
  const body = new ReadableStream({
    pull(controller) {
      if (pieces.length) controller.enqueue(bytes(pieces.shift()));
      else if (broken) controller.error(new TypeError('network error'));
      else controller.close();
    },
    cancel() { seen.cancelled = true; },
  });
  return {seen, send: async () => new Response(body, {status, headers: {'content-type': 'text/event-stream'}})};
}

async function all(send) {
  const found = [];
  for await (const each of streamed('/network/train', {}, new AbortController().signal, send)) found.push(each);
  return found;
}

test('events come with their data read, up to the one that ends the stream', async () => {
  const {send} = sending(['event: progress\nda', 'ta: {"step":1}\n\nevent: done\ndata: {"step":1}\n\n']);
  assert.deepEqual(await all(send), [{event: 'progress', data: {step: 1}}, {event: 'done', data: {step: 1}}]);
});

test('a connection that breaks, or ends before it is done, is told as offline', async () => {
  await assert.rejects(all(sending(['event: progress\ndata: {}\n\n'], {broken: true}).send), OfflineError);
  await assert.rejects(all(sending(['event: progress\ndata: {}\n\n']).send), OfflineError);
  await assert.rejects(all(async () => { throw new TypeError('refused'); }), OfflineError);
});

test('an event of an error is a problem of the API, with its code and words', async () => {
  const {send} = sending(['event: error\ndata: {"code":"deadline_exceeded","status":503,"errors":[{"code":"deadline_exceeded","message":"training: is over"}]}\n\n']);
  await assert.rejects(all(send), (error) => error instanceof ApiError && error.code === 'deadline_exceeded' && error.message === 'training: is over');
});

test('leaving the loop ends the request', async () => {
  const {send, seen} = sending(['event: progress\ndata: {}\n\n', 'event: progress\ndata: {}\n\n']);
  for await (const _ of streamed('/network/train', {}, new AbortController().signal, send)) break;
  await new Promise((done) => { setTimeout(done); });
  assert.ok(seen.cancelled);
});
