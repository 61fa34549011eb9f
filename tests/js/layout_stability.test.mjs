import {test} from 'node:test';
import assert from 'node:assert/strict';
import {layered} from '../../static/js/layout/layered.js';
import {calmer} from '../../static/js/layout/stability.js';
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
