import assert from 'node:assert/strict';
import {test} from 'node:test';
import {changed, moved, stepsOf, valueAt, withValue} from '../../static/js/model/net_paths.js';
import {gathered, numbersOf, productsOf} from '../../static/js/model/net_numbers.js';
import {MOST_PILLS, PILL, drawnAs, planOf} from '../../static/js/model/net_plan.js';
import {suited, taskOf} from '../../static/js/model/net_suits.js';
import {nearestTo} from '../../static/js/panels/net/walk.js';

const NET = {input: 2, layers: [{type: 'dense', units: 4, activation: 'tanh'}, {type: 'dense', units: 1, activation: 'sigmoid'}], loss: 'bce', data: {dataset: 'circle'}};

test('a path of the API leads to its place, and a value put there leaves the rest as it is', () => {
  assert.deepEqual(stepsOf('layers[2].layers[0].units'), ['layers', 2, 'layers', 0, 'units']);
  const next = withValue(NET, 'layers[0].units', 8);
  assert.equal(valueAt(next, 'layers[0].units'), 8);
  assert.equal(next.layers[1], NET.layers[1]);
  assert.equal(NET.layers[0].units, 4);
  assert.deepEqual(withValue(NET, 'data.noise', 0.2).data, {dataset: 'circle', noise: 0.2});
  assert.equal('loss' in withValue(NET, 'loss', undefined), false);
  assert.deepEqual(changed(NET, {'layers[0].activation': 'relu', initializer: 'he_normal'}).layers[0], {type: 'dense', units: 4, activation: 'relu'});
});

test('an entry moves as far as the list goes', () => {
  assert.deepEqual(moved(['a', 'b', 'c'], 0, 1), ['b', 'a', 'c']);
  assert.deepEqual(moved(['a', 'b', 'c'], 2, 1), ['a', 'b', 'c']);
});

test('a net that suits its data is left alone; another end, loss and input are made where they must be', () => {
  assert.deepEqual(suited(NET, {features: [2], classes: 2, outputs: 1}), NET);
  const digits = suited(NET, {features: [64], classes: 10, outputs: 10});
  assert.deepEqual([digits.input, digits.layers.at(-1), digits.loss], [64, {type: 'dense', units: 10, activation: 'linear'}, 'cross_entropy']);
  const sine = suited(NET, {features: [1], classes: 0, outputs: 1});
  assert.deepEqual([sine.input, sine.layers.at(-1).activation, sine.loss], [1, 'linear', 'mse']);
  assert.deepEqual(suited({...NET, input: [1, 1, 2]}, {features: [2], classes: 2, outputs: 1}).input, [1, 1, 2]);
  assert.deepEqual(taskOf([[0, 1], [1, 1]], [0, 2], true), {features: [2], classes: 3, outputs: 1});
});

const node = (name, value, grad = null) => ({name, value, grad});
const RUN = {
  nodes: [node('x', [[1, 2], [3, -4]], [[0.1, 0], [0.2, 0]]), node('W1', [[1, 0], [2, 3]], [[5, 6], [7, 8]]), node('b1', [0, 1], [1, 2]), node('z1', [[1, 9], [3, -5]]), node('a1', [[1, 9], [3, -5]], [[0.5, 1], [0.25, -3]])],
  reply: {loss: 2, layers: [{name: 'layer 1', type: 'dense', activation: 'tanh', takes: [2], gives: [2], units: 2, parameters: ['W1', 'b1'], names: {z: 'z1', a: 'a1'}, z: [[1, 9], [3, -5]], a: [[1, 9], [3, -5]], delta: [[0.5, 1], [0.25, -2]], activation_norm: 7, delta_norm: 'Infinity'}]},
};

test('a batch is gathered: values as means, gradients as sums over the rows', () => {
  const {input, layers, examples, loss} = numbersOf(RUN);
  assert.deepEqual([examples, loss, input.a, layers[0].a, layers[0].delta, layers[0].slopeA], [2, 2, [2, -1], [2, 2], [0.75, -1], [0.75, -2]]);
  assert.deepEqual(layers[0].dense, {w: [[1, 0], [2, 3]], dw: [[5, 6], [7, 8]], b: [0, 1], db: [1, 2]});
  assert.equal(layers[0].sizeDelta, Infinity);
  assert.equal(gathered(null, true), null);
});

test('a weight’s products are δ·a of each example, a bias’s are δ', () => {
  const net = numbersOf(RUN);
  assert.deepEqual(productsOf(net, {layer: 0, to: 1, from: 0}, 2).map(({product}) => product), [2, -12]);
  assert.deepEqual(productsOf(net, {layer: 0, to: 1, from: null}, 2).map(({product}) => product), [2, -4]);
});

const netOf = (...units) => ({
  input: {a: Array(units[0]).fill(0)}, examples: 1, loss: 0,
  layers: units.slice(1).map((count, l) => ({name: `layer ${l + 1}`, units: count, isRow: true, gives: [count], dense: {w: [], b: [0], dw: null, db: null}})),
});

test('no two cards and no two pills of a plan cover one another, and every pill stands between its layers', () => {
  const plan = planOf(netOf(2, 4, 3, 1), {depth: 'neurons', pictures: true, chosen: null});
  assert.equal(plan.pills.length, 3 * 4 + 5 * 3 + 4);
  const boxes = [...plan.cards, ...plan.pills.map((pill) => ({...pill, ...PILL}))];
  for (const a of boxes) for (const b of boxes) assert.ok(a === b || a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y, `${a.id} ${b.id}`);
  for (const {x, y, w, h} of boxes) assert.ok(x >= 0 && y >= 0 && x + w <= plan.width && y + h <= plan.height);
});

test('few weights are all open, more where their unit is chosen, and those of a large layer are maps', () => {
  assert.equal(drawnAs(netOf(2, 12), 0), 3 * 12 <= MOST_PILLS ? 'pills' : 'chosen');
  assert.equal(drawnAs(netOf(8, 8), 0), 'chosen');
  assert.equal(drawnAs(netOf(64, 8), 0), 'map');
  const closed = planOf(netOf(8, 8), {depth: 'neurons', pictures: false, chosen: null}), open = planOf(netOf(8, 8), {depth: 'neurons', pictures: false, chosen: {layer: 0, unit: 5}});
  assert.deepEqual([closed.pills.length, open.pills.map(({link}) => link.to)], [0, Array(9).fill(5)]);
  assert.deepEqual(open.cards, closed.cards);
});

test('a layer’s box stands in the column of its neurons', () => {
  const net = netOf(2, 4, 1), near = planOf(net, {depth: 'neurons', pictures: true, chosen: null}), far = planOf(net, {depth: 'layers', pictures: true, chosen: null});
  for (const layer of [0, 1]) {
    const [unit, box] = [near, far].map(({cards}) => cards.find(({place}) => place.layer === layer));
    assert.ok(Math.abs(unit.x + unit.w / 2 - box.x - box.w / 2) < 5);
  }
});

test('arrow keys lead to the nearest part on their side', () => {
  const plan = planOf(netOf(2, 2, 1), {depth: 'neurons', pictures: false, chosen: null});
  assert.match(nearestTo(plan, 'input:-1:0', 'ArrowRight'), /^link:0:/);
  assert.equal(nearestTo(plan, 'input:-1:0', 'ArrowDown'), 'input:-1:1');
  assert.equal(nearestTo(plan, 'input:-1:0', 'ArrowLeft'), null);
  assert.equal(nearestTo(plan, 'input:-1:0', 'Enter'), null);
});
