/** Jacobians along a chain of nodes, multiplied out: each factor, the product so far, and what either order costs. */
import {shapeText} from '../../model/format.js';
import {chainCosts} from '../../model/second.js';
import {cellName} from '../../model/matrix.js';
import {bracketed, title} from '../../model/run.js';
import {isSummary, real} from '../../model/tensor.js';
import {waysBetween} from '../../model/ways.js';
import {h} from '../../ui/dom.js';
import {mathName} from '../../ui/marks.js';
import {figureOf} from './jacobian_figure.js';
import {nodeOptions} from './kit.js';
import {pickedOf, picks, readPicked, writePicked} from './picked.js';

/** @typedef {import('../../model/types.js').Run} Run */
const USUAL_MOST = 5;       // nodes of the chain that is shown first

/** @param {any} ctx actions @param {(cell: import('./jacobians.js').Cell, run: Run) => void} pointed @returns {import('./jacobians.js').Part} */
export function chain({actions}, pointed) {
  const along = picks('Chain', (values) => actions.setWay({chain: writePicked(values)})), body = h('div', {class: 'jacobian-blocks'}), lead = h('div');

  return {
    choices: [along.root], body: h('div', {}, lead, body),
    ask({ways}, run) {
      const first = usual(run), options = nodeOptions(run, [...readPicked(ways.chain), ...first]), chosen = inOrder(run, pickedOf(ways.chain, options, first));
      along.list(options, chosen);
      return chosen.length > 1 ? {chain: chosen} : 'A chain has two nodes or more: add one.';
    },
    show({chain: {nodes, factors, complete}}, run) {
      lead.replaceChildren(...told(nodes, complete, run));
      body.replaceChildren(...factors.flatMap((/** @type {any} */ factor, /** @type {number} */ i) => [
        matrix(factor, factor.source, factor.matrix, `J${subscript(i + 1)} =`, run, pointed),
        ...(i ? [matrix(factor, nodes[0], factor.product, `${factors.slice(0, i + 1).map((/** @type {any} */ _, /** @type {number} */ k) => `J${subscript(k + 1)}`).reverse().join(' ')} =`, run, pointed)] : []),
      ]));
    },
  };
}

/** One factor, or the product up to it. @param {any} factor @param {string} source @param {any} wire @param {string} lead @param {Run} run @param {(cell: import('./jacobians.js').Cell, run: Run) => void} pointed */
function matrix(factor, source, wire, lead, run, pointed) {
  const numbers = real(wire), [from, to] = [source, factor.target].map((id) => bracketed(title(run.node(id)))), name = `${lead} ∂${to}/∂${from}`;
  if (isSummary(numbers)) return h('section', {}, h('h3', {}, name), h('p', {class: 'way-note'}, `${shapeText(numbers.shape)} numbers are too many to be drawn.`));
  const margin = (/** @type {string} */ id, /** @type {string} */ as) => Array.from({length: sizeOf(run, id)}, (_, i) => cellName(as, run.node(id).shape, i));
  const columns = margin(source, from), rows = margin(factor.target, to);
  return figureOf({
    name, rows, columns, matrix: numbers,
    pointed: (i, j, entry) => pointed({source, target: factor.target, column: margin(source, source)[j], row: margin(factor.target, factor.target)[i], entry}, run),
  });
}

/** What the product is, and why nobody builds it. @param {readonly string[]} nodes @param {boolean} complete @param {Run} run */
function told(nodes, complete, run) {
  const sizes = nodes.map((id) => sizeOf(run, id)), {left, right} = chainCosts(sizes), ends = [nodes[nodes.length - 1], nodes[0]].map((id) => mathName(title(run.node(id))));
  const factors = sizes.slice(1).map((size, i) => `${size}×${sizes[i]}`).reverse().join(' · '), times = (/** @type {number} */ n) => `${n.toLocaleString('en')} multiplication${n === 1 ? '' : 's'}`;
  const count = nodes.length > 2 ? `From the left ${times(left)}, from the right ${times(right)}. ` : '';
  return [
    h('p', {class: 'way-lead'}, 'J = ', nodes.slice(1).map((_, i) => `J${subscript(i + 1)}`).reverse().join(' '), ` (${factors})`, complete ? ' is ∂' : ' is not all of ∂', ends[0], '/∂', ends[1], complete ? ': every way leads through all of these nodes.' : ': other ways lead past these nodes.'),
    h('p', {class: 'way-note'}, count, `A backward pass begins at the left, with a row of ${sizes[sizes.length - 1] === 1 ? 'one number' : 'the output'}: row × matrix stays a row. It takes each product from the edges and never builds a J.`),
  ];
}

/** Numbers in a node. @param {Run} run @param {string} id */
const sizeOf = (run, id) => run.node(id).shape.reduce((product, n) => product * n, 1);

/** From the source on. @param {Run} run @param {readonly string[]} ids */
const inOrder = (run, ids) => [...ids].sort((a, b) => run.node(a).index - run.node(b).index);

/** Along one way from the first input to the output, its ends and nodes evenly between. @param {Run} run @returns {string[]} */
function usual(run) {
  const source = run.nodes.find(({kind}) => kind === 'input');
  const way = (source && waysBetween(run, source.id, run.output)[0]) ?? [];
  if (way.length <= USUAL_MOST) return way;
  return Array.from({length: USUAL_MOST}, (_, i) => way[Math.round((i * (way.length - 1)) / (USUAL_MOST - 1))]);
}

const DIGITS = '₀₁₂₃₄₅₆₇₈₉';
/** @param {number} n */
const subscript = (n) => [...String(n)].map((digit) => DIGITS[Number(digit)]).join('');
