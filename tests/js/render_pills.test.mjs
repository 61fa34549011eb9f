import assert from 'node:assert/strict';
import {test} from 'node:test';
import {nested} from '../../static/js/layout/nested.js';
import {fold, idOf} from '../../static/js/model/fold.js';
import {inside, scopeTree} from '../../static/js/model/scopes.js';
import {buildRun} from '../../static/js/model/run.js';
import {placeGates, revealGates} from '../../static/js/render/gates.js';
import {measure} from '../../static/js/render/measure.js';
import {askedAbout} from '../../static/js/render/paths.js';
import {buildScene, renewed} from '../../static/js/render/scene.js';
import {overlap} from '../../static/js/render/viewport.js';
import {generator} from './layout_graphs.mjs';
import {reply} from './model_replies.mjs';
import {program, scoped} from './scope_runs.mjs';

const PILL = {widthOf: ({text}) => 6.5 * text.length, height: 18};
const LABELS = ['local', 'contribution', 'both'];
const DIRECTIONS = ['right', 'down'];

/** A run where it is laid out, as the graph panel does. */
function sceneOf(run, direction = 'right') {
  const drawn = measure(run, (text, px) => 0.5 * px * text.length), {folding} = run;
  const blockOf = (id) => {
    const scope = folding && (run.node(id).box ? run.node(id).box.scope.parent : folding.tree.home[folding.whole.node(id).index]);
    return scope?.parent ? idOf(scope) : undefined;
  };
  const blocks = (folding?.open ?? []).map((scope) => ({id: idOf(scope), parent: scope.parent?.parent ? idOf(scope.parent) : null}));
  const nodes = drawn.nodes.map((node) => ({...node, block: blockOf(node.id)}));
  const edges = drawn.edges.map(({id, source, target}) => ({id, source, target}));
  return buildScene(run, drawn, nested({nodes, blocks, edges, direction, output: run.output, room: {w: 744, h: 548}, previous: null}));
}

/** A net of neurons tanh(w·x + b), number by number, each example a call of layers of neurons: as a program for micrograd makes it. */
function mlp(widths, examples) {
  const random = generator(7), spec = [], scopes = [], weights = new Map();
  const add = (node, scope) => { spec.push(node); scopes.push(scope); return node; };
  const weight = (key) => {
    if (!weights.has(key)) weights.set(key, add({id: `w${key}`, name: `w${key}`, kind: 'input', value: 2 * random() - 1}, ['model', `layer ${key.split('_')[1]}`]));
    return weights.get(key);
  };
  const ends = [];
  for (let e = 0; e < examples; e += 1) {
    let xs = Array.from({length: widths[0]}, (_, i) => add({id: `x_${e}_${i}`, name: `x${i}`, kind: 'input', value: 4 * random() - 2}, []));
    widths.slice(1).forEach((width, layer) => {
      xs = Array.from({length: width}, (_, n) => {
        const scope = [`model(x ${e})`, `layer(${layer})`, `neuron(${n})`], at = `${e}_${layer}_${n}`;
        let sum = weight(`_${layer}_${n}_b`);
        xs.forEach((x, i) => {
          const w = weight(`_${layer}_${n}_${i}`);
          const product = add({id: `p_${at}_${i}`, op: 'mul', value: w.value * x.value, from: [[w.id, x.value], [x.id, w.value]]}, scope);
          sum = add({id: `s_${at}_${i}`, op: 'add', value: sum.value + product.value, from: [[sum.id, 1], [product.id, 1]]}, scope);
        });
        const value = Math.tanh(sum.value);
        return add({id: `a_${at}`, op: 'tanh', value, from: [[sum.id, 1 - value * value]]}, scope);
      });
    });
    ends.push([xs[0].id, 1]);
  }
  add({id: 'loss', name: 'loss', op: 'sum', value: 0, from: ends}, []);
  return scoped(spec, scopes);
}

const NET = mlp([3, 4, 4, 1], 2);

/** A run of an op that takes many. */
function fan(count) {
  const spec = Array.from({length: count}, (_, i) => ({id: `x${i}`, name: `x${i}`, kind: 'input', value: i}));
  return buildRun(reply([...spec, {id: 'z', name: 'z', op: 'sum', value: 0, from: spec.map(({id}, i) => [id, 0.001 * (i + 1)])}], {steps: false}));
}

const pillsOf = (gates) => [...gates].filter(([, gate]) => !gate.bare);

/** No two pills overlap, none covers a card; each gate is on its own wire. */
function assertApart(scene, gates, told) {
  const pills = pillsOf(gates);
  const byLeft = pills.map(([id, {box}]) => ({id, box})).sort((a, b) => a.box.x - b.box.x);
  byLeft.forEach((pill, i) => {
    for (let j = i + 1; j < byLeft.length && byLeft[j].box.x < pill.box.x + pill.box.w; j += 1) {
      assert.ok(!overlap(pill.box, byLeft[j].box), `${told}: the pills of ${pill.id} and ${byLeft[j].id} overlap`);
    }
    for (const {id, box} of scene.frames) assert.ok(!overlap(pill.box, {x: box.x, y: box.y, w: 60, h: 20}), `${told}: the pill of ${pill.id} covers the name of ${id}`);
    for (const card of scene.cards) assert.ok(!overlap(pill.box, card.box), `${told}: the pill of ${pill.id} covers ${card.id}`);
  });
  for (const [id, {share}] of gates) assert.ok(share >= 0.1 && share <= 0.9, `${told}: the gate of ${id} is at ${share}`);
}

/** Every way in which a person can ask about that scene, by node and by edge. */
function selections(scene) {
  return [...scene.cards.map(({id}) => ({node: id})), ...scene.wires.map(({id}) => ({edge: id}))];
}

function assertAllApart(scene, told) {
  for (const labels of LABELS) {
    const gates = placeGates(scene, labels, PILL);
    assertApart(scene, gates, `${told}, ${labels}`);
    for (const selection of selections(scene)) {
      const {gates: shown} = revealGates(scene, gates, askedAbout(scene.run, null, selection));
      if (shown !== gates) assertApart(scene, shown, `${told}, ${labels}, ${JSON.stringify(selection)}`);
    }
  }
}

test('no two pills overlap and none covers a card or the name of a frame, in random graphs with frames, whatever is hovered', () => {
  for (let seed = 1; seed <= 12; seed += 1) {
    const run = program(24, seed);
    for (const direction of DIRECTIONS) assertAllApart(sceneOf(fold(run, scopeTree(run), () => true), direction), `seed ${seed}, ${direction}`);
  }
});

test('no two pills overlap and none covers a card, in a net of neurons, folded and open', () => {
  const tree = scopeTree(NET);
  for (const depth of [0, 1, 2, 3]) {
    const open = new Set(inside(tree.root).filter(({key}) => key.split('/').length <= depth).map(({key}) => key));
    for (const direction of DIRECTIONS) {
      const scene = sceneOf(fold(NET, tree, ({key}) => open.has(key)), direction);
      for (const labels of LABELS) assertApart(scene, placeGates(scene, labels, PILL), `depth ${depth}, ${direction}, ${labels}`);
    }
  }
  assertAllApart(sceneOf(fold(NET, tree, ({key}) => key.startsWith('model(x 0)'))), 'one example open');
});

test('where many wires run together a tick stands on each, and a hovered wire has its pill', () => {
  const scene = sceneOf(fold(NET, scopeTree(NET), () => true)), gates = placeGates(scene, 'local', PILL);
  const bare = [...gates].filter(([, gate]) => gate.bare);
  assert.ok(bare.length > 10, `${bare.length} of ${gates.size}`);
  for (const [id] of bare) {
    const {gates: shown, changed} = revealGates(scene, gates, askedAbout(scene.run, null, {edge: id}));
    assert.ok(!shown.get(id).bare, id);
    assert.ok(changed.some(([each]) => each === id));
  }
});

test('a hovered node has the pills that there is room for; where none is missing, the gates stay as they are', () => {
  const scene = sceneOf(fan(40)), gates = placeGates(scene, 'local', PILL);
  const asked = askedAbout(scene.run, null, {node: 'z'});
  assert.equal(asked.length, 40);
  const {gates: shown} = revealGates(scene, gates, asked);
  assert.ok(pillsOf(shown).length >= pillsOf(gates).length);
  for (const [id] of pillsOf(gates)) assert.equal(revealGates(scene, gates, [id]).gates, gates);
});

test('a graph with room has a pill on every wire', () => {
  for (const count of [1, 2, 3, 5]) {
    const gates = placeGates(sceneOf(fan(count)), 'local', PILL);
    assert.equal(pillsOf(gates).length, count);
  }
});

test('the same run gives the same gates, and so does it with its numbers renewed', () => {
  const run = fold(NET, scopeTree(NET), () => true), scene = sceneOf(run);
  const gates = placeGates(scene, 'local', PILL);
  assert.deepEqual(placeGates(sceneOf(run), 'local', PILL), gates);
  assert.deepEqual(placeGates(renewed(scene, run), 'local', PILL), gates);
});
