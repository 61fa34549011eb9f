/** The page: one store, the panels on it, its address, its keys. */
import {createCourier} from './api/courier.js';
import {createActions} from './core/actions.js';
import {followAddress, readAddress} from './core/address.js';
import {followCloseups} from './core/closeups.js';
import {INITIAL} from './core/state.js';
import {createStore} from './core/store.js';
import {pagePlayer} from './motion/page_player.js';
import {mount as mountExamples} from './panels/examples.js';
import {mount as mountFind} from './panels/find.js';
import {mount as mountHead} from './panels/head.js';
import {mount as mountHelp} from './panels/help.js';
import {mount as mountStory} from './panels/inspector.js';
import {mountLazily} from './panels/lazily.js';
import {mount as mountNotes} from './panels/notes.js';
import {mount as mountTransport} from './panels/transport.js';
import {mount as mountViews} from './panels/views.js';
import {mount as mountGraph} from './render/graph.js';
import {applyTheme, saveTheme, savedTheme} from './ui/theme.js';
import {byId, setText} from './ui/dom.js';
import {listenToKeys} from './ui/keys.js';
import {makeSplitters} from './ui/splitter.js';
import {createToasts} from './ui/toast.js';

const store = createStore({...INITIAL, theme: savedTheme()});
const client = createCourier();
const actions = createActions({store, client, saveTheme});
const player = pagePlayer({store, actions});
const toast = createToasts(byId('toasts'));
const ctx = {store, actions, client, player, toast};

applyTheme(store);
mountViews(byId('views'), ctx);
mountHead(byId('tools'), ctx);
mountFind(byId('tools'), ctx);
for (const name of ['editor', 'inputs']) import(`./panels/${name}.js`).then(({mount}) => mount(byId(name), ctx)).catch(() => {});
mountNotes(byId('notes'), ctx);
mountGraph(byId('graph'), ctx);
mountStory(byId('story'), ctx);
mountTransport(byId('transport'), ctx);
mountHelp(/** @type {HTMLDialogElement} */ (byId('help')), ctx);
mountLazily(({tab}) => tab === 'table', byId('table'), ctx, () => import('./panels/table.js'));
mountLazily(({jacobian}) => jacobian !== null, byId('matrix'), ctx, () => import('./panels/matrix.js'));
mountLazily(({tab}) => tab === 'derivatives', byId('derivatives'), ctx, () => import('./panels/derivatives.js'));
mountLazily(({tab}) => tab === 'net', byId('net'), ctx, () => import('./panels/net.js'));
followCloseups(ctx);
makeSplitters();
listenToKeys(ctx);
sayWhatIsMissing();
open();

async function open() {
  const examples = client.get('/examples').then(({examples: found}) => found).catch(() => []);
  const {patch, notice} = await readAddress();
  const first = patch.program === undefined ? (await examples)[0]?.program.trimEnd() ?? '' : patch.program;
  await actions.restore({...patch, program: first});
  if (notice) toast(notice);
  followAddress({store, actions, toast});
  mountExamples(byId('program-tools'), {...ctx, examples: await examples});
}

/** Offline, or without its libraries, the page says so. */
function sayWhatIsMissing() {
  const note = byId('head-note');
  const update = () => {
    const {status, lacking} = store.get();
    const text = status === 'offline' ? 'Offline. You can look, step and scrub; edits wait.' : lacking.includes('editor') ? 'The editor’s library is not here. A plain field takes its place.' : '';
    setText(note, text);
    note.hidden = !text;
  };
  store.subscribe(({status, lacking}) => [status, lacking], update);
  update();
}
