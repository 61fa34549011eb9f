import assert from 'node:assert/strict';
import {test} from 'node:test';
import {fieldOf, largestOf, marginOf, unitsOf} from '../../static/js/model/boundary.js';
import {projection, weightsAt} from '../../static/js/model/weight_plane.js';

const plane = {center: Float64Array.of(1, 2, 3, 4), x: Float64Array.of(1, 0.5, 0, 0), y: Float64Array.of(0.3, 1, 0, 2)};
const close = (a, b) => assert.ok(Math.abs(a - b) < 1e-12, `${a} is not ${b}`);

test('a point of the plane is found again from its weights, though the directions are not at right angles', () => {
  const {x, y, off} = projection(plane)(weightsAt(plane, -0.7, 1.3));
  close(x, -0.7);
  close(y, 1.3);
  close(off, 0);
});

test('what is at a right angle to the plane is only off it', () => {
  const row = weightsAt(plane, 0.2, 0.4);
  row[2] += 5;
  const {x, y, off} = projection(plane)(row);
  close(x, 0.2);
  close(y, 0.4);
  close(off, 5);
});

test('no point of the plane is nearer than the projection', () => {
  const row = Float64Array.of(3, -1, 2, 0), {x, y, off} = projection(plane)(row);
  for (const [a, b] of [[0.01, 0], [-0.01, 0], [0, 0.01], [0, -0.01]]) {
    const near = weightsAt(plane, x + a, y + b);
    assert.ok(Math.hypot(...row.map((each, i) => each - near[i])) > off);
  }
});

test('numbers of a boundary come unit by unit, in rows from the lowest up', () => {
  const bytes = Buffer.from(new Float32Array([0, 1, 2, 3, 4, 5, 9, 8, 7, 6, 5, 4]).buffer).toString('base64');
  const [first, second] = unitsOf({float32: bytes, shape: [2, 2, 3]});
  assert.deepEqual(fieldOf(first, {x: [-1, 0, 1], y: [5, 6]}), {x: [-1, 1], y: [5, 6], values: [[0, 1, 2], [3, 4, 5]]});
  assert.deepEqual([...second], [9, 8, 7, 6, 5, 4]);
  assert.deepEqual(largestOf([first, second]), [1, 1, 1, 1, 1, 0]);
  assert.deepEqual(marginOf([first, second]), [9, 7, 5, 3, 1, 1]);
});
