/** The net to take away: a program that needs nothing of this page, or the weights as a file. */
import {networkOf} from '../../core/runner.js';
import {h, setText} from '../../ui/dom.js';
import {linkStyle} from '../../ui/sheets.js';
import {among, choice, choices, noteLine} from '../derivatives/kit.js';
import {followWeights} from './training/kit.js';

const FORMATS = /** @type {[string, string][]} */ ([['numpy', 'Program in NumPy'], ['torch', 'Program in PyTorch'], ['json', 'Weights as JSON'], ['npz', 'Weights as npz'], ['safetensors', 'Weights as safetensors']]);
const SHOWN = 20_000;       // letters

/** @param {HTMLElement} root @param {any} ctx store, actions, client, toast @returns {() => void} */
export function mount(root, ctx) {
  void linkStyle('/static/css/training.css');
  const {actions, store, toast, client} = ctx, note = noteLine(), told = h('p', {class: 'way-lead'}), text = h('pre', {class: 'export-text', tabindex: 0, 'aria-label': 'The file’s text'});
  const format = choice('Format', (value) => actions.setWay({exportas: value}));
  const copy = h('button', {type: 'button', class: 'tool way-apply', onclick: () => void copied().catch(failed)}, 'Copy'), save = h('button', {type: 'button', class: 'tool way-apply', onclick: () => void saved().catch(failed)}, 'Download');
  root.replaceChildren(choices(format.root, copy, save), note, told, text);
  format.list(FORMATS, 'numpy');

  const wanted = () => among(FORMATS, store.get().ways.exportas);
  /** The file of the weights as they are at this moment. @returns {Promise<any>} */
  const fetched = () => client.post('/network/export', {network: networkOf(store.get().net), format: wanted()});

  const failed = () => toast('That did not work. The text below can be copied by hand.');

  async function copied() {
    const file = await fetched();
    await navigator.clipboard.writeText(file.text);
    toast('Copied.');
  }

  async function saved() {
    const file = await fetched(), bytes = file.text ?? Uint8Array.from(atob(file.base64), (letter) => letter.charCodeAt(0));
    const link = h('a', {href: URL.createObjectURL(new Blob([bytes])), download: file.name});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href));
  }

  /** @param {any} file */
  function show(file) {
    const size = file.text?.length ?? Math.floor((file.base64.length * 3) / 4);
    setText(told, `${file.name}, about ${size.toLocaleString('en')} bytes, with the weights as they are now.`);
    copy.hidden = text.hidden = file.text === null;
    setText(text, file.text === null ? '' : file.text.length > SHOWN ? `${file.text.slice(0, SHOWN)}\n…` : file.text);
  }

  const asking = followWeights(ctx, {path: '/network/export', ask: (network) => { format.select.value = wanted(); return {network, format: wanted()}; }, show, note, place: text});
  return asking.leave;
}
