import assert from 'node:assert/strict';
import {test} from 'node:test';
import {base64Of, blockOf, cellsOf, nestedOf, numbersOf, offsetOf, rowOf, sameRow, totalOf} from '../../static/js/model/blocks.js';
import {createRecording, STATE_EVERY} from '../../static/js/model/recording.js';
import {createRun, firstOf, fit, holderOf, MOST_BYTES, nameOf, toldAt, wayTo} from '../../static/js/model/runs.js';
import {USUAL} from '../../static/js/model/training_settings.js';

const SHAPES = {W1: [2, 3], b1: [2], s: []};
const row = (step, size = 9) => Float64Array.from({length: size}, (_, i) => Math.sin(step + i / 7));

/** A record as the wire has it. */
function record(step, {size = 9, shapes = SHAPES, adam = false, values = row(step, size)} = {}) {
  const block = blockOf(values, shapes), state = {optimizer: adam ? {m: block, v: block} : {}, updates: step};
  return {step, epoch: 0, loss: 1 / (1 + step), test_loss: null, accuracy: 0.5, test_accuracy: null, gradient_norms: {'layer 1': 'NaN'}, learning_rate: 0.1, parameters: block, state};
}

function recorded(steps, options) {
  const recording = createRecording();
  for (let step = 0; step <= steps; step++) recording.put(record(step, options));
  return recording;
}

test('numbers go through base64 to the last bit, those that are no numbers too', () => {
  const numbers = Float64Array.of(0.1, -0, NaN, Infinity, -1e-310, Math.PI);
  assert.ok(sameRow(numbersOf(base64Of(numbers)), numbers));
  assert.equal(base64Of(Float64Array.of(1)), 'AAAAAAAA8D8=');
});

test('a row is nested lists by name, and back; NaN and infinity have names', () => {
  const numbers = Float64Array.of(1, 2, 3, 4, 5, NaN, 7, Infinity, 9);
  const nested = nestedOf(numbers, SHAPES);
  assert.deepEqual(nested, {W1: [[1, 2, 3], [4, 5, 'NaN']], b1: [7, 'Infinity'], s: 9});
  assert.ok(sameRow(rowOf(nested, SHAPES), numbers));
  assert.equal(totalOf(SHAPES), 9);
  assert.equal(offsetOf(SHAPES, 'b1'), 6);
  assert.deepEqual(cellsOf(SHAPES)[5], {name: 'W1', cell: [1, 2]});
});

test('2,000 steps of a net of 1,000 parameters with Adam take less than 20 MB', () => {
  const recording = recorded(2000, {size: 1000, shapes: {W: [1000]}, adam: true});
  assert.ok(recording.bytes < 20e6, `${recording.bytes} bytes`);
  assert.ok(recording.bytes > 2000 * 1000 * 8, 'all rows are there');
  for (const step of [0, 1, 777, 1999, 2000]) assert.ok(sameRow(recording.row(step), row(step, 1000)), `step ${step}`);
});

test('states stay at some steps, at the first and at the last; a later one is never taken for an earlier step', () => {
  const recording = recorded(2 * STATE_EVERY + 5);
  assert.equal(recording.before(STATE_EVERY - 1).step, 0);
  assert.equal(recording.before(STATE_EVERY + 3).step, STATE_EVERY);
  assert.equal(recording.before(2 * STATE_EVERY + 5).step, 2 * STATE_EVERY + 5);
  assert.equal(recording.checkpoint(2 * STATE_EVERY + 4), null);
});

test('a thinned recording keeps half of its rows, its curves and enough states to train the others anew', () => {
  const recording = recorded(300), all = recording.bytes;
  recording.thin();
  assert.ok(recording.bytes < 0.75 * all);
  assert.equal(recording.row(101), null);
  assert.ok(sameRow(recording.row(100), row(100)));
  assert.ok(recording.row(300));
  assert.equal(recording.told(101).loss, 1 / 102);
  assert.equal(recording.before(101).step, 64);
});

test('what a step was like is told with null where there is nothing, and NaN where it is that', () => {
  const told = recorded(3).told(2);
  assert.deepEqual(told, {step: 2, epoch: 0, loss: 1 / 3, test_loss: null, accuracy: 0.5, test_accuracy: null, learning_rate: 0.1, gradient_norms: {'layer 1': NaN}});
  assert.equal(recorded(3).told(4), null);
  assert.equal(recorded(3).column('test_loss'), null);
});

test('a step that is recorded again agrees only with the same parameters', () => {
  const recording = recorded(5);
  assert.equal(recording.put(record(3)).agrees, true);
  assert.equal(recording.put(record(3, {values: row(3.0000001)})).agrees, false);
  assert.equal(recording.last, 5);
});

const like = {settings: USUAL, configuration: {}};

test('a branch has the steps before it from the run that it comes from', () => {
  const first = createRun(0, like), branch = createRun(1, {...like, parent: first, from: 4});
  for (let step = 0; step <= 9; step++) first.recording.put(record(step));
  for (let step = 4; step <= 6; step++) branch.recording.put(record(step, {values: row(-step)}));
  assert.equal(holderOf(branch, 3), first);
  assert.equal(holderOf(branch, 4), branch);
  assert.equal(firstOf(branch), 0);
  assert.equal(toldAt(branch, 2).step, 2);
  assert.deepEqual(wayTo(branch, 6, 100).map(({step}) => step), [0, 1, 2, 3, 4, 5, 6]);
  assert.ok(sameRow(wayTo(branch, 6, 100)[5].row, row(-5)));
  assert.equal(wayTo(branch, 6, 3).at(-1).step, 6);
});

test('all runs together are thinned to what the page may take', () => {
  const runs = [createRun(0, like), createRun(1, like)];
  for (const {recording} of runs) for (let step = 0; step <= 1500; step++) recording.put(record(step, {size: 1000, shapes: {W: [1000]}}));
  fit(runs);
  assert.ok(runs[0].recording.bytes + runs[1].recording.bytes <= MOST_BYTES);
  assert.deepEqual([nameOf(0), nameOf(25), nameOf(26)], ['A', 'Z', 'A2']);
});
