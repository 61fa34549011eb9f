import assert from 'node:assert/strict';
import {test} from 'node:test';
import {partBetween} from '../../static/js/model/ways.js';
import {bendAlong, chainCosts, largest, levelsByRank, vectorOf, wholeHessian} from '../../static/js/model/second.js';
import {buildRun} from '../../static/js/model/run.js';
import {lecture} from './model_replies.mjs';

test('blocks of several inputs make one matrix, rows and columns in the order of the gradient', () => {
  const hessian = {x: {x: 1, w: [2, 3]}, w: {x: [2, 3], w: [[4, 5], [5, 'Infinity']]}};
  assert.deepEqual(wholeHessian(hessian, {x: 0, w: [0, 0]}), [[1, 2, 3], [2, 4, 5], [3, 5, Infinity]]);
});

test('a matrix by a matrix has its four indices flattened in C order', () => {
  const block = [[[[1, 2], [3, 4]], [[5, 6], [7, 8]]], [[[9, 10], [11, 12]], [[13, 14], [15, 16]]]];
  assert.deepEqual(wholeHessian({W: {W: block}}, {W: [[0, 0], [0, 0]]}), [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]]);
});

test('a typed vector fills the inputs in turn, and what is left out is 0', () => {
  assert.deepEqual(vectorOf('1, −2.5 3', {x: [], W: [2, 2]}).vector, {x: 1, W: [[-2.5, 3], [0, 0]]});
  assert.deepEqual(vectorOf('', {x: []}).vector, {x: 0});
});

test('a vector that can not be meant is told, not sent', () => {
  assert.match(vectorOf('1, two', {x: []}).error, /^two is no number/);
  assert.match(vectorOf('1, 2', {x: []}).error, /has 2 numbers, there are 1/);
});

test('the bend along a vector is v·(Hv), and a 0 of v asks nothing of an infinite row', () => {
  assert.equal(bendAlong({x: 1, w: [2, 0]}, {x: 3, w: [4, 'Infinity']}), 11);
});

test('levels by rank part the numbers evenly and leave out what is not finite', () => {
  assert.deepEqual(levelsByRank([[0, 1, 2, 3], [4, 5, 1e9, null], [NaN, Infinity, 7, 8]], 2), [3, 5]);
  assert.deepEqual(levelsByRank([[2, 2]], 3), []);
});

test('from the left a row stays a row: that is what the backward pass saves', () => {
  assert.deepEqual(chainCosts([3, 4, 5, 1]), {left: 1 * 4 * 5 + 1 * 3 * 4, right: 4 * 5 * 3 + 5 * 1 * 3});
  assert.deepEqual(chainCosts([3, 4]), {left: 0, right: 0});
});

test('the largest rows stay in their order, NaN before all', () => {
  assert.deepEqual(largest([1, 9, NaN, 3, 8], 3, (x) => x), [9, NaN, 8]);
});

test('between two nodes are all edges that lead from one to the other, and no others', () => {
  const run = buildRun(lecture(0.5)), [source, target] = [run.nodes.find(({name}) => name === 'y').id, run.output];
  const {nodes, edges} = partBetween(run, source, target);
  assert.ok(nodes.includes(source) && nodes.includes(target));
  assert.ok(!nodes.includes(run.nodes.find(({name}) => name === 't').id));
  for (const id of edges) assert.ok(nodes.includes(run.edge(id).source) && nodes.includes(run.edge(id).target));
  assert.deepEqual(partBetween(run, target, source), {nodes: [], edges: []});
});
