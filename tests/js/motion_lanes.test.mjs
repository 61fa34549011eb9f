import assert from 'node:assert/strict';
import {test} from 'node:test';
import {buildRun} from '../../static/js/model/run.js';
import {timeline} from '../../static/js/model/timeline.js';
import {labelWidth, lanes, shortened} from '../../static/js/motion/lanes.js';
import {chain, deadRelu, lecture} from './model_replies.mjs';

const CASES = [['the lecture', lecture(0.5), 744, false], ['on a phone', lecture(0.5), 390, true], ['a dead relu', deadRelu(), 744, false], ['2,000 levels', chain(2000), 744, false], ['30 nodes on 320', chain(30), 320, true]];

for (const [name, wire, width, narrow] of CASES) {
  const line = timeline(buildRun(wire)), way = lanes(line, width, narrow);

  test(`the head never goes backwards as t grows: ${name}`, () => {
    let s = -1;
    for (let i = 0; i <= 1000; i++) {
      const next = way.sAt((line.length * i) / 1000);
      assert.ok(next >= s);
      s = next;
    }
    assert.equal(way.sAt(0), 0);
    assert.equal(way.sAt(line.length), way.total);
  });

  test(`a pointer on the head finds its moment again: ${name}`, () => {
    for (let i = 0; i <= 200; i++) {
      const t = (line.length * i) / 200, place = way.placeAt(t);
      const back = way.tFrom(place.x, place.y, null);
      assert.ok(Math.abs(way.sAt(back.t) - way.sAt(t)) < 0.01, `t ${t}: ${back.t}`);
    }
  });
}

test('at 744 px ticks stand under the layers of cards laid out at 100 %', () => {
  const way = lanes(timeline(buildRun(lecture(0.5))), 744, false), x = Object.fromEntries(way.ticks.map((tick) => [tick.label, tick.x]));
  assert.deepEqual([x.t, x['x·y'], x.z], [68, 376, 684]);
  assert.deepEqual([x.x, x.y], [197, 247]);
});

test('a name at an end stands wholly in the picture', () => {
  const wire = lecture(0.5), first = wire.nodes[0];
  first.name = first.label = 'net.fc1.weight';
  for (const width of [320, 744]) {
    const {nameX, label} = lanes(timeline(buildRun(wire)), width, width < 400).ticks[0];
    assert.ok(nameX - labelWidth(shortened(label)) / 2 >= 0);
  }
});

test('names that would overlap are left out', () => {
  const way = lanes(timeline(buildRun(chain(40))), 390, true), shown = way.ticks.filter((tick) => tick.named);
  assert.ok(shown.length > 3 && shown.length < 40);
  for (let i = 1; i < shown.length; i++) assert.ok(shown[i].x - shown[i - 1].x >= 10);
});

test('a pointer keeps its lane until it reaches the other', () => {
  const way = lanes(timeline(buildRun(lecture(0.5))), 744, false);
  assert.equal(way.tFrom(300, 55, 'forward').lane, 'forward');
  assert.equal(way.tFrom(300, 66, 'forward').lane, 'backward');
  assert.equal(way.tFrom(720, 44, 'forward').lane, 'turn');
});
