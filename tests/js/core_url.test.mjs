import assert from 'node:assert/strict';
import {test} from 'node:test';
import {INITIAL} from '../../static/js/core/state.js';
import {decode, encode} from '../../static/js/core/url.js';
import {buildRun} from '../../static/js/model/run.js';
import {lecture} from './model_replies.mjs';

const PROGRAM = 't = 0.5\nx = t**2\nz = x**2 + sin(x*y) # 50 % & more; a = b';
const EVERYTHING = {
  program: PROGRAM, overrides: {t: -2.5e-7, 'w': [[1, 2], [3, 4]]}, ranges: {t: {lo: -10, hi: 0.5}}, folds: {'x 1/model(x)': true, 'i = 0': false}, detail: 'scalar', opened: ['n3', 'n3.12'], t: 3.25, run: buildRun(lecture(0.5)),
  labels: 'both', direction: 'down', tab: 'table', pinned: {node: 'n3', cell: [1, 0]}, viewport: {x: -12.5, y: 40, k: 0.84},
};

const there = async (state) => decode(`#${await encode({...INITIAL, ...state})}`);

test('an address gives back all that was put into it', async () => {
  const {patch, notice} = await there(EVERYTHING);
  const {run: _, ...wanted} = EVERYTHING;
  assert.equal(notice, null);
  assert.deepEqual(patch, wanted);
});

test('a net stands in the address in the place of the program it is compiled to, however long', async () => {
  for (const units of [3, 400]) {
    const net = {configuration: {input: 2, layers: [{type: 'dense', units}]}, parameters: {W1: Array.from({length: units}, (_, i) => [i / 7, -1e-9])}};
    const address = await encode({...INITIAL, net, program: 'z1 = W1 @ x'});
    assert.match(address, units === 3 ? /^v=1&m=/ : /^v=1&c=[\w-]+$/);
    assert.deepEqual((await decode(address)).patch, {program: '', net});
  }
  assert.match((await decode('#v=1&m=nonsense')).notice, /m=/);
});

test('what the derivatives view shows stands in the address, marks and all', async () => {
  const ways = {panel: 'implicit', equation: 'x^2 + y^2 = 1; ~0', point: '{"x":0.6}'};
  assert.deepEqual((await there({program: PROGRAM, ways})).patch.ways, ways);
});

test('what is as at first is not in the address, nor is the end of the pass', async () => {
  assert.equal(await encode({...INITIAL, program: 'x = 1'}), 'v=1&p=x+=+1');
  assert.equal(await encode({...INITIAL, program: 'x = 1', run: EVERYTHING.run, t: 1e6}), 'v=1&p=x+=+1');
});

test('a long program is packed and comes back letter by letter', async () => {
  const program = Array.from({length: 200}, (_, i) => `σ${i} = tanh(${i}.5·x) # ∂`).join('\n');
  const address = await encode({...INITIAL, program});
  assert.match(address, /^v=1&z=[\w-]+$/);
  assert.ok(address.length < program.length / 2);
  assert.equal((await decode(address)).patch.program, program);
});

test('a damaged part is told and the rest is read', async () => {
  const {patch, notice} = await decode('#v=1&p=x+=+1&i=x:[1,&t=soon&tab=graph');
  assert.deepEqual(patch, {program: 'x = 1', tab: 'graph'});
  assert.match(notice, /i=, t=/);
});

test('an address of another version or another page is left alone, with a word', async () => {
  assert.deepEqual((await decode('#v=99&p=x')).patch, {});
  assert.match((await decode('#v=99&p=x')).notice, /newer version/);
  assert.match((await decode('#chapter-2')).notice, /not one of this page/);
});

test('a box and a wire of a box are found again in an address', async () => {
  for (const pinned of [{node: 'scope:x 1/model(x)'}, {edge: 'n3>scope:f(x)'}, {edge: 'scope:f(x)>scope:g(x)'}]) {
    assert.deepEqual((await there({program: PROGRAM, pinned})).patch.pinned, pinned);
  }
});

test('no address says nothing', async () => {
  assert.deepEqual(await decode(''), {patch: {}, notice: null});
});

test('an array with ∞ and NaN in it comes back from its address', async () => {
  const overrides = {x: [1, -Infinity, NaN]};
  assert.deepEqual((await decode(await encode({...INITIAL, program: 'x', overrides}))).patch.overrides, overrides);
});

test('numbers that are no numbers do not get in', async () => {
  for (const bad of ['i=t:"1"', 'i=t:{}', 'i=t:[1,"a"]', 'r=t:3~1', 'w=1,2,0', 'd=deep', 'n=a b', 's=2f(x)']) {
    const {patch, notice} = await decode(`#v=1&p=x&${bad}`);
    assert.deepEqual(patch, {program: 'x'}, bad);
    assert.ok(notice, bad);
  }
});
