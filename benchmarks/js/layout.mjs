/** Seconds to lay out the same graph, round after round, as JSON: the product's own layout, dagre, elkjs. `--quick`: small graphs, one round. */
import dagre from '@dagrejs/dagre';
import Elk from 'elkjs';
import {layered} from '../../static/js/layout/layered.js';
import {net, random} from './graphs.mjs';

const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 1 : 3;
const elk = new Elk();

const CONTESTANTS = {
  ours: ({nodes, edges, output}) => layered({nodes, edges, output, direction: 'right'}),
  dagre({nodes, edges}) {
    const graph = new dagre.graphlib.Graph({multigraph: true}).setGraph({rankdir: 'LR'}).setDefaultEdgeLabel(() => ({}));
    for (const {id, w, h} of nodes) graph.setNode(id, {width: w, height: h});
    for (const {id, source, target} of edges) graph.setEdge(source, target, {}, id);
    dagre.layout(graph);
  },
  elkjs: ({nodes, edges}) => elk.layout({
    id: 'root', layoutOptions: {'elk.algorithm': 'layered'}, children: nodes.map(({id, w, h}) => ({id, width: w, height: h})),
    edges: edges.map(({id, source, target}) => ({id, sources: [source], targets: [target]})),
  }),
};

/** @param {string} title @param {ReturnType<typeof net>} graph @param {string[]} names */
async function contest(title, graph, names) {
  /** @type {Record<string, number[]>} */
  const taken = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of names) {
      const before = process.cpuUsage();
      await CONTESTANTS[name](graph);
      const {user, system} = process.cpuUsage(before);
      taken[name].push((user + system) / 1e6);
    }
  }
  return {title: `${title}, ${graph.nodes.length} nodes, ${graph.edges.length} edges`, taken};
}

const all = Object.keys(CONTESTANTS);
const contests = quick ? [await contest('a net', net([2, 4, 1]), all)]
  : [await contest('a net', net([2, 16, 16, 1]), all), await contest('a random graph', random(300), all), await contest('a net (the peers take minutes)', net([20, 50, 40, 10]), ['ours'])];
console.log(JSON.stringify(contests));
