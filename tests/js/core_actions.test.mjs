import assert from 'node:assert/strict';
import {test} from 'node:test';
import {ApiError, OfflineError} from '../../static/js/api/problems.js';
import {createActions} from '../../static/js/core/actions.js';
import {missingInputs, nodeAt} from '../../static/js/core/selectors.js';
import {INITIAL} from '../../static/js/core/state.js';
import {createStore} from '../../static/js/core/store.js';
import {buildRun} from '../../static/js/model/run.js';
import {timeline} from '../../static/js/model/timeline.js';
import {lecture, reply} from './model_replies.mjs';
import {calls} from './scope_runs.mjs';

const TEXT = 't = 0.5\nx = t**2\ny = exp(t)\nz = x**2 + sin(x*y)';

/** A page without a browser: what the server is asked, and what it answers. */
function page(answer = ({inputs}) => ({...lecture(inputs.t ?? 0.5), program: TEXT})) {
  const store = createStore(INITIAL), asked = [];
  const client = {
    run: async (request, pace) => {
      asked.push({...request, pace});
      return answer(request);
    },
    cancel() {},
  };
  const actions = createActions({store, client});
  return {store, actions, asked, settle: () => new Promise(setImmediate)};
}

async function opened(answer) {
  const made = page(answer);
  await made.actions.restore({program: TEXT});
  return made;
}

const unreadable = new ApiError(422, 'unknown_function', [{code: 'unknown_function', message: 'sn: no', span: {line: 4, column: 12, end_line: 4, end_column: 14}}]);

test('a program opens at the end of its backward pass', async () => {
  const {store} = await opened();
  assert.equal(store.get().status, 'ready');
  assert.equal(store.get().t, timeline(store.get().run).length);
});

test('a drag changes the numbers and nothing else', async () => {
  const {store, actions, asked, settle} = await opened();
  actions.setTime({t: 3});
  actions.pin({node: 'n4'});
  actions.setViewport({x: 1, y: 2, k: 1});
  const kept = () => { const {t, pinned, viewport} = store.get(); return {t, pinned, viewport}; };
  const before = kept();
  actions.hold('t');
  actions.setInput('t', 0.75);
  await settle();
  assert.deepEqual(kept(), before);
  assert.equal(store.get().run.node('n0').value, 0.75);
  assert.deepEqual(asked.at(-1), {program: TEXT, inputs: {t: 0.75}, detail: 'tensor', include: [], include_most: 5000, encoding: 'packed', pace: 'dragging'});
});

const NET = {configuration: {input: 1, layers: [{type: 'dense', units: 1}]}, parameters: null};

test('a net is asked for as a net, and its program is shown', async () => {
  const {store, actions, asked, settle} = page(() => ({...lecture(0.5), program: TEXT}));
  actions.setNet(NET);
  await settle();
  assert.deepEqual(asked.at(-1).network, NET.configuration);
  assert.equal('program' in asked.at(-1), false);
  assert.equal(store.get().program, TEXT);
  assert.deepEqual(store.get().run.asked.network, NET.configuration);
});

test('training moves the weights without a step to undo; another configuration is one', async () => {
  const {store, actions, asked, settle} = page(() => ({...lecture(0.5), program: TEXT}));
  actions.setNet(NET);
  await settle();
  actions.setParameters({W1: [[2]]});
  await settle();
  assert.deepEqual(asked.at(-1).network, {...NET.configuration, parameters: {W1: [[2]]}});
  actions.setNet({configuration: {...NET.configuration, loss: 'mae'}, parameters: {W1: [[2]]}});
  await settle();
  actions.undo();
  assert.equal(store.get().net.configuration.loss, undefined);
});

test('a program that is rewritten is no net any more, and undo brings the net back', async () => {
  const {store, actions, settle} = page(() => ({...lecture(0.5), program: TEXT}));
  actions.setNet(NET);
  await settle();
  actions.type(`${TEXT} + 1`);
  assert.equal(store.get().net, null);
  actions.undo();
  assert.deepEqual(store.get().net, NET);
});

test('checks and formulas are asked for again when the slider is let go', async () => {
  const {actions, asked, settle} = await opened();
  actions.hold('t');
  actions.setInput('t', 0.75);
  actions.release();
  await settle();
  assert.deepEqual(asked.at(-1).include, ['formulas', 'checks']);
});

test('one drag is one step to undo, two drags are two', async () => {
  const {store, actions} = await opened();
  for (const [first, second] of [[0.6, 0.7], [0.8, 0.9]]) {
    actions.hold('t');
    actions.setInput('t', first);
    actions.setInput('t', second);
    actions.release();
  }
  actions.undo();
  assert.deepEqual(store.get().overrides, {t: 0.7});
  actions.undo();
  assert.deepEqual(store.get().overrides, {});
  assert.equal(store.get().canUndo, false);
});

test('a program that does not read leaves the last graph, without its hue', async () => {
  let broken = false;
  const {store, actions, settle} = await opened(() => { if (broken) throw unreadable; return {...lecture(0.5), program: TEXT}; });
  const {run} = store.get();
  broken = true;
  actions.type(TEXT.replace('sin', 'sn'));
  await settle();
  assert.equal(store.get().run, run);
  assert.equal(store.get().stale, true);
  broken = false;
  actions.type(TEXT);
  await settle();
  assert.deepEqual([store.get().stale, store.get().problems], [false, []]);
});

test('an answer that takes long lets the old picture lose its hue meanwhile', async (context) => {
  context.mock.timers.enable({apis: ['setTimeout']});
  let slow = false;
  const {store, actions} = await opened(() => (slow ? new Promise(() => {}) : {...lecture(0.5), program: TEXT}));
  slow = true;
  actions.type(TEXT.replace('sin', 'cos'));
  assert.equal(store.get().stale, false);
  context.mock.timers.tick(1000);
  assert.deepEqual([store.get().stale, store.get().status], [true, 'loading']);
});

test('offline nothing is lost, and the edit is sent once the server answers', async () => {
  let answers = false;
  const {store, actions, settle} = page(() => { if (!answers) throw new OfflineError(); return {...lecture(0.5), program: TEXT}; });
  await actions.restore({program: TEXT});
  assert.equal(store.get().status, 'offline');
  answers = true;
  actions.retry();
  await settle();
  assert.equal(store.get().status, 'ready');
});

test('an answer that a newer question overtook changes nothing', async () => {
  const {store, actions, settle} = await opened((request) => (request.inputs.t === 0.9 ? null : {...lecture(0.5), program: TEXT}));
  const {run} = store.get();
  actions.setInput('t', 0.9);
  await settle();
  assert.equal(store.get().run, run);
});

test('each missing input is offered once and begins at 1', async () => {
  const missing = new ApiError(422, 'missing_input', ['a', 'b', 'a'].map((name) => ({code: 'missing_input', message: `${name}: it has no value`, field: `inputs.${name}`})));
  const {store, actions, asked, settle} = page(({inputs}) => { if (!('a' in inputs)) throw missing; return lecture(0.5); });
  await actions.restore({program: 'y = a*b'});
  assert.deepEqual(missingInputs(store.get()), ['a', 'b']);
  actions.giveMissing();
  await settle();
  assert.deepEqual(asked.at(-1).inputs, {a: 1, b: 1});
});

test('the range of a slider comes back by undo and asks the server nothing', async () => {
  const {store, actions, asked} = await opened();
  const before = asked.length;
  actions.setRange('t', {lo: 0, hi: 1});
  assert.deepEqual(store.get().ranges, {t: {lo: 0, hi: 1}});
  actions.undo();
  assert.deepEqual(store.get().ranges, {});
  assert.equal(asked.length, before);
});

test('a value that the text holds already is no override', async () => {
  const {store, actions} = await opened();
  actions.setInput('t', 0.75);
  actions.setInput('t', 0.5);
  assert.deepEqual(store.get().overrides, {});
});

test('overrides of names that the text lost wait until it has them again', async () => {
  const {actions, asked, settle} = await opened();
  actions.setInput('q', 3);
  await settle();
  assert.deepEqual(asked.at(-1).inputs, {});
});

test('an empty program is an empty page', async () => {
  const {store, actions, settle} = await opened();
  actions.type('  ');
  await settle();
  assert.deepEqual([store.get().run, store.get().status], [null, 'empty']);
});

test('a place in the text belongs to the tightest node around it', () => {
  const wire = lecture(0.5);
  wire.nodes[6].span = {line: 4, column: 5, end_line: 4, end_column: 20};
  wire.nodes[4].span = {line: 4, column: 16, end_line: 4, end_column: 19};
  const run = buildRun(wire);
  assert.equal(nodeAt(run, 4, 17), 'n4');
  assert.equal(nodeAt(run, 4, 6), 'n6');
  assert.equal(nodeAt(run, 2, 1), null);
});

/** A page on a program with scopes. */
const onCalls = () => opened(() => ({...calls(2, 2).reply, program: TEXT}));

test('a scope opens and closes without a request and without a step to undo', async () => {
  const {store, actions, asked} = await onCalls();
  const before = asked.length;
  actions.setFold('x 1', false);
  assert.ok(store.get().run.has('scope:x 1'));
  actions.setFold('x 1', true);
  assert.ok(!store.get().run.has('scope:x 1'));
  assert.equal(asked.length, before);
  assert.equal(store.get().canUndo, false);
});

test('what is pinned is told by its box while that is closed', async () => {
  const {store, actions} = await onCalls();
  actions.pin({node: 'z_0_0'});
  actions.setFold('x 1', false);
  assert.deepEqual(store.get().pinned, {node: 'scope:x 1'});
  actions.hover({node: 'p_0_1'});
  assert.deepEqual(store.get().hovered, {node: 'scope:x 1'});
});

test('a node that is folded in is revealed and pinned', async () => {
  const {store, actions} = await onCalls();
  actions.setFold('x 1', false);
  await actions.reveal('p_0_1');
  assert.deepEqual([store.get().pinned, store.get().sought], [{node: 'p_0_1'}, {node: 'p_0_1'}]);
  assert.ok(store.get().run.has('p_0_1'));
});

test('a node that is looked for again is to be brought near again', async () => {
  const {store, actions} = await onCalls();
  await actions.reveal('p_0_1');
  const before = store.get().sought;
  await actions.reveal('p_0_1', [0]);
  assert.notEqual(store.get().sought, before);
  assert.deepEqual(store.get().pinned, {node: 'p_0_1', cell: [0]});
});

test('a new run of the program stays folded as it was; another program starts anew', async () => {
  const {store, actions, settle} = await onCalls();
  actions.setFold('x 1', false);
  await actions.retry();
  assert.ok(store.get().run.has('scope:x 1'));
  actions.open('other');
  await settle();
  assert.ok(!store.get().run.has('scope:x 1'));
});

test('text that is folded in belongs to its box', async () => {
  const {store, actions} = await onCalls();
  actions.setFold('x 1', false);
  const {run} = store.get(), {line} = run.folding.whole.node('z_0_0').span;
  assert.equal(nodeAt(run, line, 2), 'scope:x 1');
});

test('an unfolded node is asked for, with all that is unfolded inside it gone when it is folded', async () => {
  const {store, actions, asked} = await opened();
  actions.unfold('n4');
  actions.unfold('n4.2');
  actions.unfold('n4');
  assert.deepEqual(asked.at(-1).open, ['n4', 'n4.2']);
  actions.fold('n4');
  assert.deepEqual(store.get().opened, []);
  assert.equal('open' in asked.at(-1), false);
});

test('unfolding is a step to undo, and a slider leaves it as it is', async () => {
  const {store, actions, asked} = await opened();
  actions.unfold('n4');
  actions.setInput('t', 0.75);
  assert.deepEqual(asked.at(-1).open, ['n4']);
  actions.undo();
  actions.undo();
  assert.deepEqual(store.get().opened, []);
  actions.redo();
  assert.deepEqual(store.get().opened, ['n4']);
});

test('in another text nothing is unfolded, and undoing brings back what was', async () => {
  const {store, actions} = await opened();
  actions.unfold('n4');
  actions.write('x = 1.0\ny = x');
  assert.deepEqual(store.get().opened, []);
  actions.undo();
  assert.deepEqual(store.get().opened, ['n4']);
});

test('a run knows what it is the answer to', async () => {
  const {store, actions, settle} = await opened();
  actions.setInput('t', 0.75);
  await settle();
  assert.deepEqual(store.get().run.asked, {program: TEXT, inputs: {t: 0.75}, detail: 'tensor'});
});

/** `W` as an array, or as numbers of which the first has the id that the array `W` has. */
function inDetail({detail, program}) {
  const spec = detail === 'scalar'
    ? [{id: 'n0', name: 'W[0,0]', kind: 'input', value: 1}, {id: 'n1', name: 'W[1,0]', kind: 'input', value: 2}, {id: 'n2', name: 'L', op: 'add', value: 3, from: [['n0', 1], ['n1', 1]]}]
    : [{id: 'n0', name: 'b', kind: 'input', value: 1}, {id: 'n1', name: 'W', kind: 'input', value: 0}, {id: 'n2', name: 'L', op: 'add', value: 3, from: [['n0', 1], ['n1', 1]]}];
  const told = reply(spec);
  if (detail === 'tensor') Object.assign(told.nodes[1], {shape: [2, 1], value: [[1], [2]]});
  return {...told, program};
}

test('in another detail the same variable stays chosen, not the node that has its id there', async () => {
  const {store, actions, settle} = await opened(inDetail);
  const turn = async (/** @type {any} */ selection, /** @type {any} */ detail) => {
    actions.pin(selection);
    actions.setDetail(detail);
    await settle();
    return store.get().pinned;
  };
  assert.deepEqual(await turn({node: 'n1'}, 'scalar'), {node: 'n0'});
  assert.deepEqual(await turn({node: 'n1'}, 'tensor'), {node: 'n1', cell: [1, 0]});
  assert.deepEqual(await turn({node: 'n1', cell: [1, 0]}, 'scalar'), {node: 'n1'});
  assert.deepEqual(await turn({node: 'n2'}, 'tensor'), {node: 'n2'});
  assert.deepEqual(await turn({node: 'n0'}, 'scalar'), null);
});
