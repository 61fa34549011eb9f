/** An elementwise op beside its derivative, with the points where its numbers stand now. */
import {title} from '../../model/run.js';
import {real} from '../../model/tensor.js';
import {createPlot} from '../../ui/plot.js';
import {h} from '../../ui/dom.js';
import {among, choice, nodeOptions} from './kit.js';

/** @typedef {import('../../model/types.js').Run} Run */

/** @param {(node: string) => void} chosen @returns {{root: HTMLElement, list: (run: Run, wanted: string|undefined) => string, show: (op: any, run: Run) => void, destroy: () => void}} */
export function createActivation(chosen) {
  const which = choice('Op', chosen);
  const plot = createPlot({name: 'An op and its derivative', x: {label: 'operand'}, y: {label: 'value'}});
  const root = h('section', {class: 'activation', hidden: true}, h('h3', {}, 'An op beside its derivative'), which.root, plot.root);
  return {
    root,
    list(run, wanted) {
      const options = nodeOptions(run, wanted ? [wanted] : [], (node) => node.kind === 'op' && run.operands(node.id).filter(({contribution}) => contribution !== null).length === 1 && isElementwise(run, node.id));
      which.list(options, among(options, wanted));
      root.hidden = options.length === 0;
      return options.length ? which.select.value : '';
    },
    show(op, run) {
      if (!op) return;
      const x = op.x.map(real), live = op.live.map((/** @type {any[]} */ each) => each.map(real)).sort((/** @type {number[]} */ a, /** @type {number[]} */ b) => a[0] - b[0]);
      plot.show([
        {label: op.op, x, y: broken(op.values, op.value_breaks), width: 2}, {label: 'its derivative', x, y: broken(op.slopes, op.slope_breaks), dash: [6, 4]},
        {label: 'here', x: live.map((/** @type {number[]} */ each) => each[0]), y: live.map((/** @type {number[]} */ each) => each[1]), width: 0},
        {label: 'slope here', x: live.map((/** @type {number[]} */ each) => each[0]), y: live.map((/** @type {number[]} */ each) => each[2]), width: 0, tone: 'ink2'},
      ], {x: {label: title(run.node(run.operands(op.node)[op.slot].source))}});
    },
    destroy: plot.destroy,
  };
}

/** Whether each number of the result comes from one number of its operand. @param {Run} run @param {string} id */
function isElementwise(run, id) {
  const node = run.node(id), moving = run.operands(id).find(({contribution}) => contribution !== null);
  return moving !== undefined && JSON.stringify(run.node(moving.source).shape) === JSON.stringify(node.shape) && (moving.local !== null || node.shape.length === 0);
}

/** Values with a gap after each break. @param {any[]} values @param {number[]} breaks */
function broken(values, breaks) {
  const found = values.map(real);
  for (const i of breaks) found[i] = NaN;
  return found;
}
