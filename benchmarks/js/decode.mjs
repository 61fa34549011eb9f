/** Seconds of the processor from a reply's bytes to the value and gradient of every node, round after round, as JSON: `node decode.mjs rounds name=file …`. */
import {readFileSync} from 'node:fs';
import {packedRun} from '../../static/js/model/packed_run.js';

const [rounds, ...named] = process.argv.slice(2);
const parsed = (bytes) => JSON.parse(new TextDecoder().decode(bytes));
const bufferOf = (bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
const floats = ({float64}) => new Float64Array(bufferOf(Buffer.from(float64, 'base64')));

/** Of functions from a node's place. The sum is that of all encodings, or something was read wrongly. */
const total = (count, value, grad) => {
  let sum = 0;
  for (let i = 0; i < count; i += 1) sum += value(i) + (grad(i) ?? 0);
  return sum;
};
const ofRun = (run, count) => total(count, run.columns.value, run.columns.grad);
const replies = named.map((each) => [each.slice(0, each.lastIndexOf('=')), readFileSync(each.slice(each.lastIndexOf('=') + 1))]);
const before = packedRun(bufferOf(new Map(replies).get('packed, first')));
const count = before.columns.structure.count;

const WAYS = {
  rows(bytes) {
    const {nodes} = parsed(bytes);
    return total(count, (i) => nodes[i].value, (i) => nodes[i].grad);
  },
  columns(bytes) {
    const {value, grad} = parsed(bytes).nodes;
    return total(count, (i) => value[i], (i) => grad[i]);
  },
  binary(bytes) {
    const {nodes} = parsed(bytes), value = floats(nodes.value), grad = floats(nodes.grad), {sizes} = nodes.grad;
    let at = 0;
    return total(count, (i) => value[i], (i) => (sizes && sizes[i] < 0 ? null : grad[at++]));
  },
  'packed, first': (bytes) => ofRun(packedRun(bufferOf(bytes)), count),
  'packed, structure known': (bytes) => ofRun(packedRun(bufferOf(bytes), before), count),
};

/** Of the processor, for one call among as many as fill a twentieth of a second: what else the machine does is not counted. @param {() => void} work */
function secondsOf(work) {
  const before = process.cpuUsage();
  for (let calls = 1; ; calls += 1) {
    work();
    const {user, system} = process.cpuUsage(before);
    if (user + system > 5e4) return (user + system) / 1e6 / calls;
  }
}

const taken = Object.fromEntries(replies.map(([name]) => [name, []]));
const sums = replies.map(([name, bytes]) => WAYS[name](bytes));
if (sums.some((sum) => !(Math.abs(sum - sums[0]) <= 1e-9 * Math.abs(sums[0])))) throw new Error(`encodings: they hold other numbers, ${sums}`);
for (let round = 0; round < Number(rounds); round += 1) {
  for (const [name, bytes] of replies) {
    taken[name].push(secondsOf(() => WAYS[name](bytes)));
  }
}
console.log(JSON.stringify(taken));
