/** What the benchmarks run in the pages of libraries: plain functions on graphs `{nodes: [{id, level, w, h}], edges: [{source, target}]}`. */

const SVG = 'http://www.w3.org/2000/svg';

/** Lay out and draw; says on the console how long it took, until the second frame after. */
async function drawBy(name, graph) {
  const start = performance.now();
  const {boxes, lines} = await (name.startsWith('dagre') ? byDagre(graph) : byElk(graph));
  const picture = document.body.appendChild(document.createElementNS(SVG, 'svg'));
  const add = (kind, attributes) => {
    const made = picture.appendChild(document.createElementNS(SVG, kind));
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  for (const points of lines) add('polyline', {points: points.map(({x, y}) => `${x},${y}`).join(' '), fill: 'none', stroke: 'gray'});
  for (const {id, x, y, w, h} of boxes) {
    add('rect', {x, y, width: w, height: h, fill: 'white', stroke: 'black'});
    add('text', {x: x + 4, y: y + h / 2}).textContent = id;
  }
  const {x, y, width, height} = picture.getBBox();
  for (const [key, value] of Object.entries({viewBox: `${x} ${y} ${width} ${height}`, width: innerWidth, height: innerHeight})) picture.setAttribute(key, value);
  requestAnimationFrame(() => requestAnimationFrame(() => console.info(`drawn after ${performance.now() - start}`)));
}

function byDagre({nodes, edges}) {
  const graph = new dagre.graphlib.Graph({multigraph: true}).setGraph({rankdir: 'LR'}).setDefaultEdgeLabel(() => ({}));
  for (const {id, w, h} of nodes) graph.setNode(id, {width: w, height: h});
  edges.forEach(({source, target}, i) => graph.setEdge(source, target, {}, String(i)));
  dagre.layout(graph);
  return {
    boxes: nodes.map(({id, w, h}) => ({id, w, h, x: graph.node(id).x - w / 2, y: graph.node(id).y - h / 2})),
    lines: graph.edges().map((edge) => graph.edge(edge).points),
  };
}

async function byElk({nodes, edges}) {
  const found = await new ELK().layout({
    id: 'root', layoutOptions: {'elk.algorithm': 'layered'}, children: nodes.map(({id, w, h}) => ({id, width: w, height: h})),
    edges: edges.map(({source, target}, i) => ({id: String(i), sources: [source], targets: [target]})),
  });
  return {
    boxes: found.children.map(({id, x, y, width, height}) => ({id, x, y, w: width, h: height})),
    lines: found.edges.flatMap(({sections = []}) => sections.map(({startPoint, bendPoints = [], endPoint}) => [startPoint, ...bendPoints, endPoint])),
  };
}

/** The whole graph in view, nodes by level from left to right. */
function openCytoscape({nodes, edges}) {
  const heights = new Map();
  const place = (level) => {
    const at = heights.get(level) ?? 0;
    heights.set(level, at + 1);
    return {x: level * 120, y: at * 40};
  };
  window.cy = cytoscape({
    container: document.querySelector('#graph'),
    elements: {
      nodes: nodes.map(({id, level}) => ({data: {id}, position: place(level)})),
      edges: edges.map(({source, target}, i) => ({data: {id: `e${i}`, source, target}})),
    },
    style: [{selector: 'node', style: {shape: 'rectangle', width: 64, height: 32, label: 'data(id)'}}, {selector: 'edge', style: {width: 1, 'curve-style': 'bezier', 'target-arrow-shape': 'triangle'}}],
    layout: {name: 'preset'},
  });
  cy.fit();
}

/** There and back again: 1 for half a second of frames, then −1. */
const way = (frame) => (Math.floor(frame / 30) % 2 ? -1 : 1);

const byCytoscape = (motion) => (frame) => (motion === 'pan' ? cy.panBy({x: 6 * way(frame), y: 3 * way(frame)})
  : cy.zoom({level: cy.zoom() * 1.02 ** way(frame), renderedPosition: {x: innerWidth / 2, y: innerHeight / 2}}));

/** Ours as a person does it: drags the ground, turns the wheel. */
function byHand(selector, motion) {
  const ground = document.querySelector(selector);
  const {left, top, width, height} = ground.getBoundingClientRect();
  let x = left + width / 2, y = top + height / 2;
  const common = () => ({bubbles: true, cancelable: true, clientX: x, clientY: y, pointerId: 1, pointerType: 'mouse', isPrimary: true});
  if (motion === 'pan') {
    ground.setPointerCapture = () => {}; // there is no such pointer
    ground.dispatchEvent(new PointerEvent('pointerdown', {...common(), button: 0, buttons: 1}));
  }
  return (frame) => {
    if (motion === 'zoom') ground.dispatchEvent(new WheelEvent('wheel', {...common(), deltaY: -12 * way(frame)}));
    else {
      x += 6 * way(frame);
      y += 3 * way(frame);
      ground.dispatchEvent(new PointerEvent('pointermove', {...common(), button: -1, buttons: 1}));
    }
  };
}

/** Milliseconds between frames for so long, while `move` is called in each. */
function framesOf(move, length) {
  return new Promise((resolve) => {
    const times = [];
    requestAnimationFrame((first) => {
      let last = first;
      const next = (now) => {
        times.push(now - last);
        last = now;
        if (now - first > length) resolve(times);
        else {
          move(times.length);
          requestAnimationFrame(next);
        }
      };
      move(0);
      requestAnimationFrame(next);
    });
  });
}
