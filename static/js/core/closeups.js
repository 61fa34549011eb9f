/** Keeps what is known of the chosen cell, and of the Jacobian that is open, up to date with the run. */
import {toldOf} from '../model/cells.js';
import {createLookup} from './lookup.js';
import {chosenCell} from './selectors.js';

export const TERMS_ASKED = 512;

/** @param {{store: import('./store.js').Store, client: import('../api/client.js').Client, actions: import('./actions.js').Actions}} page @returns {() => void} ends it */
export function followCloseups({store, client, actions}) {
  const cells = createLookup({
    post: (body) => client.post('/cell', body),
    answered({run, body}, {reply, error}) {
      actions.setAnatomy({run, node: String(body.node), cell: /** @type {number[]} */ (body.cell), told: reply && toldOf(reply), error});
    },
  });
  const matrices = createLookup({
    post: (body) => client.post('/jacobian', body),
    answered: ({run, key}, {reply, error}) => actions.setMatrix({run, key, within: reply?.within ?? null, error}),
  });

  function look() {
    const {run, jacobian} = store.get(), cell = chosenCell(store.get());
    cells.wish(run?.asked && cell ? {run, key: `${cell.node}[${cell.cell}]`, body: {...run.asked, ...cell, max_terms: TERMS_ASKED}} : null);
    matrices.wish(run?.asked && jacobian ? {run, key: JSON.stringify(jacobian), body: {...run.asked, ...jacobian}} : null);
  }

  const leave = store.subscribe(({run, hovered, pinned, jacobian}) => [run, hovered, pinned, jacobian], look);
  look();
  return leave;
}
