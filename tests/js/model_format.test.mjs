import assert from 'node:assert/strict';
import {test} from 'node:test';
import {atPoint, full, listText, num, spoken, sumText} from '../../static/js/model/format.js';
import {cellSide, cellWindow, decadeBar, wireWidth, wireWindow} from '../../static/js/model/scales.js';
import {extent, real} from '../../static/js/model/tensor.js';

const TABLE = [
  // number, story, card
  [0, '0', '0'], [-0, '0', '0'], [0.5, '0.5', '0.5'], [1.65, '1.65', '1.65'], [1.6487212707, '1.649', '1.649'], [1.64996, '1.650', '1.650'],
  [0.1 + 0.2, '0.3', '0.3'], [-2, '−2', '−2'], [0.0625, '0.0625', '0.0625'], [0.022906, '0.02291', '0.0229'], [138.8338194, '138.8', '138.8'],
  [9999, '9999', '9999'], [9999.6, '1.00×10⁴', '1.0×10⁴'], [10000, '1×10⁴', '1×10⁴'], [-24704.1, '−2.47×10⁴', '−2.5×10⁴'], [4.56e-4, '4.56×10⁻⁴', '4.6×10⁻⁴'],
  [0.00099999, '0.001000', '0.00100'], [1e-8, '1×10⁻⁸', '1×10⁻⁸'], [2 / 3e9, '6.67×10⁻¹⁰', '6.7×10⁻¹⁰'], [2.5e-310, '2.5×10⁻³¹⁰', '2.5×10⁻³¹⁰'],
  [Infinity, '∞', '∞'], [-Infinity, '−∞', '−∞'], [NaN, 'NaN', 'NaN'],
];

for (const [x, story, card] of TABLE) {
  test(`${x} reads ${story}, on a card ${card}`, () => {
    assert.equal(num(x), story);
    assert.equal(num(x, {card: true}), card);
  });
}

test('numbers are spoken in words where signs would be swallowed', () => {
  assert.equal(spoken(-5.47), 'minus 5.47');
  assert.equal(spoken(4.56e-4), '4.56 times 10 to the minus 4');
  assert.equal(spoken(-Infinity), 'minus infinity');
  assert.equal(spoken(NaN), 'not a number');
});

test('a copy reads back as the same float64', () => {
  for (const x of [1 / 3, 0.1 + 0.2, -1.7976931348623157e308, 5e-324]) assert.equal(Number(full(x)), x);
  assert.equal(full([[1, 0.1], [NaN, Infinity]]), '[[1, 0.1], [NaN, Infinity]]');
});

test('sums show the sign of each term, columns split at the decimal point', () => {
  assert.equal(sumText([0.5, -1.511, 2]), '0.5 − 1.511 + 2');
  assert.deepEqual(atPoint('−12.5'), ['−12', '.5']);
  assert.deepEqual(atPoint('3'), ['3', '']);
  assert.deepEqual(atPoint('4×10⁻⁴'), ['4', '×10⁻⁴']);
  assert.equal(listText(['a', 'b', 'c', 'd', 'e'], 3), 'a, b and 3 more');
});

test('the decade rule runs from a stub at 1e-8 over 48 px at 1 to 72 px at 1e4, with notches beyond', () => {
  assert.deepEqual(decadeBar(1e-8), {length_px: 3, notch: null});
  assert.deepEqual(decadeBar(-1), {length_px: 48, notch: null});
  assert.deepEqual(decadeBar(1e4), {length_px: 72, notch: null});
  assert.deepEqual(decadeBar(1e5), {length_px: 72, notch: 'above'});
  assert.deepEqual(decadeBar(1e-12), {length_px: 3, notch: 'below'});
  assert.equal(decadeBar(0), null);
});

test('the window of wires is whole decades, two to twelve, and only grows while held', () => {
  assert.deepEqual(wireWindow([0.2291, 1, 1.511, 0]), {lo: -1, hi: 1});
  assert.deepEqual(wireWindow([]), {lo: -1, hi: 1});
  assert.deepEqual(wireWindow([1]), {lo: -1, hi: 1});
  assert.deepEqual(wireWindow([1e-30, 1]), {lo: -12, hi: 0});
  let held = wireWindow([0.2, 1.5]);
  for (const size of [0.5, 300, 2, 1e-3, 1]) {
    const next = wireWindow([size], held);
    assert.ok(next.lo <= held.lo && next.hi >= held.hi);
    held = next;
  }
  assert.deepEqual(held, {lo: -3, hi: 3});
});

test('wires are 2 to 9 px wide; no gradient has no width', () => {
  const window = {lo: -1, hi: 1};
  assert.equal(wireWidth(0, window), 0);
  assert.equal(wireWidth(1e-9, window), 2);
  assert.equal(wireWidth(-1, window), 5.5);
  assert.equal(wireWidth(Infinity, window), 9);
});

test('the largest cell of an array is full, the smallest still seen, zero is none', () => {
  const window = cellWindow([4, -0.02, 0]);
  assert.equal(cellSide(4, window), 1);
  assert.ok(cellSide(-0.02, window) >= 0.18);
  assert.equal(cellSide(0, window), 0);
});

test('named wire numbers become real numbers, and norms survive extremes', () => {
  assert.deepEqual(real([['NaN', 'Infinity'], ['-Infinity', 1]]), [[NaN, Infinity], [-Infinity, 1]]);
  assert.ok(Math.abs(extent([3e200, -4e200]).norm / 5e200 - 1) < 1e-15);
  assert.deepEqual(extent([[2, -4], [4, 0]]), {positive: 4, negative: -4, norm: 6});
});
