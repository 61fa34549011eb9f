import assert from 'node:assert/strict';
import {test} from 'node:test';
import {fold, idOf} from '../../static/js/model/fold.js';
import {openAtFirst, SHOWN_MOST, shownRun, wayTo} from '../../static/js/model/fold_choice.js';
import {sameMoment, stateOf} from '../../static/js/model/fold_moment.js';
import {withNumbers} from '../../static/js/model/substitute.js';
import {inside, scopeTree} from '../../static/js/model/scopes.js';
import {flat} from '../../static/js/model/tensor.js';
import {frameAt, timeline} from '../../static/js/model/timeline.js';
import {generator} from './layout_graphs.mjs';
import {calls, program, scoped} from './scope_runs.mjs';

const close = (a, b, what) => assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b)), `${what}: ${a} is not ${b}`);

/** Foldings of a run: nothing open, everything, and some at random. */
function* foldings(run, seed) {
  const tree = scopeTree(run), random = generator(seed);
  yield fold(run, tree, () => false);
  yield fold(run, tree, () => true);
  for (let i = 0; i < 6; i += 1) yield fold(run, tree, () => random() < 0.6);
}

/** Ids of the whole that a shown node stands for. */
function members(run, shown) {
  const found = new Map(shown.nodes.map(({id}) => [id, []]));
  for (const {id} of run.nodes) found.get(shown.folding.shownAs(id)).push(id);
  return found;
}

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
  test(`random program ${seed}: every node is shown once, by itself or by one box, and boxes count what is in them`, () => {
    const run = program(120, seed);
    for (const shown of foldings(run, seed)) {
      const all = members(run, shown);
      assert.equal([...all.values()].flat().length, run.nodes.length);
      for (const node of shown.nodes) {
        assert.ok(all.get(node.id).length > 0, `${node.id} stands for nothing`);
        if (node.box) assert.equal(node.box.nodes, all.get(node.id).length);
        else assert.deepEqual(all.get(node.id), [node.id]);
      }
    }
  });

  test(`random program ${seed}: whatever is open, every edge goes forward`, () => {
    const run = program(120, seed);
    for (const shown of foldings(run, seed)) {
      for (const {id, source, target} of shown.edges) assert.ok(shown.node(source).index < shown.node(target).index, `${id} goes back`);
    }
  });

  test(`random program ${seed}: the contributions of what leaves a node still add up to its gradient`, () => {
    const run = program(120, seed);
    for (const shown of foldings(run, seed)) {
      for (const node of shown.nodes.filter(({box, id, grad}) => !box && id !== shown.output && grad !== null)) {
        const sum = shown.users(node.id).flatMap(({contribution}) => flat(contribution)).reduce((a, b) => a + b, 0);
        close(sum, node.grad, `contributions of ${node.id}`);
      }
    }
  });

  test(`random program ${seed}: a wire out of a box carries the contributions of its edges, by the node that they leave`, () => {
    const run = program(120, seed);
    for (const shown of foldings(run, seed)) {
      for (const edge of shown.edges.filter(({bundle}) => bundle)) {
        const bySource = new Map();
        for (const id of edge.bundle) {
          const {source, contribution} = run.edge(id);
          if (contribution !== null) bySource.set(source, (bySource.get(source) ?? 0) + contribution);
        }
        assert.deepEqual(flat(edge.contribution), [...bySource.values()]);
        if (edge.bundle.length === 1) assert.equal(edge.local, run.edge(edge.bundle[0]).local);
        else assert.equal(edge.local, null);
      }
    }
  });

  test(`random program ${seed}: a box shows its result's value and the norm of the gradients inside`, () => {
    const run = program(120, seed);
    for (const shown of foldings(run, seed)) {
      const all = members(run, shown);
      for (const {id, box, value, grad} of shown.nodes.filter((node) => node.box)) {
        assert.equal(value, run.node(box.result).value);
        assert.ok(all.get(id).includes(box.result));
        const grads = all.get(id).map((each) => run.node(each).grad).filter((g) => g !== null);
        if (!grads.length) assert.equal(grad, null);
        else {
          close(grad, Math.hypot(...grads), `norm of ${id}`);
          assert.equal(Math.abs(box.largest), Math.max(...grads.map(Math.abs)));
        }
      }
    }
  });

  test(`random program ${seed}: the same choice gives the same picture, and numbers alone change nothing of it`, () => {
    const run = program(120, seed), tree = scopeTree(run), isOpen = ({key}) => key.length % 3 > 0;
    assert.equal(fold(run, tree, isOpen).signature, fold(program(120, seed), tree, isOpen).signature);
    assert.deepEqual(fold(run, tree, () => true).nodes.map(({id}) => id), run.nodes.map(({id}) => id));
  });

  test(`random program ${seed}: stepping through a folded run ends with every gradient, and gives boxes none before all has come`, () => {
    const run = program(60, seed), shown = fold(run, scopeTree(run), ({key}) => key.length % 2 > 0), line = timeline(shown);
    const end = frameAt(shown, line, line.length);
    for (const node of shown.nodes) assert.equal(end.nodes.get(node.id).grad, node.grad, node.id);
    for (let t = 0; t <= line.length; t += 1) {
      const frame = frameAt(shown, line, t);
      for (const node of shown.nodes.filter(({box}) => box)) {
        const state = frame.nodes.get(node.id);
        assert.ok(state.grad === null || state.grad === node.grad);
        assert.equal(state.callout, null);
      }
    }
  });
}

test('a scope that a path leaves and enters again has no box: what is in it stands around', () => {
  const spec = [
    {id: 'n0', name: 'x', kind: 'input', value: 2}, {id: 'n1', op: 'neg', value: -2, from: [['n0', -1]]}, {id: 'n2', op: 'exp', value: 1, from: [['n1', 1]]},
    {id: 'n3', op: 'sin', value: 1, from: [['n2', 1]]}, {id: 'n4', op: 'neg', value: -1, from: [['n3', -1]]}, {id: 'n5', name: 'z', op: 'neg', value: 1, from: [['n4', -1]]},
  ];
  const run = scoped(spec, [[], ['f'], ['g'], ['g'], ['f'], []]), shown = fold(run, scopeTree(run), () => false);
  assert.deepEqual(shown.nodes.map(({id}) => id), ['n0', 'n1', 'scope:g', 'n4', 'n5']);
});

test('two scopes that wait for one another are both opened', () => {
  const spec = [{id: 'n0', name: 'x', kind: 'input', value: 2}, {id: 'n1', op: 'neg', value: -2, from: [['n0', -1]]}, {id: 'n2', op: 'neg', value: 2, from: [['n0', -1]]},
    {id: 'n3', op: 'neg', value: 2, from: [['n2', -1]]}, {id: 'n4', op: 'neg', value: 2, from: [['n1', -1]]}, {id: 'n5', name: 'z', op: 'add', value: 4, from: [['n3', 1], ['n4', 1]]}];
  const run = scoped(spec, [[], ['f'], ['g'], ['f'], ['g'], []]), shown = fold(run, scopeTree(run), () => false);
  assert.equal(shown.nodes.length, 6);
});

test('parameters that several calls share stand with their owner, not in the first call', () => {
  const run = calls(3, 2), tree = scopeTree(run);
  assert.deepEqual(tree.root.children.map(({name, count}) => [name, count]), [['net', 4], ['x 1', 6], ['x 2', 6], ['x 3', 6]]);
  assert.deepEqual(tree.byKey.get('net').children.map(({name}) => name), ['neurons[0]', 'neurons[1]']);
});

test('the output and plain inputs are never folded in', () => {
  const run = scoped([{id: 'n0', name: 'x', kind: 'input', value: 2}, {id: 'n1', op: 'neg', value: -2, from: [['n0', -1]]}, {id: 'n2', op: 'neg', value: 2, from: [['n1', -1]]},
    {id: 'n3', name: 'z', op: 'neg', value: -2, from: [['n2', -1]]}], [['f'], ['f'], ['f'], ['f']]);
  assert.deepEqual(fold(run, scopeTree(run), () => false).nodes.map(({id}) => id), ['n0', 'scope:f', 'n3']);
});

test('a scope that holds nothing but one other is one box with it, and a scope of one node is that node', () => {
  const nested = scoped([{id: 'n0', name: 'x', kind: 'input', value: 2}, {id: 'n1', op: 'neg', value: -2, from: [['n0', -1]]}, {id: 'n2', op: 'neg', value: 2, from: [['n1', -1]]},
    {id: 'n3', op: 'neg', value: 2, from: [['n2', -1]]}, {id: 'n4', name: 'z', op: 'neg', value: -2, from: [['n3', -1]]}], [[], ['i = 0', 'f(x)'], ['i = 0', 'f(x)'], ['g(x)'], []]);
  assert.deepEqual(inside(scopeTree(nested).root).map(({key, name}) => [key, name]), [['i = 0/f(x)', 'i = 0 › f(x)']]);
});

test('many turns of a loop in a row stand in boxes of turns', () => {
  const tree = scopeTree(calls(100));
  const rows = tree.root.children.filter(({name}) => name.startsWith('x'));
  assert.ok(rows.length <= 16);
  assert.match(rows[0].name, /^x 1.* … x \d+/);
  assert.equal(rows.reduce((sum, {count}) => sum + count, 0), 300);
});

test('a long program without functions is divided by its lines', () => {
  const spec = [{id: 'n0', name: 'x', kind: 'input', value: 0.5}];
  for (let i = 1; i < 400; i += 1) spec.push({id: `n${i}`, op: 'sin', label: `s${i}`, value: 0.5, from: [[`n${i - 1}`, 0.9]]});
  const run = scoped(spec, spec.map(() => []));
  run.nodes.forEach((node, i) => { node.span = {line: Math.ceil(i / 3), column: 1, end_line: Math.ceil(i / 3), end_column: 5}; });
  const shown = shownRun(run, {});
  assert.ok(shown.nodes.length <= SHOWN_MOST, `${shown.nodes.length} boxes`);
  assert.match(shown.nodes.find(({box}) => box).name, /^lines 1–\d+$/);
});

for (const run of [program(120, 3), program(900, 9), calls(4, 3), calls(30, 8), calls(300)]) {
  test(`${run.nodes.length} nodes open folded to at most ${SHOWN_MOST} boxes`, () => {
    const loose = scopeTree(run).root.own.length + scopeTree(run).root.children.length;
    assert.ok(loose <= SHOWN_MOST);
    assert.ok(shownRun(run, {}).nodes.length <= SHOWN_MOST);
  });
}

test('what is small is open throughout, and what has no scopes is the run itself', () => {
  const small = calls(2, 2);
  assert.ok(shownRun(small, {}).nodes.every(({box}) => !box));
  const plain = scoped([{id: 'n0', name: 'x', kind: 'input', value: 2}, {id: 'n1', name: 'z', op: 'neg', value: -2, from: [['n0', -1]]}], [[], []]);
  assert.equal(shownRun(plain, {}), plain);
});

test('what was opened or closed by hand is so, whatever is usual', () => {
  const run = calls(30, 8), usual = openAtFirst(scopeTree(run)), closed = inside(scopeTree(run).root).find((scope) => !usual.has(scope) && (!scope.parent.parent || usual.has(scope.parent)));
  assert.ok(shownRun(run, {}).has(idOf(closed)));
  assert.ok(!shownRun(run, {[closed.key]: true}).has(idOf(closed)));
  const small = calls(2, 2);
  assert.ok(shownRun(small, {'x 1': false}).has('scope:x 1'));
});

test('the way to a node opens just the scopes around it', () => {
  const run = calls(30, 8), shown = shownRun(run, {});
  assert.ok(!shown.has('p_29_7'));
  const opened = shownRun(run, wayTo(shown, 'p_29_7', {}));
  assert.ok(opened.has('p_29_7'));
  assert.ok(!opened.has('p_0_0'));
});

test('opening a scope keeps the moment: the end, and the step at which what is at work works', () => {
  const run = calls(2, 2), folded = shownRun(run, {'x 1': false}), open = shownRun(run, {});
  const end = timeline(folded).length;
  assert.equal(sameMoment(folded, open, end), timeline(open).length);
  const stop = timeline(folded).stops.find(({kind, nodes}) => kind === 'evaluate' && nodes.includes('scope:x 1'));
  const then = timeline(open).stops[sameMoment(folded, open, stop.index)];
  assert.equal(then.kind, 'evaluate');
  assert.equal(folded.folding.shownAs(then.nodes[0]), 'scope:x 1');
  assert.equal(sameMoment(open, folded, then.index), stop.index);
});

test('a node in a box has its gradient when all has come that the box waits for', () => {
  const run = calls(2, 2), shown = shownRun(run, {'x 1': false}), line = timeline(shown);
  const done = line.stops.find(({kind, nodes}) => kind === 'sum' && nodes.includes('scope:x 1')).index;
  assert.equal(stateOf(shown, frameAt(shown, line, done - 1), 'z_0_0').grad, null);
  assert.equal(stateOf(shown, frameAt(shown, line, line.length), 'z_0_0').grad, run.node('z_0_0').grad);
});

test('a formula whose operand is folded in still has that operand’s own number', () => {
  const run = calls(2, 2), shown = shownRun(run, {'x 1': false, 'x 2': false});
  assert.equal(withNumbers(shown, shown.node('loss')), withNumbers(run, run.node('loss')));
});

test('a NaN inside makes the norm NaN, and is the largest', () => {
  const run = calls(2, 2);
  run.node('z_0_0').grad = NaN;
  const {grad, box} = shownRun(run, {'x 1': false}).node('scope:x 1');
  assert.ok(Number.isNaN(grad));
  assert.equal(box.peak, 'z_0_0');
});
