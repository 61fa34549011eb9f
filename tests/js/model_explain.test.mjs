import assert from 'node:assert/strict';
import {test} from 'node:test';
import {toldOf} from '../../static/js/model/cells.js';
import {pair} from '../../static/js/model/diff.js';
import {explain, explainCellOf, explainEdge, pathText} from '../../static/js/model/explain.js';
import {BETWEEN_MOST, pathsToOutput} from '../../static/js/model/paths.js';
import {buildRun} from '../../static/js/model/run.js';
import {withNumbers} from '../../static/js/model/substitute.js';
import {texName} from '../../static/js/model/symbols.js';
import {chain, deadRelu, lecture, matrices, reply, squared} from './model_replies.mjs';

/** y ← y·(x + 1)-like ladders: each rung uses the one before twice. */
function ladder(rungs) {
  const spec = [{id: 'n0', name: 'x', kind: 'input', value: 0.9}];
  let value = 0.9;
  for (let i = 1; i <= rungs; i++) {
    spec.push({id: `n${i}`, label: `r${i}`, op: 'mul', value: value * value, from: [[`n${i - 1}`, value], [`n${i - 1}`, value]]});
    value *= value;
  }
  return reply(spec, {steps: false});
}

for (const [name, wire] of [['the lecture', lecture(0.7)], ['a dead relu', deadRelu()], ['x*x', squared()], ['a ladder', ladder(12)], ['a chain', chain(50)]]) {
  test(`what arrives at a node adds up to its gradient, to 1e-12: ${name}`, () => {
    const run = buildRun(wire);
    for (const node of run.nodes.filter((each) => each.id !== run.output)) {
      const {from, gradient} = explain(run, node.id);
      const sum = from.reduce((total, term) => total + term.upstream * term.local, 0);
      assert.ok(Math.abs(sum - gradient.total) <= 1e-12 * Math.max(1, Math.abs(sum)), `${node.id}: ${sum} ${gradient.total}`);
    }
  });
}

test('the lecture’s t has exactly three paths 1.5106401, 0.5, 0.37766003, which sum to its gradient', () => {
  const run = buildRun(lecture(0.5)), {count, paths} = pathsToOutput(run, 'n0');
  assert.equal(count, 3);
  assert.deepEqual(paths.map((path) => path.product.toFixed(7)), ['1.5106401', '0.5000000', '0.3776600']);
  assert.ok(Math.abs(paths.reduce((sum, path) => sum + path.product, 0) - run.node('n0').grad) < 1e-14);
  assert.equal(pathText(run, paths[0].nodes), 't → x → x·y → sin → z');
  for (const path of paths) assert.equal(path.factors.reduce((product, each) => product * each, 1).toFixed(12), path.product.toFixed(12));
});

test('two to the sixtieth paths are counted as a string and the largest twenty listed', () => {
  const run = buildRun(ladder(60)), {count, paths} = pathsToOutput(run, 'n0');
  assert.equal(count, String(2n ** 60n));
  assert.equal(paths.length, 20);
  assert.equal(pathsToOutput(buildRun(ladder(10)), 'n0').count, 1024);
});

test('a node is called what people call it, a named one what is done to get it', () => {
  const told = buildRun(reply([
    {id: 'n0', name: 'x', kind: 'input', value: 2}, {id: 'n1', label: 'x·x', glyph: '·', op: 'mul', noun: 'product', value: 4, from: [['n0', 2], ['n0', 2]]},
    {id: 'n2', name: 'y', label: 'tanh(x·x)', glyph: 'tanh', op: 'tanh', noun: 'hyperbolic tangent', value: 1, from: [['n1', 0]]},
  ]));
  assert.deepEqual(['n0', 'n1', 'n2'].map((id) => explain(told, id).kind), ['input', 'product', 'tanh']);
  assert.equal(explainEdge(told, 'n0>n1.1').kind, 'slot 1 of the product');
});

test('x*x has two terms of one sender', () => {
  const {from} = explain(buildRun(squared()), 'n0');
  assert.deepEqual(from.map((term) => [term.upstream, term.local, term.contribution]), [[1, 3, 3], [1, 3, 3]]);
});

test('a dead relu says where it stops', () => {
  const {to} = explain(buildRun(deadRelu()), 'n6');
  assert.equal(to[0].stopped, true);
  assert.ok(to[0].contribution === 0);
});

test('formulas are shown with their numbers', () => {
  const run = buildRun(lecture(0.5)), dead = buildRun(deadRelu());
  const shown = Object.fromEntries(run.nodes.map((node) => [node.id, withNumbers(run, node)]));
  assert.deepEqual(shown, {n0: null, n1: '0.5²', n2: 'exp(0.5)', n3: '0.25²', n4: '0.25 × 1.649', n5: 'sin(0.4122)', n6: '0.0625 + 0.4006'});
  assert.equal(withNumbers(dead, dead.node('n4')), '−0.8 × 1.5');
  assert.equal(withNumbers(dead, dead.node('n6')), 'relu(−1)');
  assert.equal(withNumbers(dead, dead.node('n7')), '−2 × 0');
});

test('a negative base and a bracketed sum keep their brackets only where needed', () => {
  const run = buildRun(reply([
    {id: 'n0', name: 'a', kind: 'input', value: -3}, {id: 'n1', name: 'aa', kind: 'input', value: 2},
    {id: 'n2', label: 'a²', op: 'square', value: 9, from: [['n0', -6]]},
    {id: 'n3', label: 'a² + aa', op: 'add', value: 11, from: [['n2', 1], ['n1', 1]]},
    {id: 'n4', label: '(a² + aa)·a', op: 'mul', value: -33, from: [['n3', -3], ['n0', 11]]},
  ]));
  assert.equal(withNumbers(run, run.node('n2')), '(−3)²');
  assert.equal(withNumbers(run, run.node('n3')), '9 + 2');
  assert.equal(withNumbers(run, run.node('n4')), '11 × (−3)');
});

test('a sum in symbols and with numbers', () => {
  const wire = lecture(0.5);
  wire.edges.find((edge) => edge.id === 'n1>n3.0').local_formula = '2x';
  wire.edges.find((edge) => edge.id === 'n1>n4.0').local_formula = 'y';
  const {symbols, numbers} = explain(buildRun(wire), 'n1');
  assert.equal(symbols, '\\frac{\\partial z}{\\partial x} = \\frac{\\partial z}{\\partial \\left(x^{2}\\right)} \\cdot 2x + \\frac{\\partial z}{\\partial \\left(x \\cdot y\\right)} \\cdot y');
  assert.equal(numbers, '= 1 × 0.5 + 0.9162 × 1.649');
});

test('names in TeX: one letter is italic, its index lowered, a word upright', () => {
  assert.equal(texName('w_1'), 'w_{1}');
  assert.equal(texName('W1[0,1]'), 'W_{1}[0,1]');
  assert.equal(texName('theta'), '\\theta');
  assert.equal(texName('loss_a'), '\\mathrm{loss\\_a}');
});

test('a failed check shows both numbers and their gap, a passed one its number', () => {
  const wire = lecture(0.5);
  wire.checks = {t: {reverse: 2.4, central_difference: 2.3, relative_error: 0.04, ok: false}};
  const {check} = explain(buildRun(wire), 'n0');
  assert.equal(check.state, 'off');
  assert.ok(Math.abs(check.numbers.gap - 0.1) < 1e-12);
  wire.checks.t.ok = true;
  assert.equal(explain(buildRun(wire), 'n0').check.state, 'ok');
  wire.notes = [{code: 'kink', message: 'relu at 0: took 0', node: 'n0'}];
  assert.match(explain(buildRun(wire), 'n0').check.text, /^Not differentiable here/);
});

const TOLD = {
  node: 'n1', cell: [1, 0], value: 0.4, grad: 2.9, seed: null, made_from: [],
  feeds: [{
    edge: 'n1>n2.1', target: 'n2', slot: 1, contribution: 2.9, factor: 'n0', count: 3, terms: [
      {cell: [0, 0], local: -0.5, upstream: -0.4, product: 0.2, factor_cell: [0, 1]}, {cell: [1, 0], local: 1.5, upstream: 1.8, product: 2.7, factor_cell: [1, 1]},
    ],
  }],
};

test('a cell has the products that were sent, for the wire that brings them', () => {
  const run = buildRun(matrices()), {wires} = explainCellOf(run, 'n1', [1, 0], toldOf(TOLD));
  assert.deepEqual(wires.map(({feed}) => [feed.contribution, feed.count, feed.terms.map(({product}) => product)]), [[2.9, 3, [0.2, 2.7]]]);
});

test('before anything was sent a cell has its numbers and no products', () => {
  const run = buildRun(matrices()), story = explainCellOf(run, 'n1', [1, 0], null);
  assert.equal(story.value, run.node('n1').value[1][0]);
  assert.equal(story.wires[0].feed, null);
  assert.deepEqual(story.made, []);
});

test('numbers that are not finite come by name', () => {
  const wire = structuredClone(TOLD);
  Object.assign(wire.feeds[0].terms[0], {local: 'NaN', upstream: '-Infinity'});
  const [{local, upstream}] = toldOf(wire).feeds[0].terms;
  assert.deepEqual([local, upstream], [NaN, -Infinity]);
});

test('columns and rows of one reply give the same run', () => {
  const wire = lecture(0.5), columns = (rows) => Object.fromEntries(Object.keys(rows[0]).map((key) => [key, rows.map((row) => row[key])]));
  const rows = buildRun(wire), cols = buildRun({...wire, nodes: columns(wire.nodes), edges: columns(wire.edges)});
  assert.deepEqual(cols.nodes, rows.nodes);
  assert.deepEqual(cols.edges, rows.edges);
  assert.equal(cols.signature, rows.signature);
});

test('new values leave the signature alone; an edit pairs what stayed', () => {
  const before = buildRun(lecture(0.5)), after = buildRun(lecture(0.8));
  assert.equal(after.signature, before.signature);
  assert.equal(pair(after, before).same, true);
  const edited = buildRun(reply([
    {id: 'n0', name: 't', kind: 'input', value: 0.5}, {id: 'n1', name: 'y', label: 'eᵗ', op: 'exp', value: 1.6, from: [['n0', 1.6]]},
    {id: 'n2', name: 'x', label: 't³', op: 'cube', value: 0.125, from: [['n0', 0.75]]},
    {id: 'n3', label: 'x·y', op: 'mul', value: 0.2, from: [['n2', 1.6], ['n1', 0.125]]},
  ]));
  const paired = pair(edited, before);
  assert.deepEqual([...paired.nodes].sort(), [['n0', 'n0'], ['n1', 'n2'], ['n2', 'n1'], ['n3', 'n4']]);
  assert.equal(paired.edges.get('n1>n3.1'), 'n2>n4.1');
});

test('where a gradient is no number the check says so, instead of failing', () => {
  const wire = reply([{id: 'n0', name: 'x', kind: 'input', value: -1}, {id: 'n1', name: 'y', op: 'log', value: 2, from: [['n0', 1]]}]);
  wire.checks = {x: {reverse: 'NaN', central_difference: 'NaN', relative_error: 'NaN', ok: false}};
  const run = buildRun(wire);
  for (const id of ['n0', 'n1']) assert.equal(explain(run, id).check.state, 'undefined');
  assert.match(explain(run, 'n0').check.text, /NaN/);
});

test('where nothing could be compared there is no mark, right or wrong', () => {
  const wire = reply([{id: 'n0', name: 'x', kind: 'input', value: 0}, {id: 'n1', name: 'y', op: 'add', value: 'NaN', from: [['n0', 1]]}]);
  wire.checks = {x: {reverse: 1, central_difference: 'NaN', relative_error: 'NaN', ok: false, sampled: 0}};
  const run = buildRun(wire);
  for (const id of ['n0', 'n1']) assert.deepEqual([explain(run, id).check.state, /not finite/.test(explain(run, id).check.text)], ['undefined', true]);
});

test('an element of a list has its own numbers in the check, and its own mark', () => {
  const wire = reply([
    {id: 'n0', name: 'w[0]', kind: 'input', value: 1}, {id: 'n1', name: 'w[1]', kind: 'input', value: 2},
    {id: 'n2', name: 'y', op: 'mul', value: 2, from: [['n0', 2], ['n1', 1]]},
  ]);
  wire.checks = {w: {reverse: [2, 1], central_difference: [2, 1.5], relative_error: 0.5, ok: false, sampled: null}};
  const run = buildRun(wire);
  assert.deepEqual([explain(run, 'n0').check.state, explain(run, 'n0').check.numbers.numeric], ['ok', 2]);
  assert.deepEqual([explain(run, 'n1').check.state, explain(run, 'n1').check.numbers.numeric], ['off', 1.5]);
});

test('paths are looked for only between a node and the output, and not where too much lies there', () => {
  const run = buildRun(ladder(3 * BETWEEN_MOST / 2)), users = run.users;
  let asked = 0;
  run.users = (id) => { asked += 1; return users(id); };
  const late = run.nodes.at(-30).id;
  assert.ok(pathsToOutput(run, late).count > 1);
  assert.ok(asked <= 60);
  assert.deepEqual(pathsToOutput(run, run.nodes[0].id), {count: null, paths: []});
  assert.ok(asked < 60 + 2 * BETWEEN_MOST);
});
