/** A thread that lays out one graph and says how many seconds of the processor that took. */
import {parentPort, workerData} from 'node:worker_threads';
import dagre from '@dagrejs/dagre';
import Elk from 'elkjs';
import {layered} from '../../static/js/layout/layered.js';
import {net} from './graphs.mjs';

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

const {name, graph} = workerData;
await CONTESTANTS[name](net([1, 2, 1])); // loaded, and not quite cold
const before = process.cpuUsage();
await CONTESTANTS[name](graph);
const {user, system} = process.cpuUsage(before);
parentPort?.postMessage((user + system) / 1e6);
