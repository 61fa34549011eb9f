import assert from 'node:assert/strict';
import {test} from 'node:test';
import {fixOf} from '../../static/js/core/fixes.js';

const span = (line, column, end_column, end_line = line) => ({line, column, end_line, end_column});
const repaired = (program, problem) => fixOf(problem, program)?.program ?? null;

test('a misspelt function is replaced where it stands, and only there', () => {
  const problem = {code: 'unknown_function', message: 'sn: there is no such function here', hint: 'did you mean `sin`?', span: span(2, 11, 13)};
  assert.equal(repaired('sn_ = 1.0\ny = snx + sn(x)', problem), 'sn_ = 1.0\ny = snx + sin(x)');
});

test('a misspelt method keeps what it is called on', () => {
  const problem = {code: 'unknown_function', message: '.summ: values have no method or attribute of this name', hint: 'did you mean `.sum`?', span: span(1, 5, 11)};
  assert.equal(repaired('y = x.summ()', problem), 'y = x.sum()');
});

test('a misspelt module keeps the rest of its import', () => {
  const problem = {code: 'forbidden', message: 'import: numpyy is not a module here', hint: 'did you mean `numpy`?', span: span(1, 1, 20)};
  assert.equal(repaired('import numpyy as np', problem), 'import numpy as np');
});

test('columns count characters, also behind letters outside the first plane', () => {
  const problem = {code: 'unknown_function', message: 'sn: there is no such function here', hint: 'did you mean `sin`?', span: span(1, 5, 7)};
  assert.equal(repaired('𝑥 = sn(2)', problem), '𝑥 = sin(2)');
});

test('without a suggestion, a place or the wrong word there is no button', () => {
  const hint = 'did you mean `sin`?';
  assert.equal(fixOf({code: 'x', message: 'sn: unknown', hint: 'close the bracket', span: span(1, 1, 3)}, 'sn(1)'), null);
  assert.equal(fixOf({code: 'x', message: 'sn: unknown', hint}, 'sn(1)'), null);
  assert.equal(fixOf({code: 'x', message: 'sn: unknown', hint, span: span(1, 1, 4)}, 'cos(1)'), null);
});
