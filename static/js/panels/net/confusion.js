/** How many examples of each class are taken for which: the confusion matrix of the net as it is now. */
import {h, setText} from '../../ui/dom.js';
import {num} from '../../model/format.js';
import {noteLine} from '../derivatives/kit.js';
import {followWeights, transport} from './training/kit.js';

/** @param {HTMLElement} root @param {any} ctx store, client @returns {() => void} */
export function mount(root, ctx) {
  const bar = transport(ctx), note = noteLine(), body = h('div', {class: 'way-columns'});
  root.replaceChildren(bar.root, note, body);
  const asking = followWeights(ctx, {
    path: '/network/train', note,
    ask: (network) => ({network, steps: 0, stream: false, max_elements: 1, encoding: 'binary'}),
    show({confusion}) {
      if (!confusion) return body.replaceChildren(h('p', {class: 'way-note'}, 'This net meets numbers, so there are no classes to confuse.'));
      body.replaceChildren(...[['Training examples', confusion.train], ['Test examples', confusion.test]].filter(([, matrix]) => matrix).map(([title, matrix]) => tableOf(title, matrix)));
    },
  });
  return () => {
    asking.leave();
    bar.leave();
  };
}

/** @param {string} title @param {number[][]} matrix [class][taken for] */
function tableOf(title, matrix) {
  const all = matrix.flat().reduce((a, b) => a + b, 0), right = matrix.reduce((sum, row, i) => sum + row[i], 0);
  const said = h('p', {class: 'way-lead'});
  setText(said, `${right} of ${all} are right${all ? `, ${num(Number(((100 * right) / all).toFixed(1)))} %` : ''}.`);
  const rows = matrix.map((row, i) => h('tr', {}, h('th', {scope: 'row'}, `class ${i}`), ...row.map((count, j) => h('td', {class: 'num', 'data-hit': i === j}, String(count)))));
  const heads = [h('th', {scope: 'col'}, 'Is \\ taken for'), ...matrix.map((_, j) => h('th', {scope: 'col', class: 'end'}, `class ${j}`))];
  return h('div', {}, h('h3', {}, title), said, h('table', {class: 'way-table confusion'}, h('caption', {class: 'unseen'}, `Confusion matrix: ${title}`), h('thead', {}, h('tr', {}, ...heads)), h('tbody', {}, ...rows)));
}
