import {test} from 'node:test';
import assert from 'node:assert/strict';
import {layered} from '../../static/js/layout/layered.js';
import {calmer} from '../../static/js/layout/stability.js';
import {pair} from '../../static/js/layout/pair.js';
import {card, edge, expression} from './layout_graphs.mjs';

test('laying out again from the last positions changes nothing', () => {
  const graph = expression(80, 21);
  const first = layered(graph);
  const second = layered({...graph, previous: first.positions});
  assert.deepEqual(second.positions, first.positions);
});

test('one node more leaves the order inside the layers as it was', () => {
  const graph = expression(60, 22);
  const first = layered(graph);
  const grown = {...graph, nodes: [...graph.nodes, card('new')], edges: [...graph.edges, edge('n0', 'new')]};
  const second = layered({...grown, previous: first.positions});
  const swapped = graph.nodes.flatMap((a, i) => graph.nodes.slice(i + 1).filter((b) => {
    const [a0, b0, a1, b1] = [first.positions.get(a.id), first.positions.get(b.id), second.positions.get(a.id), second.positions.get(b.id)];
    return a0.x === b0.x && a1.x === b1.x && (a0.y - b0.y) * (a1.y - b1.y) < 0;
  }));
  assert.equal(swapped.length, 0);
});

test('a place that the reader knows beats a fresh order with as many crossings', () => {
  const graph = {nodes: ['a', 'b', 'c'].map((id) => card(id)), edges: [edge('a', 'c'), edge('b', 'c', 1)], direction: 'right'};
  const previous = new Map([['a', {x: 0, y: 100}], ['b', {x: 0, y: 0}], ['c', {x: 150, y: 50}]]);
  const {positions} = layered({...graph, previous});
  assert.ok(positions.get('b').y < positions.get('a').y);
});

test('the calm order is given up for one with a fifth fewer crossings', () => {
  const before = [0, 1];
  const calm = {rows: [[0, 1]], crossings: 12};
  assert.equal(calmer(calm, {rows: [[1, 0]], crossings: 10}, before).crossings, 12);
  assert.equal(calmer(calm, {rows: [[1, 0]], crossings: 9}, before).crossings, 9);
});

const input = (id, name) => ({id, kind: 'input', op: 'input', name, operands: []});
const op = (id, name, how, ...operands) => ({id, kind: 'op', op: how, name, operands});

test('inserting a line pairs the nodes after it with their old selves', () => {
  const old = [input('n0', 't'), op('n1', 'x', 'square', 'n0'), op('n2', 'z', 'sin', 'n1')];
  const fresh = [input('n0', 't'), op('n1', 'y', 'exp', 'n0'), op('n2', 'x', 'square', 'n0'), op('n3', 'z', 'sin', 'n2')];
  const pairs = pair(old, fresh);
  assert.deepEqual(Object.fromEntries(pairs), {n0: 'n0', n2: 'n1', n3: 'n2'});
});

test('a renamed variable is still the same node', () => {
  assert.equal(pair([input('n0', 't'), op('n1', 'x', 'sin', 'n0')], [input('n0', 't'), op('n1', 'u', 'sin', 'n0')]).get('n1'), 'n1');
});

test('a variable that is computed otherwise keeps its place', () => {
  const old = [input('n0', 't'), op('n1', 'x', 'sin', 'n0')];
  const fresh = [input('n0', 't'), op('n1', null, 'square', 'n0'), op('n2', 'x', 'cos', 'n1')];
  assert.equal(pair(old, fresh).get('n2'), 'n1');
});

test('equal expressions are paired one to one, in order', () => {
  const twins = [input('n0', 't'), op('n1', null, 'sin', 'n0'), op('n2', null, 'sin', 'n0')];
  const pairs = pair(twins, twins);
  assert.equal(new Set(pairs.values()).size, 3);
  assert.equal(pairs.get('n2'), 'n2');
});
