import assert from 'node:assert/strict';
import {test} from 'node:test';
import {access} from '../../static/js/model/access.js';
import {shownRun} from '../../static/js/model/fold_choice.js';
import {lacksFormulas, packedRun, tellFormulas} from '../../static/js/model/packed_run.js';
import {buildRun} from '../../static/js/model/run.js';
import {scopeTree} from '../../static/js/model/scopes.js';
import {allWith, search} from '../../static/js/model/search.js';
import {frameAt, timeline} from '../../static/js/model/timeline.js';
import {deadRelu, lecture, squared} from './model_replies.mjs';
import {packed} from './packing.mjs';

/** With the levels that a server sends. */
function leveled(reply) {
  const run = buildRun(reply);
  return {...reply, nodes: reply.nodes.map((node) => ({...node, level: run.node(node.id).level, back_level: run.node(node.id).backLevel}))};
}

const asColumns = (rows) => Object.fromEntries(Object.keys(rows[0]).map((field) => [field, rows.map((row) => row[field])]));

/** Everything that can be asked of a run. */
const told = (run) => ({
  output: run.output, nodes: run.nodes, edges: run.edges, hasArrays: run.hasArrays, notes: run.notes, checks: run.checks, size: run.size,
  users: run.nodes.map(({id}) => run.users(id)), operands: run.nodes.map(({id}) => run.operands(id)),
});

const ARRAYS = () => ({
  output: {node: 'n3'}, notes: [], nodes: [
    {id: 'n0', name: 'W', op: null, noun: 'input', kind: 'input', label: 'W', glyph: '', shape: [2, 2], value: [[1, 'NaN'], ['Infinity', -2]], grad: [[0, 1], [2, '-Infinity']], inputs: [], flags: ['non_finite']},
    {id: 'n1', name: 'big', op: null, noun: 'constant', kind: 'constant', label: 'big', glyph: '', shape: [9000], inputs: [], flags: [], grad: null,
      value: {truncated: true, shape: [9000], min: 0, max: 1, mean: 0.5, norm: 'Infinity', nans: 1, infs: 0}},
    {id: 'n2', name: null, op: 'tanh', noun: 'hyperbolic tangent', kind: 'op', label: 'tanh(W)', glyph: 'tanh', shape: [2, 2], value: [[0.1, -0], [1e-300, 5e-324]], grad: [[1, 1], [1, 1]], inputs: ['n0'], flags: []},
    {id: 'n3', name: 'L', op: 'sum', noun: 'sum', kind: 'op', label: 'sum', glyph: 'Σ', shape: [], value: 1e308, grad: 1, inputs: ['n2'], flags: []},
  ],
  edges: [
    {id: 'n0>n2.0', source: 'n0', target: 'n2', slot: 0, local: [[1, 2], [3, 4]], upstream: [[1, 1], [1, 1]], contribution: [[1, 2], [3, 'NaN']]},
    {id: 'n2>n3.0', source: 'n2', target: 'n3', slot: 0, local: null, upstream: 1, contribution: [[1, 1], [1, 1]]},
  ],
});

for (const [name, made] of [['the lecture', lecture(0.5)], ['a dead relu', deadRelu()], ['x*x', squared()], ['arrays, statistics, numbers that are not finite', ARRAYS()]]) {
  const reply = leveled(made);
  test(`a packed reply is the run that rows and columns give: ${name}`, () => {
    const rows = told(buildRun(reply));
    assert.deepEqual(told(packedRun(packed(reply))), rows);
    assert.deepEqual(told(buildRun({...reply, nodes: asColumns(reply.nodes), edges: asColumns(reply.edges)})), rows);
  });
}

test('nodes inside of an opened one are found by their own ids, and so are the edges between them', () => {
  const ids = {n2: 'n2.0', n3: 'n2.1.0', n4: 'n2', n5: 'n3'}, made = lecture(0.5);
  const own = (text) => text.replace(/n\d+/g, (id) => ids[id] ?? id);
  const nodes = made.nodes.map((node) => ({...node, id: own(node.id), inputs: (node.inputs ?? []).map(own), opens: node.id === 'n5' ? 'n3' : null}));
  const edges = made.edges.map((edge) => ({...edge, id: own(edge.id), source: own(edge.source), target: own(edge.target)}));
  const reply = leveled({...made, nodes, edges, output: {...made.output, node: own(made.output.node)}});
  const run = packedRun(packed(reply)), rows = buildRun(reply);
  assert.deepEqual(told(run), told(rows));
  for (const {id} of rows.nodes) assert.equal(run.node(id).id, id);
  for (const {id} of rows.edges) assert.equal(run.edge(id).id, id);
  assert.equal(run.has('n4'), false);
  assert.equal(run.hasEdge('n2>n2.0.0'), false);
  assert.deepEqual(rows.nodes.map((_, i) => access(run).id(i)), rows.nodes.map(({id}) => id));
  assert.deepEqual(rows.edges.map((_, e) => access(run).edgeId(e)), rows.edges.map(({id}) => id));
});

test('what follows from other columns of single numbers is what was left out', () => {
  const reply = leveled(lecture(0.5)), whole = buildRun(reply), run = packedRun(packed(reply, {single: true}));
  for (const edge of whole.edges) {
    const own = run.edge(edge.id);
    assert.equal(own.upstream, edge.contribution === null ? null : edge.upstream);
    assert.equal(own.contribution, edge.contribution === null ? null : edge.upstream * edge.local);
  }
  assert.deepEqual(run.nodes.map(({grad}) => grad), whole.nodes.map(({grad}) => grad));
});

test('local derivatives that stand among the values are read from there', () => {
  const reply = leveled(lecture(0.5)), whole = buildRun(reply), run = packedRun(packed(reply, {single: true, among: true}));
  assert.ok(run.columns.structure.localFrom.some((node) => node >= 0) && run.columns.structure.localFrom.includes(-2));
  for (const edge of whole.edges) assert.equal(run.edge(edge.id).local, edge.contribution === null ? null : edge.local);
});

test('a drag finds the tree of scopes made, and asks no node where it stands', () => {
  const first = packedRun(packed(leveled(lecture(0.5)))), tree = scopeTree(first), {read} = first.columns.structure, {scope} = read;
  let asked = 0;
  read.scope = (i) => { asked += 1; return scope(i); };
  const next = packedRun(packed(leveled(lecture(0.7)), {known: true}), first);
  assert.equal(scopeTree(next), tree);
  shownRun(next, {});
  assert.equal(asked, 0);
});

test('formulas that are asked for one by one are those of all runs of the structure', () => {
  const bare = (t) => leveled({...lecture(t), nodes: lecture(t).nodes.map((node) => ({...node, formula: null}))});
  const first = packedRun(packed(bare(0.5))), [edge] = first.operands('n3');
  first.columns.formulas = {nodes: null, edges: null};
  assert.ok(lacksFormulas(first, 'n3'));
  tellFormulas(first, 'n3', {formula: 'e^{t}', edges: {[edge.id]: 'e'}});
  assert.deepEqual([first.node('n3').formula, edge.localFormula, lacksFormulas(first, 'n3')], ['e^{t}', 'e', false]);
  const next = packedRun(packed(bare(0.7), {known: true}), first);
  next.columns.formulas = {nodes: null, edges: null};
  assert.equal(next.node('n3').formula, 'e^{t}');
});

test('a known structure is taken from the run before, and an unknown one is missed', () => {
  const first = packedRun(packed(leveled(lecture(0.5)))), bytes = packed(leveled(lecture(0.7)), {known: true});
  const next = packedRun(bytes, first);
  assert.equal(next.columns.structure, first.columns.structure);
  assert.deepEqual(told(next), told(buildRun(leveled(lecture(0.7)))));
  assert.throws(() => packedRun(bytes), /structure was left out/);
  assert.throws(() => packedRun(bytes, packedRun(packed(leveled(lecture(0.5)), {id: 'b'}))), /structure was left out/);
});

test('nodes and edges are made when they are asked for, each once', () => {
  const run = packedRun(packed(leveled(lecture(0.5))));
  assert.equal(run.node('n2'), run.node('n2'));
  assert.equal(run.nodes[2], run.node('n2'));
  assert.equal(run.users('n1')[0], run.edges.find(({id}) => id === run.users('n1')[0].id));
});

test('ids that are not in the run are told apart from those that are', () => {
  const reply = leveled(lecture(0.5)), run = packedRun(packed(reply)), edge = reply.edges[0].id;
  assert.deepEqual(['n0', 'n99', 'x', 'n-1', 'scope:a'].map(run.has), [true, false, false, false, false]);
  assert.deepEqual([edge, `${edge.slice(0, -1)}7`, 'n5>n0.0', 'n0>n99.0', ''].map(run.hasEdge), [true, false, false, false, false]);
  assert.throws(() => run.node('n99'), RangeError);
  assert.throws(() => run.edge('n0>n99.0'), RangeError);
  assert.deepEqual(run.users('n99'), []);
});

test('what is no packed reply is refused', () => {
  assert.throws(() => packedRun(new TextEncoder().encode('{"nodes": []}').buffer), /must begin with BPP1/);
});

test('its frames are those of the run from rows', () => {
  const reply = leveled(lecture(0.5)), rows = buildRun(reply), run = packedRun(packed(reply));
  for (let t = 0; t <= timeline(rows).length; t += 0.5) {
    assert.deepEqual([...frameAt(run, timeline(run), t).nodes], [...frameAt(rows, timeline(rows), t).nodes]);
  }
});

test('access says the same of both', () => {
  const reply = leveled(deadRelu()), [rows, columns] = [buildRun(reply), packedRun(packed(reply))].map((run) => access(run));
  assert.deepEqual([columns.count, columns.source, columns.target], [rows.count, rows.source, rows.target]);
  for (let i = 0; i < rows.count; i += 1) {
    for (const field of ['id', 'kind', 'name', 'label', 'op', 'scope', 'span', 'flags', 'value', 'grad', 'users']) assert.deepEqual(columns[field](i), rows[field](i), field);
  }
  for (let e = 0; e < rows.source.length; e += 1) for (const field of ['edgeId', 'slot', 'contribution']) assert.deepEqual(columns[field](e), rows[field](e), field);
});

test('search puts a name first, then what begins with it, then what holds it', () => {
  const run = buildRun(leveled(lecture(0.5)));
  assert.equal(run.node(search(run, 'x', 8)[0]).name, 'x');
  assert.deepEqual(new Set(search(run, 'x', 99)), new Set(allWith(run, 'x')));
  assert.equal(search(run, 'X', 1).length, 1);
  assert.deepEqual(search(run, ' ', 8), []);
  assert.deepEqual(search(run, 'no such thing', 8), []);
});
