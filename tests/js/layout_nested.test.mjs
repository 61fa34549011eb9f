import assert from 'node:assert/strict';
import {test} from 'node:test';
import {layered} from '../../static/js/layout/layered.js';
import {nested} from '../../static/js/layout/nested.js';
import {card, edge, generator, lecture} from './layout_graphs.mjs';

/** Chains of calls in calls: nodes in forward order, each block a run of neighbours, so that no block closes a cycle. */
function blocked(count, seed) {
  const random = generator(seed), nodes = [], edges = [], blocks = [], path = [];
  for (let i = 0; i < count; i += 1) {
    if (random() < 0.25 && path.length < 3) {
      blocks.push({id: `b${blocks.length}`, parent: path[path.length - 1] ?? null});
      path.push(blocks[blocks.length - 1].id);
    } else if (random() < 0.25) path.pop();
    nodes.push(card(`n${i}`, {block: path[path.length - 1]}));
    for (let slot = 0; i > 2 && slot < (random() < 0.6 ? 2 : 1); slot += 1) edges.push(edge(`n${Math.max(0, i - 1 - Math.floor(random() * 9))}`, `n${i}`, slot));
  }
  return {nodes, edges, blocks, direction: 'right'};
}

/** Like blocks in a row: each takes x and the one before. */
function rows(count) {
  const nodes = [card('x')], edges = [], blocks = [];
  for (let b = 0; b < count; b += 1) {
    blocks.push({id: `b${b}`, parent: null});
    nodes.push(card(`p${b}`, {block: `b${b}`}), card(`q${b}`, {block: `b${b}`}));
    edges.push(edge('x', `p${b}`), edge(`p${b}`, `q${b}`));
    if (b) edges.push(edge(`q${b - 1}`, `q${b}`, 1));
  }
  return {nodes, edges, blocks, direction: 'right'};
}

const boxOf = ({w, h}, {x, y}) => ({x: x - w / 2, y: y - h / 2, w, h});
const holds = (a, b) => b.x >= a.x - 1e-6 && b.y >= a.y - 1e-6 && b.x + b.w <= a.x + a.w + 1e-6 && b.y + b.h <= a.y + a.h + 1e-6;
const apart = (a, b) => a.x + a.w <= b.x + 1e-6 || b.x + b.w <= a.x + 1e-6 || a.y + a.h <= b.y + 1e-6 || b.y + b.h <= a.y + 1e-6;

/** A block and all that it is in. */
function around({blocks}, block) {
  const path = [];
  for (let id = block; id; id = blocks.find((each) => each.id === id).parent) path.push(id);
  return path;
}

for (const seed of [11, 12, 13]) {
  for (const direction of ['right', 'down']) {
    const graph = {...blocked(60, seed), direction};

    test(`blocks ${seed}, ${direction}: a frame holds what is in its block, and keeps clear of everything else`, () => {
      const {positions, frames} = nested(graph);
      for (const [id, frame] of frames) {
        for (const node of graph.nodes) {
          const box = boxOf(node, positions.get(node.id)), inside = around(graph, node.block).includes(id);
          assert.ok(inside ? holds(frame, box) : apart(frame, box), `${node.id} and ${id}`);
        }
      }
    });

    test(`blocks ${seed}, ${direction}: a frame lies in that of its parent and apart from those beside it`, () => {
      const {frames} = nested(graph);
      for (const [a, first] of frames) {
        for (const [b, second] of frames) {
          if (a === b) continue;
          if (around(graph, b).includes(a)) assert.ok(holds(first, second), `${a} holds ${b}`);
          else if (!around(graph, a).includes(b)) assert.ok(apart(first, second), `${a} beside ${b}`);
        }
      }
    });

    test(`blocks ${seed}, ${direction}: every wire runs in one piece, forward, from its source to its target`, () => {
      const {positions, routes} = nested(graph), along = direction === 'right' ? 0 : 1;
      for (const {id, source, target} of graph.edges) {
        const route = routes.get(id), from = positions.get(source), to = positions.get(target);
        assert.equal(route.length % 3, 1);
        const size = direction === 'right' ? 88 : 82;
        assert.ok(Math.abs(route[0][along] - ((direction === 'right' ? from.x : from.y) + size / 2)) < 1e-6, `${id} begins at its source`);
        assert.ok(Math.abs(route[route.length - 1][along] - ((direction === 'right' ? to.x : to.y) - size / 2)) < 1e-6, `${id} ends at its target`);
        for (let i = 3; i < route.length; i += 3) assert.ok(route[i][along] >= route[i - 3][along] - 1e-6, `${id} goes back`);
      }
    });

    test(`blocks ${seed}, ${direction}: no wire runs through a card that it does not join`, () => {
      const {positions, routes} = nested(graph);
      for (const {id, source, target} of graph.edges) {
        const others = graph.nodes.filter((node) => node.id !== source && node.id !== target).map((node) => boxOf(node, positions.get(node.id)));
        const route = routes.get(id);
        for (let i = 0; i + 3 < route.length; i += 3) {
          for (let k = 0; k <= 1; k += 0.125) {
            const at = [0, 1].map((c) => route[i][c] * (1 - k) ** 3 + 3 * route[i + 1][c] * k * (1 - k) ** 2 + 3 * route[i + 2][c] * k * k * (1 - k) + route[i + 3][c] * k ** 3);
            assert.ok(!others.some(({x, y, w, h}) => at[0] > x + 1 && at[0] < x + w - 1 && at[1] > y + 1 && at[1] < y + h - 1), `${id} at ${at}`);
          }
        }
      }
    });
  }
}

test('blocks of one shape look alike inside', () => {
  const {positions, frames} = nested(rows(6));
  const looks = (b) => ['p', 'q'].map((id) => [positions.get(`${id}${b}`).x - frames.get(`b${b}`).x, positions.get(`${id}${b}`).y - frames.get(`b${b}`).y]);
  for (const b of [2, 3, 4]) assert.deepEqual(looks(b), looks(1));
});

test('without blocks it is the plain layout', () => {
  assert.deepEqual(nested({...lecture(), blocks: []}), layered(lecture()));
});
