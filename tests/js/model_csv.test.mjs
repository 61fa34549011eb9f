import assert from 'node:assert/strict';
import {test} from 'node:test';
import {isClasses, MOST_ROWS, readTable} from '../../static/js/model/csv.js';

test('commas, semicolons and tabs part cells, and a line of names may stand first', () => {
  for (const text of ['x1,x2,y\n0.5,1,0\n-1,2e-1,1', '0.5;1;0\r\n-1;0.2;1\r\n', '0.5\t1\t0\n\n-1\t.2\t1']) {
    assert.deepEqual(readTable(text).points.rows, [[0.5, 1, 0], [-1, 0.2, 1]], text);
  }
  assert.deepEqual(readTable('a,b,c\n1,2,3').points.names, ['a', 'b', 'c']);
});

test('a decimal comma counts where semicolons part the cells', () => {
  assert.deepEqual(readTable('0,5;1,25;0\n1;2;1').points.rows, [[0.5, 1.25, 0], [1, 2, 1]]);
});

test('quoted cells keep their marks, and two quotes are one', () => {
  const {points} = readTable('1,2,"a, ""b"""\n3,4,c');
  assert.deepEqual(points.classes, ['a, "b"', 'c']);
  assert.deepEqual(points.rows, [[1, 2, 0], [3, 4, 1]]);
});

test('what can not be read is told with its row and column, counted as in the text', () => {
  const {points, errors} = readTable('x1,x2,y\n0.5,abc,0\n1,2\n,2,1');
  assert.equal(points, null);
  assert.deepEqual(errors, ['row 2, column 2: is “abc”, must be a number', 'row 3: has 2 columns, must have 3 as the first', 'row 4, column 1: is empty, must be a number']);
});

test('many errors are cut short and counted', () => {
  const {errors} = readTable(['1,2', ...Array.from({length: 9}, () => '1,?,')].join('\n'));
  assert.equal(errors.length, 6);
  assert.match(errors[5], /^and \d+ more$/);
});

test('tables that are empty, of one column or too long are refused with what must be', () => {
  assert.match(readTable('  \n').errors[0], /is empty/);
  assert.match(readTable('1\n2').errors[0], /has 1 column/);
  assert.match(readTable('1,2\n'.repeat(MOST_ROWS + 1)).errors[0], /2001 rows, the limit is 2000/);
});

test('whole targets from 0 are classes, others are numbers', () => {
  assert.equal(isClasses(readTable('1,0\n2,1').points), true);
  assert.equal(isClasses(readTable('1,0.5\n2,1').points), false);
  assert.equal(isClasses(readTable('1,-1\n2,1').points), false);
  assert.equal(isClasses(readTable('1,no\n2,yes').points), true);
});
