import {test} from 'node:test';
import assert from 'node:assert/strict';
import {layered} from '../../static/js/layout/layered.js';
import {layersFromSinks, withDummies} from '../../static/js/layout/layers.js';
import {countCrossings, orderFromSinks, untangle} from '../../static/js/layout/order.js';
import {card, edge, expression, generator, lecture, net} from './layout_graphs.mjs';

const graphs = {lecture: lecture(), net: net(3, 5, 4, 1), expression: expression(120, 7), another: expression(300, 8)};

const box = ({w, h}, {x, y}) => ({left: x - w / 2, right: x + w / 2, top: y - h / 2, bottom: y + h / 2});
const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;

/** A point of a route's cubic. */
function pointOn(route, piece, k) {
  const [p, q, r, s] = route.slice(piece * 3, piece * 3 + 4);
  const mix = (i) => p[i] * (1 - k) ** 3 + 3 * q[i] * k * (1 - k) ** 2 + 3 * r[i] * k * k * (1 - k) + s[i] * k ** 3;
  return [mix(0), mix(1)];
}

for (const [name, graph] of Object.entries(graphs)) {
  for (const direction of ['right', 'down']) {
    test(`${name}, ${direction}: no two cards overlap`, () => {
      const {positions} = layered({...graph, direction});
      const boxes = graph.nodes.map((node) => box(node, positions.get(node.id)));
      boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => assert.ok(apart(a, b))));
    });

    test(`${name}, ${direction}: every edge goes forward by at least a layer's gap`, () => {
      const {positions} = layered({...graph, direction});
      const axis = direction === 'right' ? 'x' : 'y';
      const reach = direction === 'right' ? 88 + 66 : 82 + 38;
      for (const {source, target} of graph.edges) assert.ok(positions.get(target)[axis] - positions.get(source)[axis] >= reach - 1e-6);
    });
  }

  test(`${name}: no wire runs through a card that it does not join`, () => {
    const {positions, routes} = layered(graph);
    for (const {id, source, target} of graph.edges) {
      const others = graph.nodes.filter((n) => n.id !== source && n.id !== target).map((n) => box(n, positions.get(n.id)));
      const route = routes.get(id);
      for (let piece = 0; piece * 3 + 3 < route.length; piece += 1) {
        for (let k = 0; k <= 1; k += 0.125) {
          const [x, y] = pointOn(route, piece, k);
          assert.ok(!others.some((b) => x > b.left + 1 && x < b.right - 1 && y > b.top + 1 && y < b.bottom - 1), `${id} at ${x}, ${y}`);
        }
      }
    }
  });

  test(`${name}: the same graph gives the same layout`, () => {
    assert.deepEqual(layered(graph), layered(structuredClone(graph)));
  });
}

test('wires leave and arrive level, at the cards’ lines', () => {
  const graph = lecture();
  const {positions, routes} = layered(graph);
  for (const {id, source, target} of graph.edges) {
    const route = routes.get(id);
    const [from, to] = [positions.get(source), positions.get(target)];
    assert.deepEqual(route[0], [from.x + 44, from.y + 5]);
    assert.deepEqual(route.at(-1), [to.x - 44, to.y + 5]);
    assert.equal(route[1][1], route[0][1]);
    assert.equal(route.at(-2)[1], route.at(-1)[1]);
  }
});

test('five layers fit in 744 px at 100 %', () => {
  const {bounds, layers} = layered(lecture());
  assert.equal(layers, 5);
  assert.equal(bounds.w, 5 * 88 + 4 * 66);
});

test('a product stands next to the node that takes it', () => {
  const {positions} = layered(lecture());
  assert.equal(positions.get('x2').x, positions.get('sin').x);
});

test('operands keep the order in which they are written', () => {
  const {positions} = layered({nodes: ['a', 'b', 'c'].map((id) => card(id)), edges: [edge('a', 'c'), edge('b', 'c', 1)], direction: 'right'});
  assert.ok(positions.get('a').y < positions.get('b').y);
});

test('the wires of a repeated operand run 14 px apart', () => {
  const {routes} = layered({nodes: [card('x'), card('y')], edges: [edge('x', 'y', 0), edge('x', 'y', 1)], direction: 'right'});
  assert.equal(routes.get('x>y.1')[0][1] - routes.get('x>y.0')[0][1], 14);
});

test('a constant hugs what takes it', () => {
  const constant = {id: 'c', w: 44, h: 26, hug: true};
  const {positions} = layered({nodes: [card('x'), constant, card('y')], edges: [edge('x', 'y'), edge('c', 'y', 1)], direction: 'right'});
  assert.equal(positions.get('c').x + 22, positions.get('x').x + 44);
});

test('layers and rows move apart to fill the room, and no further than it', () => {
  const tight = layered(lecture());
  const wide = layered({...lecture(), room: {w: 900, h: 560}});
  assert.equal(wide.bounds.w, 900);
  assert.ok(wide.bounds.h > tight.bounds.h && wide.bounds.h <= 560);
});

test('layers are counted from the sinks', () => {
  assert.deepEqual(layersFromSinks(4, [[0, 2], [1, 3], [2, 3]]), [0, 1, 1, 2]);
});

test('what does not lead to the output stands as early as it can', () => {
  assert.deepEqual(layersFromSinks(5, [[0, 1], [1, 2], [0, 3], [4, 3]], 2), [0, 1, 2, 1, 0]);
});

test('a cycle is refused', () => {
  assert.throws(() => layersFromSinks(2, [[0, 1], [1, 0]]), /cycle/);
});

test('an edge to an unknown node is refused by name', () => {
  assert.throws(() => layered({nodes: [card('a')], edges: [edge('a', 'b')], direction: 'right'}), /names b/);
});

test('an empty graph has an empty layout', () => {
  const {positions, bounds} = layered({nodes: [], edges: [], direction: 'right'});
  assert.equal(positions.size, 0);
  assert.equal(bounds.w, 0);
});

test('crossings are counted as a slow count counts them', () => {
  for (const graph of [net(3, 4, 2), expression(60, 3), expression(60, 4)]) {
    const ladder = ladderOf(graph);
    const rows = orderFromSinks(ladder);
    assert.equal(countCrossings(ladder, rows), slowCount(ladder, rows));
  }
});

test('a complete net of 3 and 4 has the crossings that it must have', () => {
  assert.equal(layered(net(3, 4)).crossings, 18);
});

test('the lecture’s example is drawn without a crossing', () => {
  assert.equal(layered(lecture()).crossings, 0);
});

test('untangling never adds a crossing, and takes away most of them from a shuffled order', () => {
  const random = generator(5);
  const ladder = ladderOf(expression(150, 11));
  const shuffled = orderFromSinks(ladder).map((row) => row.map((v) => [random(), v]).sort((a, b) => a[0] - b[0]).map(([, v]) => v));
  const before = countCrossings(ladder, shuffled);
  assert.ok(untangle(ladder, shuffled).crossings < before / 2);
});

function ladderOf(graph) {
  const index = new Map(graph.nodes.map((n, i) => [n.id, i]));
  const links = graph.edges.map((e) => [index.get(e.source), index.get(e.target)]);
  return withDummies(graph.nodes.length, links, layersFromSinks(graph.nodes.length, links));
}

function slowCount(ladder, rows) {
  let total = 0;
  for (let r = 0; r + 1 < rows.length; r += 1) {
    const links = rows[r].flatMap((v, i) => ladder.users[v].map((u) => [i, rows[r + 1].indexOf(u)]));
    links.forEach(([a, b], i) => links.slice(i + 1).forEach(([c, d]) => { if ((a - c) * (b - d) < 0) total += 1; }));
  }
  return total;
}
