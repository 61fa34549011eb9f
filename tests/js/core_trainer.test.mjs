import assert from 'node:assert/strict';
import {test} from 'node:test';
import {ApiError, OfflineError} from '../../static/js/api/problems.js';
import {INITIAL} from '../../static/js/core/state.js';
import {createStore} from '../../static/js/core/store.js';
import {createTrainer} from '../../static/js/core/trainer.js';
import {base64Of, nestedOf, numbersOf, rowOf, sameRow} from '../../static/js/model/blocks.js';

const SHAPES = {W1: [2], b1: [1]}, FIRST = [0.5, -1, 2];
const configuration = {input: 1, layers: []};
const tick = () => new Promise((done) => { setTimeout(done); });

/** What the server would do: momentum on a bowl, with a state that matters. */
function* trained({resume, network, steps, optimizer, state_every = steps}) {
  const given = resume?.parameters, rate = optimizer.learning_rate, first = resume?.step ?? 0;
  let row = given ? (given.float64 ? numbersOf(given.float64) : rowOf(given, SHAPES)) : Float64Array.from(network.parameters ? rowOf(network.parameters, SHAPES) : FIRST);
  let velocity = resume?.state ? numbersOf(resume.state.optimizer.velocity.float64) : new Float64Array(3);
  for (let step = first; step <= first + steps; step++) {
    if (step > first) {
      const before = row;
      velocity = velocity.map((v, i) => 0.9 * v + Math.sin(before[i]) + step * 1e-3);
      row = row.map((x, i) => x - rate * velocity[i]);
    }
    const block = {float64: base64Of(row), shapes: SHAPES}, whole = step === first || step === first + steps || step % state_every === 0;
    const loss = row.reduce((sum, x) => sum + x * x, 0);
    yield {
      step, epoch: 0, loss: Number.isFinite(loss) ? loss : 'NaN', test_loss: null, accuracy: null, test_accuracy: null, gradient_norms: {}, learning_rate: rate, parameters: block,
      ...(whole ? {state: {optimizer: {velocity: {float64: base64Of(velocity), shapes: SHAPES}}, updates: step}} : {}),
    };
  }
}

/** A trainer on a pretended server. `breaks`: the connection breaks after so many records, each once. */
function training({breaks = [], refuse = null} = {}) {
  const store = createStore({...INITIAL, net: {configuration, parameters: null}}), requests = [];
  const actions = {
    setParameters: (parameters) => store.set({net: {...store.get().net, parameters}}),
    setWay: (patch) => store.set({ways: Object.fromEntries(Object.entries({...store.get().ways, ...patch}).filter(([, value]) => value !== null))}),
    setNet: (net) => store.set({net}),
  };
  async function* stream(path, body) {
    requests.push(body);
    if (refuse) throw refuse;
    const breaking = breaks.shift();
    let sent = 0, last = null;
    for (const record of trained(body)) {
      if (sent++ === breaking) throw new OfflineError();
      if (sent % 7 === 0) await tick();
      last = record;
      yield {event: 'progress', data: record};
    }
    yield {event: 'done', data: last};
  }
  const client = {
    async post(path, body) {
      if (path === '/network/compile') return {count: 3, data: {samples: 25, x: [], y: []}, parameters: {W1: {shape: [2]}, b1: {shape: [1]}}};
      const history = [...trained(body)], last = history.at(-1);
      return {...last, history: [history[0], last], confusion: null};
    },
  };
  const trainer = createTrainer({store, actions, client, stream, later: (fn) => setTimeout(fn)});
  return {trainer, store, actions, requests};
}

/** Rows of a run by step. */
const rowsOf = ({recording}) => Array.from({length: recording.last + 1}, (_, step) => recording.row(step));
const pageRow = (store) => rowOf(store.get().net.parameters, SHAPES);

test('steps are taken one after the other, and the page has the weights of the last one', async () => {
  const {trainer, store} = training();
  await trainer.advance(3);
  await trainer.advance();
  assert.equal(trainer.get().step, 4);
  assert.equal(trainer.get().playing, false);
  const whole = [...trained({network: configuration, steps: 4, optimizer: {learning_rate: 0.1}})];
  assert.ok(sameRow(pageRow(store), numbersOf(whole[4].parameters.float64)));
  assert.equal(trainer.get().runs.length, 1);
});

test('steps that are asked for while others are taken add up', async () => {
  const {trainer} = training(), over = trainer.advance(2);
  await Promise.all([trainer.advance(), trainer.advance(), over]);
  assert.equal(trainer.get().step, 4);
  assert.equal(trainer.get().runs.length, 1);
});

test('an epoch goes to its end from wherever it stands', async () => {
  const {trainer} = training();       // 25 examples in batches of 10: three steps
  await trainer.advance(1);
  await trainer.epoch();
  assert.equal(trainer.get().step, 3);
  await trainer.epoch();
  assert.equal(trainer.get().step, 6);
});

test('a training that plays stops where it is paused', async () => {
  const {trainer} = training();
  const over = trainer.play();
  while (trainer.get().step < 30) await tick();
  trainer.pause();
  const {step} = trainer.get();
  await over;
  await tick();
  assert.equal(trainer.get().step, step);
});

test('a training stops when its view is left', async () => {
  const {trainer, store} = training();
  store.set({tab: 'net'});
  const over = trainer.play();
  while (trainer.get().step < 10) await tick();
  store.set({tab: 'graph'});
  assert.equal(trainer.get().playing, false);
  await over;
});

test('going back restores the weights; the same settings then give the same steps, to the last bit, in the same run', async () => {
  const {trainer, store} = training();
  await trainer.advance(200);
  const {run} = trainer.get(), first = rowsOf(run);
  await trainer.goTo(101);
  await tick();
  assert.ok(sameRow(pageRow(store), first[101]));
  await trainer.advance(80);
  assert.equal(trainer.get().step, 181);
  assert.equal(trainer.get().problem, null);
  assert.equal(trainer.get().runs.length, 1);
  rowsOf(run).forEach((row, step) => assert.ok(sameRow(row, first[step]), `step ${step}`));
});

test('other settings at an earlier step begin a run beside the first one, from its weights and its optimizer’s state', async () => {
  const {trainer, actions} = training();
  await trainer.advance(100);
  await trainer.goTo(41);
  actions.setWay({train: '{"optimizer":{"name":"sgd","learning_rate":0.02}}'});
  await trainer.advance(10);
  const {runs, run, step} = trainer.get();
  assert.deepEqual([runs.length, run.name, run.parent?.name, run.from, step], [2, 'B', 'A', 41, 51]);
  const until = [...trained({network: configuration, steps: 41, optimizer: {learning_rate: 0.1}})].at(-1);
  const wanted = [...trained({resume: until, network: configuration, steps: 10, optimizer: {learning_rate: 0.02}})];
  assert.ok(sameRow(run.recording.row(51), numbersOf(wanted[10].parameters.float64)));
  assert.equal(runs[0].recording.last, 100);
});

test('a setting that changes during training goes on from where it stands', async () => {
  const {trainer, actions} = training();
  const over = trainer.play();
  while (trainer.get().step < 20) await tick();
  actions.setWay({train: '{"optimizer":{"name":"sgd","learning_rate":0.03}}'});
  while (trainer.get().runs.length < 2 || trainer.get().step < trainer.get().run.from + 5) await tick();
  trainer.pause();
  await over;
  const [a, b] = trainer.get().runs;
  assert.ok(b.from >= 20);
  assert.ok(sameRow(b.recording.row(b.from), a.recording.row(b.from)));
});

test('a connection that breaks costs no step: the training is the same to the last bit', async () => {
  const broken = training({breaks: [0, 30, 90, 1]}), whole = training();
  await Promise.all([broken.trainer.advance(150), whole.trainer.advance(150)]);
  assert.equal(broken.requests.length, 5);
  const found = rowsOf(broken.trainer.get().run);
  rowsOf(whole.trainer.get().run).forEach((row, step) => assert.ok(sameRow(row, found[step]), `step ${step}`));
});

test('what the server refuses is said, and leaves no run behind', async () => {
  const {trainer, store} = training({refuse: new ApiError(422, 'bad', [{code: 'bad', message: 'batch_size: is 0, must be 1 or more'}])});
  await trainer.advance();
  assert.equal(trainer.get().problem, 'batch_size: is 0, must be 1 or more');
  assert.deepEqual([trainer.get().runs.length, trainer.get().run, store.get().net.parameters], [0, null, null]);
});

test('weights that are set by hand begin a run of their own', async () => {
  const {trainer, store, actions} = training();
  await trainer.advance(5);
  actions.setParameters({W1: [1, 1], b1: [1]});
  assert.equal(await trainer.resume(), null);
  await trainer.advance(2);
  const {run} = trainer.get();
  assert.deepEqual([run.moved, run.from, run.recording.last], [true, 5, 7]);
  assert.ok(sameRow(run.recording.row(5), Float64Array.of(1, 1, 1)));
  assert.ok(sameRow(pageRow(store), run.recording.row(7)));
});

test('a loss that is no number any more stops the training, and says where', async () => {
  const {trainer, actions} = training();
  actions.setWay({train: '{"optimizer":{"name":"sgd","learning_rate":1e308}}'});
  await trainer.play();
  assert.match(trainer.get().problem, /no number any more at step \d+/);
  assert.ok(trainer.get().step < 10);
});

test('another net forgets the runs; the same one configured anew keeps them while its weights fit', async () => {
  const {trainer, store, actions} = training();
  await trainer.advance(5);
  actions.setNet({configuration: {...configuration, l2: 0.1}, parameters: store.get().net.parameters});
  assert.equal(trainer.get().runs.length, 1);
  await trainer.advance(2);
  assert.deepEqual(trainer.get().runs.map(({from}) => from), [0, 5]);
  actions.setNet({configuration: {...configuration, seed: 4}, parameters: null});
  assert.deepEqual([trainer.get().runs.length, trainer.get().step], [0, 0]);
});

test('reset returns to the first weights, and a run can be chosen again with its settings', async () => {
  const {trainer, store, actions} = training();
  await trainer.advance(10);
  actions.setWay({train: '{"optimizer":{"name":"sgd","learning_rate":0.02}}'});
  await trainer.advance(5);
  await trainer.reset();
  await tick();
  assert.deepEqual([...pageRow(store)], FIRST);
  await trainer.choose(trainer.get().runs[1]);
  assert.equal(trainer.get().step, 15);
  assert.equal(trainer.settings().optimizer.learning_rate, 0.02);
  assert.deepEqual(nestedOf(trainer.get().run.recording.row(15), SHAPES), store.get().net.parameters);
});
