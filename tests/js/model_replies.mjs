/** Replies as /backprop gives them, made by hand from the lecture's formulas. */

/**
 * A small engine for fixtures: nodes with value and locals, swept backwards level by level as api.md says.
 * @param {{id: string, name?: string, label?: string, glyph?: string, op?: string, kind?: string, value: number, from?: [string, number|null][]}[]} spec
 * @param {{steps?: boolean}} [options]
 */
export function reply(spec, {steps = true} = {}) {
  const output = spec[spec.length - 1];
  const edges = spec.flatMap((node) => (node.from ?? []).map(([source, local], slot) => ({
    id: `${source}>${node.id}.${slot}`, source, target: node.id, slot, local, upstream: null, contribution: null,
  })));
  const depth = new Map([[output.id, 0]]);
  for (const node of [...spec].reverse()) {
    for (const edge of edges.filter((each) => each.source === node.id && each.local !== null && depth.has(each.target))) {
      depth.set(node.id, Math.max(depth.get(node.id) ?? 0, depth.get(edge.target) + 1));
    }
  }
  const grad = new Map([[output.id, 1]]);
  const told = spec.map((node, index) => ({index, phase: 'forward', level: 0, kind: 'evaluate', node: node.id}));
  told.push({index: told.length, phase: 'backward', level: 0, kind: 'seed', node: output.id, after: 1});
  for (let level = 0; level <= Math.max(...depth.values()); level++) {
    const here = spec.filter((node) => depth.get(node.id) === level)
      .flatMap((node) => edges.filter((edge) => edge.target === node.id && edge.local !== null));
    for (const edge of here) {
      edge.upstream = grad.get(edge.target);
      edge.contribution = edge.upstream * edge.local;
      told.push({index: told.length, phase: 'backward', level, kind: 'multiply', node: edge.target, edge: edge.id});
    }
    for (const edge of here) {
      const before = grad.get(edge.source) ?? 0, after = grad.has(edge.source) ? before + edge.contribution : edge.contribution;
      grad.set(edge.source, after);
      told.push({index: told.length, phase: 'backward', level, kind: 'accumulate', node: edge.source, edge: edge.id, before, add: edge.contribution, after});
    }
  }
  return {
    schema_version: '1.0', output: {node: output.id, name: output.name, shape: [], value: output.value},
    nodes: spec.map((node) => ({
      id: node.id, name: node.name ?? null, label: node.label ?? node.name ?? String(node.value), glyph: node.glyph ?? '', op: node.op ?? node.kind, noun: node.noun ?? node.op ?? node.kind,
      kind: node.kind ?? 'op', inputs: (node.from ?? []).map(([id]) => id), shape: [], value: node.value, grad: grad.get(node.id) ?? null,
      scope: [], span: null, formula: null, flags: [], attributes: {},
    })),
    edges, notes: [], ...(steps ? {steps: told} : {}),
  };
}

/** t; x = t^2; y = e^t; z = x^2 + sin(x*y): the lecture, section 3. */
export function lecture(t, options) {
  const x = t * t, y = Math.exp(t), sine = Math.sin(x * y);
  return reply([
    {id: 'n0', name: 't', kind: 'input', value: t},
    {id: 'n1', name: 'x', label: 't²', glyph: 't²', op: 'square', value: x, from: [['n0', 2 * t]]},
    {id: 'n2', name: 'y', label: 'eᵗ', glyph: 'eᵗ', op: 'exp', value: y, from: [['n0', y]]},
    {id: 'n3', label: 'x²', glyph: 'x²', op: 'square', value: x * x, from: [['n1', 2 * x]]},
    {id: 'n4', label: 'x·y', glyph: '·', op: 'mul', value: x * y, from: [['n1', y], ['n2', x]]},
    {id: 'n5', label: 'sin(x·y)', glyph: 'sin', op: 'sin', value: sine, from: [['n4', Math.cos(x * y)]]},
    {id: 'n6', name: 'z', label: 'x² + sin(x·y)', glyph: '+', op: 'add', value: x * x + sine, from: [['n3', 1], ['n5', 1]]},
  ], options);
}

/** w·x + b through a dead relu, times v. */
export function deadRelu() {
  return reply([
    {id: 'n0', name: 'w', kind: 'input', value: -0.8}, {id: 'n1', name: 'x', kind: 'input', value: 1.5},
    {id: 'n2', name: 'b', kind: 'input', value: 0.2}, {id: 'n3', name: 'v', kind: 'input', value: -2},
    {id: 'n4', label: 'w·x', glyph: '·', op: 'mul', value: -1.2, from: [['n0', 1.5], ['n1', -0.8]]},
    {id: 'n5', name: 'z', label: 'w·x + b', glyph: '+', op: 'add', value: -1, from: [['n4', 1], ['n2', 1]]},
    {id: 'n6', name: 'a', label: 'relu(z)', glyph: 'relu', op: 'relu', value: 0, from: [['n5', 0]]},
    {id: 'n7', name: 'L', label: 'v·a', glyph: '·', op: 'mul', value: 0, from: [['n3', 0], ['n6', -2]]},
  ]);
}

/** y = x*x at 3. */
export const squared = () => reply([
  {id: 'n0', name: 'x', kind: 'input', value: 3},
  {id: 'n1', name: 'y', label: 'x·x', glyph: '·', op: 'mul', value: 9, from: [['n0', 3], ['n0', 3]]},
]);

/** A chain of n sigmoids, each with its input's copy from the start: deep, with reuse. */
export function chain(n) {
  const spec = [{id: 'n0', name: 'x', kind: 'input', value: 0.5}];
  let value = 0.5;
  for (let i = 1; i < n; i++) {
    value = 1 / (1 + Math.exp(-value));
    spec.push({id: `n${i}`, label: `σ${i}`, op: 'sigmoid', value, from: [[`n${i - 1}`, value * (1 - value)]]});
  }
  return reply(spec, {steps: false});
}

/** Y = X @ W, L = sum(Y**2), as arrays. */
export function matrices() {
  const X = [[1, -0.5, 2], [0, 1.5, -1]], W = [[0.6, -0.2], [0.4, 0.9], [-0.3, 0.5]];
  const product = (a, b) => a.map((row) => b[0].map((_, j) => row.reduce((sum, each, k) => sum + each * b[k][j], 0)));
  const turned = (a) => a[0].map((_, j) => a.map((row) => row[j]));
  const Y = product(X, W), ones = Y.map((row) => row.map(() => 1)), twice = Y.map((row) => row.map((each) => 2 * each));
  const edge = (source, target, slot, local, upstream, contribution) => ({id: `${source}>${target}.${slot}`, source, target, slot, local, upstream, contribution});
  const node = (id, name, op, kind, value, grad, shape) => ({id, name, label: name, op, kind, value, grad, shape});
  return {
    output: {node: 'n4'}, notes: [],
    nodes: [node('n0', 'X', 'input', 'input', X, product(twice, turned(W)), [2, 3]), node('n1', 'W', 'input', 'input', W, product(turned(X), twice), [3, 2]),
      node('n2', 'Y', 'matmul', 'op', Y, twice, [2, 2]), node('n3', null, 'square', 'op', Y.map((row) => row.map((each) => each * each)), ones, [2, 2]), node('n4', 'L', 'sum', 'op', 1.695, 1, [])],
    edges: [edge('n0', 'n2', 0, null, twice, product(twice, turned(W))), edge('n1', 'n2', 1, null, twice, product(turned(X), twice)),
      edge('n2', 'n3', 0, twice, ones, twice), edge('n3', 'n4', 0, null, 1, ones)],
  };
}
