import assert from 'node:assert/strict';
import {test} from 'node:test';
import {axesOf} from '../../static/js/model/cells.js';
import {cellName, columnText, entryText, tableOf} from '../../static/js/model/matrix.js';
import {buildRun} from '../../static/js/model/run.js';
import {WAYS_MOST, waysBetween} from '../../static/js/model/ways.js';
import {lecture, reply} from './model_replies.mjs';

const WITHIN = {
  source: 'n0', target: 'n4', rows: ['Y[0]', 'Y[1]'], columns: ['X[0]', 'X[1]', 'X[2]'], target_shape: [2], source_shape: [3],
  matrix: [[1, 0, -2], ['Infinity', 0, 4]], upstream: [0.5, -1], product: ['-Infinity', 0, -5], why_never_built: 'why',
};

test('rows and columns go by the names on the page, unnamed ones in brackets', () => {
  const {rows, columns} = tableOf(buildRun(lecture(0.5)), WITHIN);
  assert.deepEqual(rows, ['(x·y)[0]', '(x·y)[1]']);
  assert.deepEqual(columns, ['t[0]', 't[1]', 't[2]']);
});

test('a place in C order has its index, a number its name', () => {
  assert.equal(cellName('W', [2, 3], 5), 'W[1,2]');
  assert.equal(cellName('L', [], 0), 'L');
});

test('a column says its products with the row and the sum that was sent', () => {
  const table = tableOf(buildRun(lecture(0.5)), WITHIN);
  assert.equal(entryText(table, 0, 2), '∂(x·y)[0]/∂t[2] = −2');
  assert.equal(columnText(table, 'z', 2), '∂z/∂t[2]: 0.5·(−2) + (−1)·4 = −5');
  assert.equal(columnText(table, 'z', 1), '∂z/∂t[1]: 0 = 0');
  assert.equal(columnText(tableOf(buildRun(lecture(0.5)), {...WITHIN, upstream: null, product: null}), 'z', 1), '');
});

test('a matrix that was too large to send is none', () => {
  assert.equal(tableOf(buildRun(lecture(0.5)), {...WITHIN, matrix: {truncated: true, shape: [70, 70], min: 0, max: 1, mean: 0, norm: 1}}), null);
});

test('ways between two nodes are all ways, each once', () => {
  const run = buildRun(lecture(0.5));
  assert.deepEqual(waysBetween(run, 'n0', 'n6').map((way) => way.join(' ')).sort(), ['n0 n1 n3 n6', 'n0 n1 n4 n5 n6', 'n0 n2 n4 n5 n6']);
  assert.deepEqual(waysBetween(run, 'n2', 'n3'), []);
  const squared = buildRun(reply([{id: 'n0', name: 'x', kind: 'input', value: 3}, {id: 'n1', value: 9, from: [['n0', 3], ['n0', 3]]}]));
  assert.deepEqual(waysBetween(squared, 'n0', 'n1'), [['n0', 'n1']]);
});

test('where ways are without number, a few are told', () => {
  const chain = [{id: 'n0', name: 'x', kind: 'input', value: 1}];
  for (let i = 0; i < 40; i += 1) chain.push({id: `a${i}`, value: 1, from: [[chain.at(-1).id, 1]]}, {id: `b${i}`, value: 1, from: [[`a${i}`, 1], [chain.at(-1).id, 1]]});
  assert.equal(waysBetween(buildRun(reply(chain)), 'n0', 'b39').length, WAYS_MOST);
});

test('cells differ along the axes that were summed', () => {
  assert.deepEqual(axesOf([[0, 1, 4], [1, 1, 4], [2, 1, 4]]), [0]);
  assert.deepEqual(axesOf([[0, 1], [1, 0]]), [0, 1]);
  assert.deepEqual(axesOf([[0, 1]]), []);
  assert.deepEqual(axesOf([]), []);
});
