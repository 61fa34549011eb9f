/** Runs with scopes for the fold tests: a random program with calls in calls, and a net of neurons used on several examples. */
import {buildRun} from '../../static/js/model/run.js';
import {generator} from './layout_graphs.mjs';
import {reply} from './model_replies.mjs';

/** A random program: blocks of ops in scopes of scopes, each op taking one or two nodes made before. */
export function program(count, seed) {
  const random = generator(seed), path = [], spec = [{id: 'n0', name: 'a', kind: 'input', value: 0.7}, {id: 'n1', name: 'b', kind: 'input', value: -1.3}];
  const scopes = [[], []];
  let calls = 0;
  for (let i = 2; i < count; i += 1) {
    if (random() < 0.2 && path.length < 4) path.push(`f(${calls += 1})`);
    else if (random() < 0.2) path.pop();
    const pick = () => spec[Math.floor(spec.length * (1 - random() ** 2))] ?? spec[spec.length - 1];
    const [left, right] = [pick(), pick()], double = random() < 0.6;
    const value = double ? left.value * right.value : Math.tanh(left.value);
    spec.push({id: `n${i}`, label: `op ${i}`, op: double ? 'mul' : 'tanh', value, from: double ? [[left.id, right.value], [right.id, left.value]] : [[left.id, 1 - value ** 2]]});
    scopes.push(path.slice());
  }
  const all = spec.slice(-12), output = {id: `n${count}`, name: 'z', op: 'sum', value: all.reduce((sum, each) => sum + each.value, 0), from: all.map(({id}) => [id, 1])};
  return scoped([...spec, output], [...scopes, []]);
}

/** One neuron tanh(w·x + b), called for each example; its parameters are made at the first call. */
export function calls(examples, perNeuron = 1) {
  const spec = [{id: 'x', name: 'x', kind: 'input', value: 0.5}], scopes = [[]], ends = [];
  for (let e = 0; e < examples; e += 1) {
    for (let n = 0; n < perNeuron; n += 1) {
      const scope = [`x ${e + 1}`, `neuron ${n + 1}`], w = `w${n}`, b = `b${n}`, id = (what) => `${what}_${e}_${n}`;
      const add = (node) => { spec.push(node); scopes.push(scope); };
      if (e === 0) {
        add({id: w, name: `net.neurons[${n}].w`, kind: 'input', value: 0.3 + n});
        add({id: b, name: `net.neurons[${n}].b`, kind: 'input', value: -0.1});
      }
      const product = (0.3 + n) * 0.5, z = product - 0.1, a = Math.tanh(z);
      add({id: id('p'), op: 'mul', label: 'w·x', value: product, from: [[w, 0.5], ['x', 0.3 + n]]});
      add({id: id('z'), op: 'add', label: 'w·x + b', value: z, from: [[id('p'), 1], [b, 1]]});
      add({id: id('a'), op: 'tanh', label: 'tanh', value: a, from: [[id('z'), 1 - a * a]]});
      ends.push([id('a'), 1, a]);
    }
  }
  spec.push({id: 'loss', name: 'loss', op: 'sum', label: 'sum', value: ends.reduce((sum, [, , a]) => sum + a, 0), from: ends.map(([from, local]) => [from, local])});
  return scoped(spec, [...scopes, []]);
}

/** A reply's run with scopes written into it. */
export function scoped(spec, scopes) {
  const wire = reply(spec, {steps: false});
  wire.nodes.forEach((node, i) => { Object.assign(node, {scope: scopes[i], span: {line: i + 1, column: 1, end_line: i + 1, end_column: 9}}); });
  return buildRun(wire);
}
