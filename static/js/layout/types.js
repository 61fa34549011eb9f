/**
 * Shapes that travel between the page and the layout worker. Lengths are CSS pixels at 100 %.
 *
 * `port` is how far the wires' attachment lies below the node's middle (right) — cards carry it on their line.
 * `block` is the innermost open scope that it stands in. Ports in a block's border stand in the `rank` 'first' or 'last';
 * `leave` and `enter` are how far across from a block's middle an edge meets its border.
 * `hug` puts a node flush with the far edge of its layer (constants sit beside what takes them).
 *
 * @typedef {{id: string, w: number, h: number, port?: number, hug?: boolean, rank?: 'first'|'last', block?: string}} LayoutNode
 * @typedef {{id: string, source: string, target: string, leave?: number, enter?: number}} LayoutEdge
 * @typedef {{id: string, parent: string|null}} Block  an open scope
 * @typedef {'right'|'down'} Direction
 * @typedef {{x: number, y: number}} Point
 * @typedef {[number, number]} Pair
 * @typedef {{x: number, y: number, w: number, h: number}} Box
 * @typedef {{nodes: LayoutNode[], edges: LayoutEdge[], direction: Direction, output?: string|null,
 *            previous?: Map<string, Point>|null, blocks?: Block[], room?: {w: number, h: number}|null}} LayoutRequest
 * @typedef {{positions: Map<string, Point>, routes: Map<string, Pair[]>, bounds: Box, frames: Map<string, Box>, direction: Direction,
 *            crossings: number, layers: number}} Layout
 *   `positions` are middles; a route is a chain of cubics: p, c, c, p, c, c, p …
 *
 * Inside the layout there is no x and y: `along` runs with the forward pass, `across` at right angles to it.
 * `before` and `after` are a vertex's reach across, counted from its port.
 * @typedef {{along: number, before: number, after: number, hug: boolean}} Extent
 * @typedef {{count: number, real: number, layer: number[], operands: number[][], users: number[][],
 *            chains: number[][], rows: number[][]}} Ladder
 *   Vertices 0…real−1 are nodes, the rest are dummies; every link joins neighbouring layers;
 *   `chains[e]` are the dummies of edge e from source to target.
 */
export {};
