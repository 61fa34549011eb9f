/** Labelled Jacobians of the chosen outputs by the chosen inputs, a matrix for each pair. */
import {shapeText} from '../../model/format.js';
import {cellName} from '../../model/matrix.js';
import {bracketed, title} from '../../model/run.js';
import {isSummary, real} from '../../model/tensor.js';
import {h} from '../../ui/dom.js';
import {nodeOptions} from './kit.js';
import {figureOf} from './jacobian_figure.js';
import {pickedOf, picks, readPicked, writePicked} from './picked.js';

/** @typedef {import('../../model/types.js').Run} Run */
const SHOWN_AT_FIRST = 4;
const ELEMENTS = 4096;

/** @param {any} ctx actions @param {(cell: import('./jacobians.js').Cell, run: Run) => void} pointed @returns {import('./jacobians.js').Part} */
export function blocks({actions}, pointed) {
  const of = picks('Of', (values) => actions.setWay({outputs: writePicked(values)})), by = picks('By', (values) => actions.setWay({inputs: writePicked(values)})), body = h('div', {class: 'jacobian-blocks'});

  return {
    choices: [of.root, by.root], body,
    ask({ways}, run) {
      const nodes = nodeOptions(run, readPicked(ways.outputs)), names = variablesOf(run), outputs = pickedOf(ways.outputs, nodes, [run.output]), inputs = pickedOf(ways.inputs, names, Object.keys(run.reply.gradients).slice(0, SHOWN_AT_FIRST));
      of.list([...nodes].reverse(), outputs);
      by.list(names, inputs);
      return inputs.length ? {outputs, wrt: inputs, max_elements: ELEMENTS} : 'Nothing is differentiated by: the program has no input.';
    },
    show(reply, run) {
      body.replaceChildren(...reply.blocks.map((/** @type {any} */ block) => blockOf(block, run, pointed)));
    },
  };
}

/** Inputs first, then what has a name of its own. @param {Run} run @returns {[string, string][]} */
function variablesOf(run) {
  const inputs = Object.keys(run.reply.gradients), known = new Set(inputs);
  const named = run.asked?.detail === 'scalar' ? [] : run.nodes.filter(({name, kind}) => name && kind !== 'constant' && !known.has(name)).map(({name}) => String(name));
  return [...inputs, ...new Set(named)].map((name) => [name, name]);
}

/** @param {any} block @param {Run} run @param {(cell: import('./jacobians.js').Cell, run: Run) => void} pointed */
function blockOf(block, run, pointed) {
  const out = bracketed(title(run.node(block.output))), matrix = real(block.matrix), name = `∂${out}/∂${block.input}`;
  if (isSummary(matrix)) return h('section', {}, h('h3', {}, name), h('p', {class: 'way-note'}, `${shapeText(matrix.shape)} numbers are too many to be drawn.`));
  const rows = block.rows.map((/** @type {string} */ _, /** @type {number} */ i) => cellName(out, block.output_shape, i));
  const source = run.nodes.findLast((node) => node.name === block.input) ?? run.nodes.find((node) => node.name?.startsWith(`${block.input}[`));
  const columns = block.columns.map((/** @type {string} */ label) => label.replaceAll('][', ','));
  return figureOf({
    name, rows, columns, matrix,
    pointed: (i, j, entry) => pointed({
      source: sourceOf(run, columns[j]) ?? source?.id ?? block.output, target: block.output, column: columns[j],
      row: cellName(block.output, block.output_shape, i), entry,
    }, run),
  });
}

/** In single numbers each has a node of its own. @param {Run} run @param {string} label */
const sourceOf = (run, label) => run.nodes.findLast(({name}) => name === label)?.id;
