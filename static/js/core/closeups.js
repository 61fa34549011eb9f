/** Keeps what is known of the chosen cell, of the Jacobian that is open, and of a large graph's chosen node, up to date with the run. */
import {toldOf} from '../model/cells.js';
import {lacksFormulas} from '../model/packed_run.js';
import {wholeOf} from '../model/run.js';
import {createLookup} from './lookup.js';
import {chosenCell, subject} from './selectors.js';

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

  const formulas = createLookup({
    post: (body) => client.post('/formulas', body),
    answered: ({run, body}, {reply}) => { if (reply) actions.takeFormulas(run, String(body.node), reply); },
  });

  /** @param {import('./state.js').State} state */
  function lookAt(state) {
    const {run} = state, node = subject(state), whole = run && wholeOf(run);
    const isWanted = whole && run.asked && node !== null && whole.has(node) && lacksFormulas(whole, node);
    formulas.wish(isWanted ? {run: whole, key: node, body: {...run.asked, node}} : null);
  }

  function look() {
    const {run, jacobian} = store.get(), cell = chosenCell(store.get());
    cells.wish(run?.asked && cell ? {run, key: `${cell.node}[${cell.cell}]`, body: {...run.asked, ...cell, max_terms: TERMS_ASKED}} : null);
    matrices.wish(run?.asked && jacobian ? {run, key: JSON.stringify(jacobian), body: {...run.asked, ...jacobian}} : null);
  }

  const leaves = [
    store.subscribe(({run, hovered, pinned, jacobian}) => [run, hovered, pinned, jacobian], look),
    store.subscribe((state) => [state.run, subject(state), state.held], () => { if (store.get().held === null) lookAt(store.get()); }),
  ];
  look();
  return () => leaves.forEach((leave) => leave());
}
