/** Module worker: fetches what it is told to, and hands over replies whole. */

/** @type {Map<number, AbortController>} */
const under_way = new Map();

self.addEventListener('message', ({data: {id, url, options, abort}}) => {
  if (abort) under_way.get(id)?.abort();
  else run(id, url, options);
});

/** @param {number} id @param {string} url @param {RequestInit} options */
async function run(id, url, options) {
  const abort = new AbortController();
  under_way.set(id, abort);
  try {
    const response = await fetch(url, {...options, signal: abort.signal}), body = await response.arrayBuffer();
    self.postMessage({id, reply: {status: response.status, headers: [...response.headers], body}}, {transfer: [body]});
  } catch {
    self.postMessage({id, reply: null});
  }
  under_way.delete(id);
}
