import assert from 'node:assert/strict';
import {test} from 'node:test';
import {plainFormula} from '../../static/js/render/gates.js';
import {fit, READING, unchosen} from '../../static/js/render/viewport.js';

for (const [tex, plain] of [
  ['\\bar{Y} \\, W^\\top', 'Y\u0304 Wᵀ'], ['X^\\top \\, \\bar{v_{12}}', 'Xᵀ v\u0304₁₂'], ['2 \\cdot x', '2·x'], ['\\cos\\left(v_{6}\\right)', 'cos(v₆)'], ['x^{-1}', 'x^(-1)'],
]) {
  test(`a gate writes ${tex} as ${plain}`, () => assert.equal(plainFormula(tex), plain));
}

test('a gate does not write what has more to it than letters, products and powers', () => {
  assert.equal(plainFormula('\\frac{1}{x}'), '');
});

const SIZE = {w: 744, h: 628}, INSET = {top: 40, bottom: 40};

test('what can be read as a whole is shown as a whole, in the middle and never above 100 %', () => {
  const box = {x: -44, y: 0, w: 704, h: 300}, view = unchosen(box, {x: 0, y: 0, w: 88, h: 82}, 7, SIZE, INSET);
  assert.deepEqual(view, fit(box, SIZE, INSET));
  assert.equal(view.k, 1);
});

test('what is too long to be read is shown around the node at work, wherever that is, and never beyond its ends', () => {
  const box = {x: 0, y: 0, w: 5000, h: 200};
  for (const x of [0, 600, 2500, 4912]) {
    const focus = {x, y: 50, w: 88, h: 82}, view = unchosen(box, focus, 40, SIZE, INSET);
    assert.equal(view.k, READING);
    const [left, right] = [focus.x * view.k + view.x, (focus.x + focus.w) * view.k + view.x];
    assert.ok(left >= 0 && right <= SIZE.w, `${left} ${right}`);
    assert.ok(view.x <= 24 && box.w * view.k + view.x >= SIZE.w - 17);
    assert.deepEqual(unchosen(box, focus, 40, SIZE, INSET), view);
  }
});

test('a graph of thousands of cards is seen from afar first', () => {
  const box = {x: 0, y: 0, w: 50_000, h: 20_000};
  assert.deepEqual(unchosen(box, {x: 0, y: 0, w: 88, h: 82}, 3000, SIZE, INSET), fit(box, SIZE, INSET));
});
