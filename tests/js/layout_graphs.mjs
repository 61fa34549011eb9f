/** Graphs that the layout tests share: the lecture's example, random expressions, nets. */

export const card = (id, extra = {}) => ({id, w: 88, h: 82, port: 5, ...extra});
export const edge = (source, target, slot = 0) => ({id: `${source}>${target}.${slot}`, source, target});

/** x = t², y = eᵗ, z = x² + sin(x·y) */
export function lecture() {
  return {
    nodes: ['t', 'x', 'y', 'xy', 'x2', 'sin', 'z'].map((id) => card(id)),
    edges: [edge('t', 'x'), edge('t', 'y'), edge('x', 'x2'), edge('x', 'xy'), edge('y', 'xy', 1), edge('xy', 'sin'), edge('x2', 'z'), edge('sin', 'z', 1)],
    direction: 'right',
  };
}

/** Every layer wired to the next, as a scalar net is. */
export function net(...widths) {
  const nodes = [];
  const edges = [];
  widths.forEach((width, layer) => {
    for (let i = 0; i < width; i += 1) {
      nodes.push(card(`${layer}_${i}`));
      if (layer) for (let j = 0; j < widths[layer - 1]; j += 1) edges.push(edge(`${layer - 1}_${j}`, `${layer}_${i}`, j));
    }
  });
  return {nodes, edges, direction: 'right'};
}

/** A random program of `count` nodes; each op takes one or two earlier ones, mostly recent. */
export function expression(count, seed) {
  const random = generator(seed);
  const nodes = [];
  const edges = [];
  for (let i = 0; i < count; i += 1) {
    nodes.push(card(`n${i}`));
    if (i < 4) continue;
    for (let slot = 0; slot < (random() < 0.7 ? 2 : 1); slot += 1) {
      edges.push(edge(`n${Math.max(0, i - 1 - Math.floor(random() * random() * 12))}`, `n${i}`, slot));
    }
  }
  return {nodes, edges, direction: 'right'};
}

/** mulberry32 */
export function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6D2B79F5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
