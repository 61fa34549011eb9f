import assert from 'node:assert/strict';
import {test} from 'node:test';
import {buildRun} from '../../static/js/model/run.js';
import {timeline} from '../../static/js/model/timeline.js';
import {handClock} from '../../static/js/motion/clock.js';
import {createPlayer} from '../../static/js/motion/player.js';
import {lecture} from './model_replies.mjs';

function stage({t = 0, still = false} = {}) {
  const line = timeline(buildRun(lecture(0.5))), clock = handClock();
  const state = {t, playing: false, speed: 1}, seen = [];
  const player = createPlayer({
    read: () => state, timeline: () => line, clock, still: () => still,
    write: (patch) => { Object.assign(state, patch); if ('t' in patch) seen.push(patch.t); },
  });
  const run = (ms, tick = 10) => { for (let passed = 0; passed < ms; passed += tick) clock.advance(tick); };
  return {line, clock, state, player, seen, run};
}

test('nothing moves until play is pressed', () => {
  const {run, seen} = stage();
  run(2000);
  assert.deepEqual(seen, []);
});

test('pause holds within one frame and t stays', () => {
  const {player, run, state, seen} = stage();
  player.play();
  run(500);
  player.pause();
  const held = state.t;
  assert.ok(held > 0);
  run(500);
  assert.equal(state.t, held);
  assert.equal(seen[seen.length - 1], held);
});

test('play runs every stop in its own time and stops at the end; play at the end starts again', () => {
  const {player, run, state, line} = stage();
  const whole = line.stops.reduce((sum, stop) => sum + stop.duration_ms, 0);
  player.play();
  run(whole - 50);
  assert.ok(state.playing && state.t < line.length);
  run(100);
  assert.equal(state.t, line.length);
  assert.equal(state.playing, false);
  player.play();
  assert.equal(state.t, 0);
  assert.equal(state.playing, true);
});

test('speed scales time', () => {
  const slow = stage(), fast = stage();
  fast.player.setSpeed(4);
  for (const each of [slow, fast]) each.player.play();
  slow.run(1010);
  fast.run(260);
  assert.ok(Math.abs(slow.state.t - fast.state.t) < 0.2, `${slow.state.t} ${fast.state.t}`);
});

test('a tab that slept does not jump', () => {
  const {player, clock, state} = stage();
  player.play();
  clock.advance(10);
  clock.advance(60_000);
  assert.ok(state.t < 1);
});

test('a step from between two stops settles at the nearer one in its direction', () => {
  const {player, state, run} = stage({t: 3.4});
  player.step(1);
  run(3000);
  assert.equal(state.t, 4);
  state.t = 3.4;
  player.step(-1);
  assert.equal(state.t, 3);
  player.step(-1);
  assert.equal(state.t, 2);
});

test('stepping and seeking pause, and stay between start and end', () => {
  const {player, state, line} = stage();
  player.play();
  player.step(1);
  assert.equal(state.playing, false);
  player.seek(99);
  assert.equal(state.t, line.length);
  player.step(1);
  assert.equal(state.t, line.length);
  player.home();
  player.step(-1);
  assert.equal(state.t, 0);
  player.end();
  assert.equal(state.t, line.length);
});

test('a level step takes a multiplication and its sum together', () => {
  const {player, state, line} = stage({t: 8});
  player.stepLevel(1);
  assert.equal(state.t, 10);
  assert.equal(line.stops[10].kind, 'sum');
  player.stepLevel(-1);
  assert.equal(state.t, 8);
});

test('a step forward moves through its own stop, rests there, and is done at once by the next step', () => {
  const {player, state, seen, run, line} = stage({t: 9});
  player.step(1);
  run(line.stops[10].duration_ms / 2);
  assert.ok(state.t > 9 && state.t < 10 && !state.playing, String(state.t));
  player.step(1);
  assert.equal(state.t, 10);
  run(5000);
  assert.equal(state.t, 11);
  assert.ok(seen.every((t, i) => i === 0 || t >= seen[i - 1]));
  player.step(1);
  run(30);
  player.step(-1);
  assert.equal(state.t, 11);
  player.step(1);
  run(30);
  state.t = 3; // somebody else has gone elsewhere
  run(5000);
  assert.equal(state.t, 3);
});

test('five hundred random moves always give the state of their index', () => {
  const {player, state, line} = stage({still: true});
  let random = 3, expected = 0;
  const keep = (t) => Math.max(0, Math.min(line.length, t));
  for (let i = 0; i < 500; i++) {
    random = (random * 48271) % 2147483647;
    const move = random % 5;
    if (move === 0) { player.step(1); expected = keep(expected + 1); }
    if (move === 1) { player.step(-1); expected = keep(expected - 1); }
    if (move === 2) { expected = random % (line.length + 1); player.seek(expected); }
    if (move === 3) { player.home(); expected = 0; }
    if (move === 4) { player.end(); expected = line.length; }
    assert.equal(state.t, expected);
  }
});

test('with reduced motion play shows only finished stops', () => {
  const {player, run, seen, line} = stage({still: true});
  player.play();
  run(line.stops.reduce((sum, stop) => sum + stop.duration_ms, 0) + 100);
  assert.ok(seen.every(Number.isInteger));
  assert.deepEqual(seen, Array.from({length: line.length}, (_, i) => i + 1));
});

test('the speeds go round from a quarter to four times', () => {
  const {player, state} = stage(), seen = [];
  for (let i = 0; i < 5; i++) { player.faster(); seen.push(state.speed); }
  assert.deepEqual(seen, [2, 4, 0.25, 0.5, 1]);
});
