import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openedAround} from '../../static/js/core/selectors.js';
import {anchorOf, kept} from '../../static/js/render/anchor.js';
import {feedsOf} from '../../static/js/render/feeds.js';
import {viewport} from '../../static/js/render/viewport.js';

/** A scene with only what an anchor looks at. */
function scene(places, names = {}) {
  const cards = Object.entries(places).map(([id, [x, y]]) => ({id, node: {id, name: names[id] ?? null}, box: {x, y, w: 100, h: 80}}));
  return {cards, run: {has: (id) => id in places, node: (id) => cards.find((card) => card.id === id).node}};
}

const SIZE = {w: 1000, h: 700}, CLOSED = {opened: [], detail: 'tensor'}, OPENED = {opened: ['n2'], detail: 'tensor'};
const middle = ({x, y, k}, wx, wy) => [wx * k + x, wy * k + y];

test('what is unfolded is in the middle of where the node was', () => {
  const before = scene({n1: [0, 0], n2: [300, 200]}), after = scene({n1: [0, 40], 'n2.0': [300, 300], n2: [500, 300]}), view = viewport(50, 60, 1);
  const next = kept(anchorOf(before, CLOSED, OPENED, null), after, view, SIZE);
  assert.equal(next.k, 1);
  assert.deepEqual(middle(next, 450, 340), middle(view, 350, 240));
});

test('what is folded again is in the middle of where its insides were', () => {
  const before = scene({'n2.0': [300, 300], n2: [500, 300]}), after = scene({n2: [300, 200]}), view = viewport(50, 60, 1);
  const next = kept(anchorOf(before, OPENED, CLOSED, null), after, view, SIZE);
  assert.deepEqual(middle(next, 350, 240), middle(view, 450, 340));
});

test('what has no room where the node was is seen from further away, whole', () => {
  const before = scene({n2: [300, 200]}), after = scene({'n2.0': [0, 0], 'n2.1': [700, 0], n2: [1300, 0]});
  const next = kept(anchorOf(before, CLOSED, OPENED, null), after, viewport(50, 60, 1), SIZE);
  assert.ok(next.k < 1 && next.k >= 0.45);
  assert.ok(next.x >= 0 && 1400 * next.k + next.x <= SIZE.w);
});

test('where all arrays are unfolded, the numbers of what is looked at are where it was', () => {
  const before = scene({n0: [0, 0], n1: [300, 0]}, {n0: 'W', n1: 'y'}), after = scene({n0: [0, 0], n1: [0, 100], n2: [400, 0]}, {n0: 'W[0]', n1: 'W[1]', n2: 'y'});
  const anchor = anchorOf(before, CLOSED, {opened: [], detail: 'scalar'}, 'n0'), view = viewport(50, 160, 1);
  const next = kept(anchor, after, view, SIZE);
  assert.deepEqual(middle(next, 50, 90), middle(view, 50, 40));
  assert.equal(anchorOf(before, CLOSED, {opened: [], detail: 'scalar'}, null), null);
});

test('a node is inside of the innermost that is unfolded around it', () => {
  assert.equal(openedAround(['n7', 'n7.2'], 'n7.2.1'), 'n7.2');
  assert.equal(openedAround(['n7', 'n7.2'], 'n7'), 'n7');
  assert.equal(openedAround(['n7'], 'n70'), null);
});

test('the cells that hang together with a picked one are framed, once they are told', () => {
  const run = {has: () => true, signature: 's'}, chosen = {node: 'n0', cell: [1]};
  assert.deepEqual([...feedsOf(run, chosen, null)], [['n0', {value: [[1]], gradient: [[1]]}]]);
  const told = {
    feeds: [{target: 'n2', factor: 'n1', terms: [{cell: [0, 1], factorCell: [3]}]}],
    madeFrom: [{source: 'n9', cells: [{cell: [4]}]}],
  };
  const picks = feedsOf(run, chosen, {run: {signature: 's'}, node: 'n0', cell: [1], told, error: null});
  assert.deepEqual(picks.get('n2'), {value: [], gradient: [[0, 1]]});
  assert.deepEqual(picks.get('n1'), {value: [[3]], gradient: []});
  assert.deepEqual(picks.get('n9'), {value: [[4]], gradient: []});
  assert.equal(feedsOf(run, {node: 'n0', cell: [2]}, {run, node: 'n0', cell: [1], told, error: null}).size, 1);
});
