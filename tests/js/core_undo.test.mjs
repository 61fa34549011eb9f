import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createHistory} from '../../static/js/core/undo.js';

function line() {
  let at_ms = 0;
  const history = createHistory('a', {now: () => at_ms});
  return {history, wait: (ms) => { at_ms += ms; }};
}

test('undo goes back and redo forward, to the ends and no further', () => {
  const {history} = line();
  history.record('b');
  history.record('c');
  assert.deepEqual([history.undo(), history.undo(), history.undo()], ['b', 'a', null]);
  assert.deepEqual([history.redo(), history.redo(), history.redo()], ['b', 'c', null]);
});

test('what is typed without a pause is one step, after a pause another', () => {
  const {history, wait} = line();
  history.record('ab', 'typing');
  wait(100);
  history.record('abc', 'typing');
  wait(5000);
  history.record('abcd', 'typing');
  assert.equal(history.undo(), 'abc');
  assert.equal(history.undo(), 'a');
});

test('a held slider is one step however long it is held', () => {
  const {history, wait} = line();
  for (const moved of ['b', 'c', 'd']) {
    wait(10_000);
    history.record(moved, 'held:t:1');
  }
  assert.equal(history.undo(), 'a');
  assert.equal(history.redo(), 'd');
});

test('an edit after undo forgets what was undone', () => {
  const {history} = line();
  history.record('b');
  history.undo();
  history.record('c');
  assert.equal(history.redo(), null);
  assert.equal(history.undo(), 'a');
});

test('fifty edits come back one by one', () => {
  const {history} = line();
  for (let i = 1; i <= 50; i++) history.record(String(i));
  const back = Array.from({length: 50}, () => history.undo());
  assert.deepEqual(back, [...Array.from({length: 49}, (_, i) => String(49 - i)), 'a']);
});
