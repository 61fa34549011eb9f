/** The help sheet: how to read the picture, and every key. */
import {GRAPH_KEYS} from '../render/graph.js';
import {h} from '../ui/dom.js';
import {PAGE_KEYS} from '../ui/keys.js';

const READ = [
  ['Above the line, forward; below the line, backward.', 'Each card shows its value above the line and its gradient, ∂output/∂node, below. The bar is the gradient’s size on a log scale from 10⁻⁸ to 10⁴.'],
  ['Filled is positive, hollow is negative.', 'Triangles, bars, wires and array cells alike; colour only repeats it.'],
  ['The wire changes at the gate.', 'A wire brings the upstream gradient to its gate, which multiplies it by the local derivative; what leaves is the contribution. A gate of ×0 lets nothing pass.'],
  ['Contributions sum at the card.', 'A node that is used more than once adds up what comes back along each wire.'],
];

/** @param {HTMLDialogElement} root @param {any} _ctx @returns {() => void} */
export function mount(root, _ctx) {
  root.replaceChildren(
    h('div', {class: 'sheet-head'}, h('h2', {id: 'help-title'}, 'How to read this page'), h('button', {class: 'tool', type: 'button', onclick: () => root.close()}, 'Close')),
    h('dl', {class: 'sheet-list'}, ...READ.flatMap(([term, text]) => [h('dt', {}, term), h('dd', {}, text)])),
    h('h3', {}, 'Keys'), keys([...PAGE_KEYS, ...GRAPH_KEYS]),
    h('h3', {}, 'Programs'), h('p', {}, 'Python as in a notebook (NumPy, PyTorch, JAX, micrograd), or as in a book: x², 2x, √x, |x|, e^x, σ(z). A number that a name is bound to is an input with a slider.'),
    h('p', {}, h('a', {href: '/docs'}, 'The API'), ' answers with the same numbers as JSON.'));
  const outside = (/** @type {MouseEvent} */ event) => { if (event.target === root) root.close(); };
  root.addEventListener('click', outside);
  return () => {
    root.removeEventListener('click', outside);
    root.replaceChildren();
  };
}

/** @param {{keys: string, does: string}[]} table */
const keys = (table) => h('dl', {class: 'sheet-keys'}, ...table.flatMap(({keys: names, does}) => [h('dt', {}, ...names.split(' ').flatMap((key) => [h('kbd', {}, key), ' '])), h('dd', {}, does)]));
