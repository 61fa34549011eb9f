/** What the parts of the net view share: the net's reply on the page, one example of it alone, answers kept up to date. */
import {createLookup} from '../../core/lookup.js';
import {buildRun, wholeOf} from '../../model/run.js';
import {real} from '../../model/tensor.js';
import {h, setText} from '../../ui/dom.js';

/** @typedef {import('../../model/types.js').Run} Run */
/** @typedef {import('../../core/state.js').State} State */
/**
 * @typedef {object} Layer  of the reply of /backprop to a net; rows of z, a, delta are examples
 * @property {string} name @property {string} type @property {string|null} activation
 * @property {number[]} takes @property {number[]} gives @property {string[]} parameters
 * @property {{z: string, a: string}} names @property {number} units
 * @property {any} z @property {any} a @property {any} delta
 * @property {number|string|null} grad_norm @property {number|string|null} delta_norm @property {number|string|null} activation_norm
 * @property {number} saturated @property {number} dead @property {number[]} saturated_units @property {number[]} dead_units
 */
/** @typedef {{code: string, layer: string|null, cause: string, remedy: string, change: Record<string, unknown>}} Finding */
/** @typedef {{run: Run, layers: Layer[], health: Finding[], network: any, loss: any}} NetRun */

/** The page's run where it is of a net, with what is known of its layers; null else. @param {State} state @returns {NetRun|null} */
export function netRun({net, run}) {
  if (!net || !run) return null;
  const whole = wholeOf(run), {layers, health, network, loss} = whole.reply;
  return network ? {run: whole, layers, health, network, loss} : null;
}

/** Runs with each new run of a net, and at once. @param {any} ctx @param {(found: NetRun|null) => void} show @returns {() => void} ends it */
export function followNet({store}, show) {
  const look = () => { if (store.get().tab === 'net') show(netRun(store.get())); };
  const leave = store.subscribe((/** @type {State} */ {run, tab, net}) => [run, tab, net === null], look);
  look();
  return leave;
}

/** Weights that differ from how the net draws them: trained ones, and those set by hand in the graph; null: none do. @param {State} state @returns {NonNullable<State['net']>['parameters']} */
export function weightsSet({net, overrides, run}) {
  const names = new Set((run && wholeOf(run).reply.network?.parameters) ?? []), own = Object.entries(overrides).filter(([name]) => names.has(name));
  return own.length ? {...net?.parameters, ...Object.fromEntries(own)} : net?.parameters ?? null;
}

/** The net that a run is of, as the API takes it: parameters that inputs override are in it. @param {Run} run @returns {Record<string, any>} */
export function networkAsked(run) {
  const {network = {}, inputs = {}} = run.asked ?? {}, names = new Set(run.reply.network?.parameters ?? []);
  const own = Object.entries(inputs).filter(([name]) => names.has(name));
  return own.length ? {...network, parameters: {...network.parameters, ...Object.fromEntries(own)}} : network;
}

/**
 * Keeps an answer about the page's net up to date with the run and with what was chosen.
 * @param {any} ctx store, client
 * @param {object} what
 * @param {string} what.path                                                         `/network/algorithm`
 * @param {(state: State, found: NetRun) => Record<string, unknown>|null} what.ask   what to add to `network`; null: nothing to ask
 * @param {(reply: any, run: Run) => void} what.show
 * @param {(error: string|null) => void} what.told                                   what is wrong; null: nothing
 * @returns {() => void} ends it
 */
export function followQuestion({store, client}, {path, ask, show, told}) {
  const lookup = createLookup({
    post: (body) => client.post(path, body),
    answered({run}, {reply, error}) {
      told(error);
      if (reply) show(reply, run);
    },
  });
  function look() {
    const state = store.get(), found = netRun(state);
    if (state.tab !== 'net') return;
    const asked = found?.run.asked ? ask(state, found) : null;
    lookup.wish(found && asked ? {run: found.run, key: JSON.stringify(asked), body: {network: networkAsked(found.run), ...asked}} : null);
  }
  const leave = store.subscribe((/** @type {State} */ {run, tab, ways}) => [run, tab, ways], look);
  look();
  return () => {
    lookup.wish(null);
    leave();
  };
}

/** A line that says what is wrong. @returns {{root: HTMLElement, tell: (error: string|null) => void}} */
export function errorLine() {
  const root = h('p', {class: 'way-note', role: 'status', hidden: true});
  return {root, tell(error) { setText(root, error ?? ''); root.hidden = !error; }};
}

/** The example that is looked at alone; null: all of them. @param {State} state @param {number} examples */
export function sampleOf({ways}, examples) {
  const wanted = Number(ways.sample);
  return ways.sample !== undefined && Number.isInteger(wanted) && wanted >= 0 && wanted < examples ? wanted : null;
}

/** How many examples the net's run is over. @param {NetRun} found */
export const examplesOf = ({network}) => /** @type {number} */ (network.data.samples);

/**
 * The run that is looked at: the page's, or one example's alone, asked as the same net with one row of its data.
 * @param {any} ctx @param {(run: Run, sample: number|null, found: NetRun) => void} show @param {(error: string|null) => void} told @returns {() => void} ends it
 */
export function followViewed(ctx, show, told) {
  const {store, client} = ctx;
  const lookup = createLookup({
    post: (body) => client.post('/backprop', body).then(buildRun),
    answered({run, key}, {reply, error}) {
      told(error);
      const found = netRun(store.get());
      if (reply && found && found.run === run) show(reply, Number(key), found);
    },
  });
  function look() {
    const state = store.get(), found = netRun(state);
    if (state.tab !== 'net' || !found) return;
    const sample = sampleOf(state, examplesOf(found));
    const network = networkAsked(found.run);
    lookup.wish(sample === null ? null : {run: found.run, key: String(sample), body: {network: {...network, data: {...network.data, rows: [sample]}}}});
    if (sample === null) {
      told(null);
      show(found.run, null, found);
    }
  }
  const leave = store.subscribe((/** @type {State} */ {run, tab, ways}) => [run, tab, ways.sample], look);
  look();
  return () => {
    lookup.wish(null);
    leave();
  };
}

/** A choice of one example, or all of them. @param {any} ctx @returns {{root: HTMLElement, update: (examples: number, sample: number|null) => void}} */
export function sampleChoice({actions}) {
  const number = h('input', {class: 'net-number num', type: 'number', min: 1, 'aria-label': 'Number of the example', oninput: () => {
    const wanted = Number(number.value);
    if (Number.isInteger(wanted) && wanted >= 1 && wanted <= Number(number.max)) actions.setWay({sample: String(wanted - 1)});
  }});
  const all = h('button', {type: 'button', class: 'tool', 'aria-pressed': 'true', onclick: () => actions.setWay({sample: null})});
  const one = h('button', {type: 'button', class: 'tool', 'aria-pressed': 'false', onclick: () => actions.setWay({sample: String(Math.max(0, Number(number.value || 1) - 1))})}, 'One example');
  const root = h('span', {class: 'net-sample', role: 'group', 'aria-label': 'Examples', hidden: true}, all, one, number);
  return {
    root,
    update(examples, sample) {
      root.hidden = examples < 2;
      setText(all, `All ${examples} examples`);
      all.setAttribute('aria-pressed', String(sample === null));
      one.setAttribute('aria-pressed', String(sample !== null));
      number.hidden = sample === null;
      number.max = String(examples);
      if (sample !== null && document.activeElement !== number) number.value = String(sample + 1);
    },
  };
}

/** A number of the reply, NaN and ∞ too; null stays. @param {unknown} value @returns {number|null} */
export const numberOf = (value) => (value === null || value === undefined ? null : /** @type {number} */ (real(/** @type {any} */ (value))));
