/** Module worker: one request in, one layout (or one error) out. */
import {nested} from './nested.js';

self.addEventListener('message', ({data}) => {
  const {ticket, request} = data;
  try {
    self.postMessage({ticket, layout: nested(request)});
  } catch (error) {
    self.postMessage({ticket, error: error instanceof Error ? error.message : String(error)});
  }
});
