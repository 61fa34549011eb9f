import assert from 'node:assert/strict';
import {test} from 'node:test';
import {literalOf, mentions, setTo, surviving, withLiteral} from '../../static/js/core/literals.js';

const FOUND = [
  ['t = 0.5', 't', 0.5], ['t=-.5e-3  # small', 't', -0.0005], ['a = Value(-4.0, label="a")', 'a', -4], ['x = 1_000.0', 'x', 1000],
  ['a = 1.0; b = 2.0', 'b', 2], ['W = [[1, 2.],\n     [3, 4]]', 'W', [[1, 2], [3, 4]]], ['v = torch.tensor([1.0, -2.0], requires_grad=True)', 'v', [1, -2]],
  ['x = 1.0\nx = 2.0', 'x', 2], ['x: float = 3', 'x', 3], ['w = nn.Parameter(torch.tensor([1.0, 2.0]))', 'w', [1, 2]], ['x = np.float64(2)', 'x', 2], ['x = jnp.asarray([1., 2.])', 'x', [1, 2]], ['σ = −1.5', 'σ', -1.5],
];
for (const [program, name, value] of FOUND) {
  test(`${JSON.stringify(program)} writes ${name} as ${JSON.stringify(value)}`, () => assert.deepEqual(literalOf(program, name)?.value, value));
}

const NOT_FOUND = [['x = 1/2', 'x'], ['x = y', 'x'], ['xy = 2', 'x'], ['x = sqrt(2)', 'x'], ['x = np.exp(1)', 'x'], ['x = np.zeros(2)', 'x'], ['x == 2', 'x'], ['  x = 2', 'y'], ['x = 2*t', 'x']];
for (const [program, name] of NOT_FOUND) {
  test(`${JSON.stringify(program)} writes no plain number for ${name}`, () => assert.equal(literalOf(program, name), null));
}

test('what an input is set to does not wait for an answer', () => {
  const state = {program: 't = 0.5\nw = [1.0, [2.0, 3.0]]\nu = t**2', overrides: {}};
  assert.equal(setTo(state, 't'), 0.5);
  assert.equal(setTo({...state, overrides: {t: 2}}, 't'), 2);
  assert.equal(setTo(state, 'w', [1, 0]), 2);
  assert.equal(setTo({...state, overrides: {w: [1, [5, 3]]}}, 'w', [1, 0]), 5);
  assert.equal(setTo(state, 'u'), undefined);
  assert.equal(setTo(state, 'w', [0, 0]), undefined);
});

test('a value is written back into its own place, with its point', () => {
  assert.equal(withLiteral('a = Value(-4.0)\nb = a', 'a', 3), 'a = Value(3.0)\nb = a');
  assert.equal(withLiteral('W = [[1, 2]] # row', 'W', [[0.5, -2]]), 'W = [[0.5, -2.0]] # row');
});

test('an input that has no place gets a line at the top', () => assert.equal(withLiteral('y = 2*x', 'x', 1), 'x = 1.0\ny = 2*x'));

test('a slider stays where it is until another number is written', () => {
  const overrides = {t: 0.75};
  assert.equal(surviving('t = 0.5\ny = t', 't = 0.5\ny = 2*t', overrides), overrides);
  assert.deepEqual(surviving('t = 0.5\ny = t', 't = 0.6\ny = t', overrides), {});
});

test('a name is a whole word', () => {
  assert.ok(mentions('y = 2*σ1', 'σ1'));
  assert.ok(!mentions('y = 2*σ10', 'σ1'));
});
