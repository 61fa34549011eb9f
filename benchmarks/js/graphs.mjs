/** Graphs to lay out and replies to decode, the same for every contestant. */

/** A dense net of single numbers: products, chains of sums, activations. @param {number[]} sizes */
export function net(sizes) {
  const nodes = [], edges = [];
  const add = (...sources) => {
    const id = `n${nodes.length}`;
    nodes.push({id, w: 64, h: 32});
    sources.forEach((source, slot) => edges.push({id: `${source}>${id}.${slot}`, source, target: id, slot}));
    return id;
  };
  let layer = Array.from({length: sizes[0]}, () => add());
  for (const size of sizes.slice(1)) {
    layer = Array.from({length: size}, () => {
      const products = layer.map((x) => add(add(), x));
      return add(products.slice(1).reduce((sum, product) => add(sum, product), products[0]));
    });
  }
  return {nodes, edges, output: layer[0]};
}

/** Each node takes up to two of the forty before it. @param {number} count */
export function random(count) {
  let state = 7;
  const below = (most) => { state = (state * 48271) % 2147483647; return state % most; };
  const nodes = Array.from({length: count}, (_, i) => ({id: `n${i}`, w: 64, h: 32}));
  const edges = nodes.slice(1).flatMap(({id}, i) => [0, 1].slice(0, 1 + below(2)).map((slot) => ({id: `n${Math.max(0, i - below(40))}>${id}.${slot}`, source: `n${Math.max(0, i - below(40))}`, target: id, slot})));
  return {nodes, edges: edges.map((edge) => ({...edge, id: `${edge.source}>${edge.target}.${edge.slot}`})), output: `n${count - 1}`};
}
