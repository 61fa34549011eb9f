/** Module worker: has the client, does what it is told to, and hands over replies whole. */
import {createClient} from './client.js';
import {failureOf} from './problems.js';

const client = createClient();

self.addEventListener('message', ({data}) => (data.name === 'cancel' ? client.cancel() : run(data)));

/** @param {import('./courier.js').Order} order */
async function run({id, name, args}) {
  try {
    const reply = await /** @type {(...args: any[]) => Promise<any>} */ (client[name])(...args);
    self.postMessage({id, reply}, {transfer: reply instanceof ArrayBuffer ? [reply] : []});
  } catch (error) {
    self.postMessage({id, failure: failureOf(error)});
  }
}
