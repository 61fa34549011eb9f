import assert from 'node:assert/strict';
import {test} from 'node:test';
import {contour, extentOf, levelsOf, pixelOf, pointOf} from '../../static/js/ui/field.js';

const over = (f, n = 41) => ({
  x: [-2, 2], y: [-2, 2],
  values: Array.from({length: n}, (_, r) => Array.from({length: n}, (_, c) => f(-2 + (4 * c) / (n - 1), -2 + (4 * r) / (n - 1)))),
});

test('every point of a contour of a paraboloid lies on its circle', () => {
  const pieces = contour(over((x, y) => x * x + y * y), 1);
  assert.ok(pieces.length > 40);
  for (const {x, y} of pieces.flat()) assert.ok(Math.abs(Math.hypot(x, y) - 1) < 0.01, `${x}, ${y}`);
});

test('the pieces of a closed contour join: each end is the end of exactly two', () => {
  const ends = new Map();
  for (const {x, y} of contour(over((x, y) => x * x + y * y - x * y), 1.3).flat()) {
    const key = `${x.toFixed(9)} ${y.toFixed(9)}`;
    ends.set(key, (ends.get(key) ?? 0) + 1);
  }
  assert.deepEqual(new Set(ends.values()), new Set([2]));
});

test('a saddle is cut in two that do not cross', () => {
  const field = {x: [0, 1], y: [0, 1], values: [[1, 0], [0, 1]]};
  const below = contour(field, 0.6), above = contour(field, 0.4);
  assert.equal(below.length, 2);
  const cutsOff = (pieces, corner) => pieces.some(([a, b]) => Math.hypot((a.x + b.x) / 2 - corner[0], (a.y + b.y) / 2 - corner[1]) < 0.45);
  assert.ok(cutsOff(below, [0, 0]) && cutsOff(below, [1, 1]), 'the middle is below 0.6: both high corners stand alone');
  assert.ok(cutsOff(above, [1, 0]) && cutsOff(above, [0, 1]), 'the middle is above 0.4: both low corners stand alone');
});

test('what is not a number leaves a gap and does not count for the extent', () => {
  const field = {x: [0, 1], y: [0, 1], values: [[1, null], [NaN, 3]]};
  assert.deepEqual(extentOf(field), [1, 3]);
  assert.deepEqual(contour(field, 2), []);
  assert.equal(extentOf({...field, values: [[null]]}), null);
});

test('levels lie inside the range, evenly or by ratio', () => {
  assert.deepEqual(levelsOf([0, 10], 4), [2, 4, 6, 8]);
  levelsOf([1, 1000], 2, true).forEach((v, i) => assert.ok(Math.abs(v - [10, 100][i]) < 1e-9));
});

test('a pixel and its point are the same place', () => {
  const canvas = {width: 200, height: 100}, field = {x: [-1, 3], y: [2, 4]};
  assert.deepEqual(pixelOf(canvas, field, {x: -1, y: 4}), {x: 0, y: 0});
  const back = pointOf(canvas, field, pixelOf(canvas, field, {x: 0.5, y: 2.25}));
  assert.ok(Math.abs(back.x - 0.5) < 1e-12 && Math.abs(back.y - 2.25) < 1e-12);
});
