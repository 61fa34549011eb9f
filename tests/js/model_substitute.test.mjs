import assert from 'node:assert/strict';
import {test} from 'node:test';
import {buildRun} from '../../static/js/model/run.js';
import {withNumbers} from '../../static/js/model/substitute.js';
import {reply, squared} from './model_replies.mjs';

const numbers = (wire) => { const run = buildRun(wire); return withNumbers(run, run.node(run.output)); };

test('an operand that is used twice stands twice: x·x at 3 is 3 × 3', () => {
  assert.equal(numbers(squared()), '3 × 3');
});

test('an exponent that is a constant stays raised: t² at 0.5 is 0.5²', () => {
  assert.equal(numbers(reply([
    {id: 'n0', name: 't', kind: 'input', value: 0.5}, {id: 'n1', kind: 'constant', value: 2},
    {id: 'n2', name: 'x', label: 't²', op: 'pow', value: 0.25, from: [['n0', 1], ['n1', null]]},
  ])), '0.5²');
});

test('an operand that is not in the text keeps the formula from being misread', () => {
  assert.equal(numbers(reply([
    {id: 'n0', name: 'a', kind: 'input', value: 2}, {id: 'n1', name: 'b', kind: 'input', value: 5},
    {id: 'n2', name: 'y', label: 'f(a)', op: 'f', value: 1, from: [['n0', 1], ['n1', 1]]},
  ])), 'f(2, 5)');
});
