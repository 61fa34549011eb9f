import assert from 'node:assert/strict';
import {test} from 'node:test';
import {explain} from '../../static/js/model/explain.js';
import {PASS_MOST_MS} from '../../static/js/model/easing.js';
import {buildRun} from '../../static/js/model/run.js';
import {heading, spokenNode, spokenStop, valueText} from '../../static/js/model/sentences.js';
import {frameAt, timeline} from '../../static/js/model/timeline.js';
import {chain, deadRelu, lecture, reply, squared} from './model_replies.mjs';

const told = (wire) => { const run = buildRun(wire); return {run, line: timeline(run)}; };

/** The engine's partial gradients after all steps up to and including those of a stop. */
function enginesPartials(wire, line, stop) {
  const edges = new Set(line.stops.slice(0, stop + 1).filter((each) => each.kind === 'sum').flatMap((each) => each.edges));
  const partial = new Map();
  for (const step of wire.steps) {
    if (step.kind === 'seed' && stop >= line.turn) partial.set(step.node, step.after);
    if (step.kind === 'accumulate' && edges.has(step.edge)) partial.set(step.node, step.after);
  }
  return partial;
}

for (const [name, wire] of [['the lecture', lecture(0.5)], ['a dead relu', deadRelu()], ['x*x', squared()]]) {
  test(`after every stop the gradients are the engine's partial sums, bit for bit: ${name}`, () => {
    const {run, line} = told(wire);
    for (let stop = 0; stop <= line.length; stop++) {
      const expected = enginesPartials(wire, line, stop), frame = frameAt(run, line, stop);
      for (const node of run.nodes) assert.equal(frame.nodes.get(node.id).grad, expected.get(node.id) ?? null, `${node.id} after stop ${stop}`);
    }
  });

  test(`without the engine's steps the timeline is the same: ${name}`, () => {
    const {steps, ...bare} = wire;
    assert.ok(steps.length);
    const withSteps = told(wire).line, without = told(bare).line;
    assert.deepEqual(without.stops.map(plain), withSteps.stops.map(plain));
  });
}

const plain = ({index, phase, kind, level, nodes, edges, current, duration_ms, say}) => ({index, phase, kind, level, nodes, edges, current, duration_ms, say});

test('the steps of a level all multiply before any sums, in the order of the engine', () => {
  const wire = lecture(0.5), {line} = told(wire);
  const order = line.stops.filter((stop) => stop.index > line.turn).flatMap((stop) => stop.edges.map((edge) => `${stop.kind === 'sum' ? 'accumulate' : 'multiply'} ${edge}`));
  assert.deepEqual(order, wire.steps.filter((step) => step.edge).map((step) => `${step.kind} ${step.edge}`));
});

test('the lecture takes seven steps forward and nine back, of which x·y multiplies in the sixth and x sums in the seventh', () => {
  const {run, line} = told(lecture(0.5));
  assert.equal(line.length, 16);
  assert.equal(line.turn, 8);
  assert.equal(valueText(run, line, 13), 'backward 6 of 9: x·y multiplies');
  assert.equal(heading(line, line.stops[14]), 'Backward, step 7 of 9');
  assert.equal(line.stops[14].say, 'x sums: 0.5 + 1.511 = 2.011; y receives 0.2291');
  assert.equal(valueText(run, line, 14), 'backward 7 of 9: x += 1.511, y += 0.2291');
  assert.equal(line.stops[14].current, 'n1');
  assert.equal(spokenNode(run, 'n1'), 'x, value 0.25, gradient 2.011, sum of 0.5 from x² and 1.511 from x·y');
  assert.match(spokenStop(run, line, line.stops[14]), /^Backward, step 7 of 9\. x, gradient so far from x²: 0\.5 and x·y: 1\.511/);
});

test('the same moment shows the same frame, whatever was shown before: 500 random seeks', () => {
  const {run, line} = told(lecture(0.5));
  const moments = Array.from({length: 41}, (_, i) => (i * line.length) / 40);
  const seen = moments.map((t) => text(frameAt(run, line, t)));
  let random = 7;
  for (let i = 0; i < 500; i++) {
    random = (random * 48271) % 2147483647;
    const k = random % moments.length;
    assert.equal(text(frameAt(run, line, moments[k])), seen[k]);
    if (i % 10 === 0) assert.equal(text(freshFrame(moments[k])), seen[k]);
  }
  assert.ok(new Set(seen).size > 35);
});

const freshFrame = (t) => { const {run, line} = told(lecture(0.5)); return frameAt(run, line, t); };
const text = (frame) => JSON.stringify({...frame, nodes: [...frame.nodes], edges: [...frame.edges]});

test('x*x sums two terms of one operand and shows both pips', () => {
  const {run, line} = told(squared()), x = frameAt(run, line, line.length - 0.01).nodes.get('n0');
  assert.equal(x.grad, 6);
  assert.deepEqual(x.callout.terms.map((term) => term.value), [3, 3]);
  assert.deepEqual(x.pips.map((pip) => pip.filled), [true, true]);
  assert.equal(line.stops[line.length].say, 'x sums: 3 + 3 = 6');
});

test('users are listed, summed and told in the order in which the engine adds them, not in that of the reply', () => {
  const wire = reply([
    {id: 'n0', name: 'x', kind: 'input', value: 0.1},
    {id: 'n1', label: 'sin(x)', op: 'sin', value: 0.0998, from: [['n0', 0.995]]},
    {id: 'n2', label: 'x·sin(x)', op: 'mul', value: 0.00998, from: [['n0', 0.0998], ['n1', 0.1]]},
    {id: 'n3', name: 'y', label: 'x + x·sin(x)', op: 'add', value: 0.11, from: [['n0', 1], ['n2', 1]]},
  ]);
  const {run, line} = told(wire), added = wire.steps.filter((step) => step.kind === 'accumulate' && step.edge.startsWith('n0>')).map((step) => step.edge);
  assert.deepEqual(added, ['n0>n3.0', 'n0>n2.0', 'n0>n1.0']);
  assert.deepEqual(run.users('n0').map((edge) => edge.id), added);
  assert.deepEqual(line.plan.arrivals.get('n0').map(({edge}) => edge.id), added);
  assert.deepEqual(explain(run, 'n0').from.map(({edge}) => edge), added);
});

test('at the end of the pass the columns are closed and nothing is at work', () => {
  for (const wire of [squared(), lecture(0.5)]) {
    const {run, line} = told(wire), {nodes, edges} = frameAt(run, line, line.length);
    assert.ok([...nodes.values()].every((node) => node.callout === null && !node.active));
    assert.ok([...edges.values()].every((edge) => edge.column === null));
  }
});

test('a local derivative of zero blocks: the bead stays at the gate and the wire ends blocked', () => {
  const {run, line} = told(deadRelu()), id = 'n5>n6.0', sum = line.plan.flowAt.get(id).sum;
  for (const p of [0.1, 0.5, 0.9]) assert.equal(frameAt(run, line, sum - 1 + p).edges.get(id).head, 0.5);
  assert.equal(frameAt(run, line, line.length).edges.get(id).state, 'blocked');
  assert.equal(frameAt(run, line, line.length).edges.get('n4>n5.0').state, 'done');
  assert.ok(frameAt(run, line, line.length).nodes.get('n0').grad === 0);
});

test('where nothing but zeros arrives the words say at which gate the gradient stopped', () => {
  const {line} = told(deadRelu());
  assert.equal(line.stops[line.length].say, 'w receives 0; x receives 0. The gradient stopped at a: its local derivative is 0.');
  assert.ok(told(lecture(0.5)).line.stops.every((stop) => !stop.say.includes('stopped')));
});

test('the bead only ever moves from the output towards the inputs', () => {
  const {run, line} = told(lecture(0.5));
  for (const edge of run.edges) {
    const {multiply, sum} = line.plan.flowAt.get(edge.id);
    let head = 1;
    for (let t = multiply - 1 + 0.01; t < sum; t += 0.01) {
      const now = frameAt(run, line, t).edges.get(edge.id);
      assert.ok(now.head <= head + 1e-12, `${edge.id} at ${t}`);
      head = now.head;
    }
    assert.equal(frameAt(run, line, sum).edges.get(edge.id).head, 0);
  }
});

test('at a settled multiplication the column shows upstream, local and contribution', () => {
  const {run, line} = told(lecture(0.5)), {column} = frameAt(run, line, 13).edges.get('n1>n4.0');
  assert.equal(column.shownRows, 3);
  assert.equal(column.upstream * column.local, column.contribution);
});

test('before the first step only constants are known; after the forward pass every value is', () => {
  const wire = reply([{id: 'n0', name: 'x', kind: 'input', value: 2}, {id: 'n1', kind: 'constant', value: 3}, {id: 'n2', name: 'y', op: 'mul', value: 6, from: [['n0', 3], ['n1', null]]}]);
  const {run, line} = told(wire);
  assert.deepEqual(run.nodes.map((node) => frameAt(run, line, 0).nodes.get(node.id).value), ['hidden', 'shown', 'hidden']);
  assert.ok(run.nodes.every((node) => frameAt(run, line, line.turn - 1).nodes.get(node.id).value === 'shown'));
  assert.equal(frameAt(run, line, line.length).edges.get('n1>n2.1').state, 'idle');
});

test('a program without anything to differentiate has a forward pass and no turn', () => {
  const wire = reply([{id: 'n0', name: 'z', kind: 'constant', value: 3}]);
  wire.nodes[0].grad = null;
  const {run, line} = told(wire);
  assert.equal(line.length, 0);
  assert.equal(frameAt(run, line, 5).nodes.get('n0').value, 'shown');
});

test('a pass of two thousand levels takes at most twelve seconds and still stops at each', () => {
  const {run, line} = told(chain(2000));
  const back = line.stops.filter((stop) => stop.phase !== 'forward').reduce((sum, stop) => sum + stop.duration_ms, 0);
  assert.ok(back <= PASS_MOST_MS + 1e-6);
  assert.equal(line.length - line.turn + 1, 1 + 2 * 1999);
  assert.ok(line.stops[line.turn + 3].joined);
  assert.equal(frameAt(run, line, line.turn + 2.5).edges.get('n1998>n1999.0').state, 'done');
});

test('states that do not change are the same objects from frame to frame', () => {
  const {run, line} = told(chain(300));
  const one = frameAt(run, line, 400.2), other = frameAt(run, line, 400.4);
  const changed = run.nodes.filter((node) => one.nodes.get(node.id) !== other.nodes.get(node.id));
  assert.ok(changed.length <= 2, `${changed.length} nodes changed`);
});

test('one order serves both lanes: ticks are passed from left to right forward and from right to left backward', () => {
  const {line} = told(lecture(0.5));
  assert.deepEqual(line.ticks.map((tick) => tick.label), ['t', 'x', 'y', 'x·y', 'x²', 'sin', 'z']);
  for (let i = 1; i < line.ticks.length; i++) {
    const left = line.ticks[i - 1], right = line.ticks[i];
    assert.ok(left.forward < right.forward);
    assert.ok(left.sum >= right.sum);
  }
});
