import assert from 'node:assert/strict';
import {test} from 'node:test';
import {farFirst, FIRST_VIEW, projector, turned} from '../../static/js/model/orthographic.js';
import {sampled, smoothed} from '../../static/js/model/smooth.js';
import {readSettings, sameSettings, settingsText, switched, trainingOf, USUAL, writeSettings} from '../../static/js/model/training_settings.js';

const close = (a, b) => assert.ok(Math.abs(a - b) < 1e-12, `${a} is not ${b}`);

test('a constant curve is its own trend from the first step on', () => {
  for (const value of smoothed([3, 3, 3, 3])) close(value, 3);
});

test('the trend is the weighted mean of what came so far, and has gaps where the curve has', () => {
  const [a, b, c] = smoothed([1, NaN, 4], 0.5);
  close(a, 1);
  assert.ok(Number.isNaN(b));
  close(c, (0.25 * 1 + 0.5 * 4) / 0.75);
});

test('of many points some are taken, the ends among them', () => {
  assert.deepEqual(sampled(3, 10), [0, 1, 2]);
  assert.deepEqual(sampled(101, 3), [0, 50, 100]);
});

test('from above a surface is its map: height is not seen, x goes right, y goes up', () => {
  const see = projector({turn: 0, tilt: 90});
  close(see(0.3, 0.2, 0.5).x, 0.3);
  close(see(0.3, 0.2, 0.5).y, -0.2);
  assert.ok(see(0, 0, 1).depth > see(0, 0, 0).depth);
});

test('a turn keeps lengths, as seen from all three sides together', () => {
  for (const turn of [0, 35, 200]) {
    for (const tilt of [5, 30, 90]) {
      const {x, y, depth} = projector({turn, tilt})(0.3, -0.4, 0.2);
      close(Math.hypot(x, y, depth), Math.hypot(0.3, -0.4, 0.2));
    }
  }
});

test('higher points are drawn higher, and the far cells come first', () => {
  const see = projector(FIRST_VIEW);
  assert.ok(see(0, 0, 0.5).y < see(0, 0, 0).y);
  const cells = farFirst({turn: 0, tilt: 30}, 3, 3);
  assert.equal(cells.length, 4);
  assert.deepEqual(cells.map(([r]) => r), [1, 1, 0, 0]);
});

test('a view turns all the way round and tilts from just above the ground to straight above', () => {
  assert.deepEqual(turned({turn: 350, tilt: 80}, {turn: 20, tilt: 20}), {turn: 10, tilt: 90});
  assert.equal(turned({turn: 0, tilt: 10}, {tilt: -20}).tilt, 5);
});

test('settings go through the address and come back; nonsense is as usual', () => {
  const settings = {...USUAL, optimizer: {name: 'adam', learning_rate: 0.01, betas: [0.9, 0.99]}, batch_size: null, freeze: ['W1']};
  assert.deepEqual(readSettings(writeSettings(settings)), settings);
  assert.equal(writeSettings({...USUAL}), null);
  assert.deepEqual(readSettings('{"optimizer": 3, "batch_size": -1, "clip_norm": "x", "freeze": [1]}'), {...USUAL});
  assert.deepEqual(readSettings('{'), {...USUAL});
});

test('settings are the same whatever their order', () => {
  assert.ok(sameSettings(USUAL, {...USUAL, optimizer: {learning_rate: 0.1, name: 'sgd'}}));
  assert.ok(!sameSettings(USUAL, {...USUAL, shuffle: false}));
});

test('a request leaves out what has no value', () => {
  assert.deepEqual(trainingOf({...USUAL, batch_size: null}), {optimizer: USUAL.optimizer, schedule: USUAL.schedule, shuffle: true, freeze: []});
});

test('another optimizer keeps what both take', () => {
  const adam = {name: 'adam', fields: [{name: 'learning_rate', default: 0.001}, {name: 'eps', default: 1e-8}]};
  assert.deepEqual(switched({name: 'sgd', learning_rate: 0.5, momentum: 0.9}, adam), {name: 'adam', learning_rate: 0.5});
});

test('a run is named by its settings', () => {
  assert.equal(settingsText({...USUAL, optimizer: {name: 'sgd', learning_rate: 0.1, momentum: 0.9, nesterov: true}, schedule: {name: 'step', gamma: 0.5}, freeze: ['W1']}, {l2: 0.01}),
    'sgd 0.1, momentum 0.9, nesterov, step gamma 0.5, batch 10, shuffled, W1 frozen, l2 0.01');
});
