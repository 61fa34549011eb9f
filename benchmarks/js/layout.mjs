/**
 * Seconds to lay out the same graph, round after round, as JSON: the product's own layout, dagre, elkjs.
 * `node layout.mjs SECONDS [--quick]`: a layout that takes more than SECONDS of the processor is stopped, and stands as null. `--quick`: a small graph, one round.
 */
import {Worker} from 'node:worker_threads';
import {net, random} from './graphs.mjs';

const quick = process.argv.includes('--quick');
const BOUND = Number(process.argv[2]);
const ROUNDS = quick ? 1 : 3;
const LONG = 10; // seconds above which once is enough
const CONTESTANTS = ['ours', 'dagre', 'elkjs'];

/** One layout in a thread of its own, while this one waits. @param {string} name @param {ReturnType<typeof net>} graph @returns {Promise<number|null>} */
function seconds(name, graph) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('contestants.mjs', import.meta.url), {workerData: {name, graph}, resourceLimits: {stackSizeMb: 64, maxOldGenerationSizeMb: 2048}});
    const before = process.cpuUsage();
    const timer = setInterval(() => {
      const {user, system} = process.cpuUsage(before);
      if (user + system < BOUND * 1e6) return;
      clearInterval(timer);
      worker.terminate().then(() => resolve(null));
    }, 250);
    worker.once('message', (taken) => {
      clearInterval(timer);
      worker.terminate().then(() => resolve(taken));
    });
    worker.once('error', (error) => {
      clearInterval(timer);
      reject(new Error(`${name}: ${error.message}`));
    });
  });
}

/** @param {string} title @param {ReturnType<typeof net>} graph */
async function contest(title, graph) {
  /** @type {Record<string, (number|null)[]>} */
  const taken = Object.fromEntries(CONTESTANTS.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of CONTESTANTS) {
      const before = taken[name].at(-1);
      taken[name].push(before === null || (before !== undefined && before > LONG) ? before : await seconds(name, graph));
    }
  }
  return {title: `${title}, ${graph.nodes.length} nodes, ${graph.edges.length} edges`, taken};
}

const graphs = quick ? {'a net': net([2, 4, 1])} : {'a net': net([2, 16, 16, 1]), 'a random graph': random(1000), 'a large net': net([20, 50, 40, 10]), 'a large random graph': random(10_000)};
const contests = [];
for (const [title, graph] of Object.entries(graphs)) contests.push(await contest(title, graph));
console.log(JSON.stringify(contests));
