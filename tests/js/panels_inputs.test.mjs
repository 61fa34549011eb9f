import assert from 'node:assert/strict';
import {test} from 'node:test';
import {keyed, rangeFor, rounded, within} from '../../static/js/panels/inputs/range.js';

test('a slider begins with room on both sides of its value, on round ends', () => {
  for (const [value, reach] of [[0.5, 2], [0, 2], [-4, 10], [30, 100], [1.2, 5], [1e-9, 2], [Infinity, 2]]) {
    assert.deepEqual(rangeFor(value), {lo: -reach, hi: reach}, String(value));
  }
});

test('a drag gives no digits that the hand cannot mean', () => {
  assert.equal(rounded(0.1 + 0.2, {lo: -2, hi: 2}, false), 0.3);
  assert.equal(rounded(0.123456789, {lo: -2, hi: 2}, true), 0.1235);
  assert.equal(rounded(123456.7, {lo: -1e6, hi: 1e6}, false), 123000);
});

test('an arrow key moves by a hundredth of the range, with Shift by a hundredth of that', () => {
  const range = {lo: -2, hi: 2};
  assert.equal(keyed('ArrowRight', false, 0.5, range), 0.54);
  assert.equal(keyed('ArrowDown', true, 0.5, range), 0.4996);
  assert.equal(keyed('PageUp', false, 0.5, range), 0.9);
});

test('keys stop at the ends, and other keys are left to the page', () => {
  const range = {lo: -2, hi: 2};
  assert.equal(keyed('ArrowRight', false, 1.99, range), 2);
  assert.equal(keyed('Home', false, 0.5, range), -2);
  assert.equal(keyed('End', false, 0.5, range), 2);
  assert.equal(keyed('Enter', false, 0.5, range), null);
  assert.equal(within(5, range), 2);
});
