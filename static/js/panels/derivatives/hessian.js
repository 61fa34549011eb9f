/** The Hessian as a matrix of squares, what its eigenvalues say, and its product with a vector. */
import {num, shapeOf} from '../../model/format.js';
import {title} from '../../model/run.js';
import {bendAlong, largest, vectorOf, wholeHessian} from '../../model/second.js';
import {flat, real} from '../../model/tensor.js';
import {h, setText} from '../../ui/dom.js';
import {gradient} from '../../ui/marks.js';
import {linkStyle} from '../../ui/sheets.js';
import {matrixGrid, scrolling} from '../matrix_grid.js';
import {among, choice, table} from './kit.js';

/** @typedef {import('../../model/types.js').Run} Run */
const DRAWN_MOST = 64;      // rows; the browser can't lay out the cells of more in time
const ROWS_MOST = 40;
const EIGENVALUES_MOST = 12;
const ALL = '';
const FIRST = '1';         // along the first number, until another vector is typed
const WORDS = /** @type {Record<string, string>} */ ({
  'positive definite': 'it bends up in every direction, like a bowl',
  'positive semidefinite': 'it bends up or not at all, like a trough',
  'negative definite': 'it bends down in every direction, like a dome',
  'negative semidefinite': 'it bends down or not at all, like a ridge',
  indefinite: 'it bends up along some directions and down along others, like a saddle',
  zero: 'it bends nowhere: straight in every direction',
  unknown: 'some second derivative is no finite number',
});

/** @param {any} ctx store, actions @returns {import('./second.js').Part} */
export function hessian({store, actions}) {
  const of = choice('Of', (within) => actions.setWay({within: within || null, vector: null})), matrix = h('div'), values = h('div'), product = h('div', {role: 'status'});
  const text = h('input', {class: 'way-text', type: 'text', spellcheck: 'false', autocomplete: 'off', 'aria-label': 'Vector v', placeholder: '1, 0, …', onchange: () => actions.setWay({vector: text.value.trim() || null})});
  const wrong = h('p', {class: 'way-note', role: 'status', hidden: true});
  const body = h('div', {class: 'way-columns'}, h('div', {class: 'way-wide'}, matrix), h('div', {class: 'way-wide'}, values, h('h3', {}, 'Hessian times a vector'), h('label', {class: 'way-choice'}, h('span', {}, 'v'), text), wrong, product));
  void linkStyle('/static/css/matrix.css');

  return {
    choices: [of.root], body,
    ask({ways}, run) {
      const names = Object.keys(run.reply.gradients), options = /** @type {[string, string][]} */ ([[ALL, 'every input'], ...names.map((name) => [name, name])]);
      const within = among(options, ways.within);
      of.list(options, within);
      if (!names.length) return null;
      if (document.activeElement !== text) text.value = ways.vector ?? '';
      const {vector, error} = vectorOf(ways.vector ?? FIRST, shapesOf(run.reply.gradients, within ? [within] : names));
      setText(wrong, error ?? '');
      wrong.hidden = error === null;
      return {...(within ? {wrt: [within]} : {}), ...(vector ? {vector} : {})};
    },
    show(reply, run) {
      matrix.replaceChildren(...matrixOf(reply, title(run.node(run.output))));
      values.replaceChildren(...spectrumOf(reply));
      const {vector} = vectorOf(store.get().ways.vector ?? FIRST, shapesOf(reply.gradient, Object.keys(reply.gradient)));
      product.replaceChildren(...(reply.product && vector ? productOf(reply, vector) : []));
    },
  };
}

/** @param {Record<string, any>} gradient @param {readonly string[]} names */
const shapesOf = (gradient, names) => Object.fromEntries(names.map((name) => [name, shapeOf(gradient[name])]));

/** @param {any} reply @param {string} out name of the output */
function matrixOf(reply, out) {
  if (!reply.hessian) return [h('p', {class: 'way-lead'}, `The whole matrix has ${reply.size.toLocaleString('en')} × ${reply.size.toLocaleString('en')} numbers, each row a pass of its own: that is too much to be made here. Choose one input above; the product with a vector needs no matrix.`)];
  if (reply.size > DRAWN_MOST) return [h('p', {class: 'way-lead'}, `${reply.size} × ${reply.size} numbers are more than are drawn; choose one input above. Up to ${DRAWN_MOST} rows are drawn.`)];
  const rows = reply.labels, all = wholeHessian(reply.hessian, reply.gradient);
  const said = h('p', {class: 'matrix-said', role: 'status'}, 'Point at a cell, or go from cell to cell with the arrow keys.');
  const nameOf = (/** @type {number} */ i, /** @type {number} */ j) => `∂²${out}/∂${rows[i]}∂${rows[j]}`;
  return [h('h3', {}, `Hessian, ${rows.length} × ${rows.length}`), scrolling(matrixGrid({
    label: `Hessian, ${rows.length} rows by ${rows.length} columns`, rows, columns: rows, matrix: all, hued: true, nameOf,
    went(i, j) {
      setText(said, `${nameOf(i, j)} = ${num(all[i][j])}`);
      return [];
    },
  })), said];
}

/** @param {any} reply */
function spectrumOf({eigenvalues, definiteness, tolerance}) {
  if (definiteness === null) return [];
  const word = h('p', {class: 'way-lead'}, `${definiteness[0].toUpperCase()}${definiteness.slice(1)}: ${WORDS[definiteness]}.`);
  if (!eigenvalues) return [word];
  const ends = eigenvalues.length > EIGENVALUES_MOST ? [...eigenvalues.slice(0, EIGENVALUES_MOST / 2), null, ...eigenvalues.slice(-EIGENVALUES_MOST / 2)] : eigenvalues;
  const list = h('ul', {class: 'eigenvalues', 'aria-label': `Eigenvalues, ${eigenvalues.length}`}, ...ends.map((/** @type {any} */ each) => h('li', {}, each === null ? `… ${eigenvalues.length - ends.length + 1} more …` : gradient(real(each)))));
  return [word, h('h3', {}, eigenvalues.length > 1 ? 'Eigenvalues' : 'Eigenvalue'), list, h('p', {class: 'way-off'}, `Closer to 0 than ${num(real(tolerance))} counts as 0: that is rounding.`)];
}

/** @param {any} reply @param {Record<string, any>} vector */
function productOf(reply, vector) {
  const v = flat(Object.values(vector)), hv = flat(real(Object.values(reply.product))), g = flat(real(Object.values(reply.gradient)));
  const names = reply.labels.length === v.length ? reply.labels : v.map((_, i) => `[${i}]`), along = bendAlong(vector, reply.product);
  const shown = largest([...v.keys()], ROWS_MOST, (i) => Math.abs(hv[i]));
  const rows = shown.map((i) => h('tr', {}, h('th', {scope: 'row'}, names[i]), h('td', {}, gradient(g[i])), h('td', {class: 'num'}, num(v[i])), h('td', {}, gradient(hv[i]))));
  return [
    h('p', {class: 'way-lead'}, 'vᵀHv = ', gradient(along), along > 0 ? ': along v it bends up.' : along < 0 ? ': along v it bends down.' : along === 0 ? ': along v it does not bend.' : '.'),
    table('The Hessian times v', [['', ''], ['gradient', ''], ['v', ''], ['Hv', '']], rows),
    ...(shown.length < v.length ? [h('p', {class: 'way-note'}, `The ${shown.length} largest of ${v.length.toLocaleString('en')} numbers.`)] : []),
  ];
}
