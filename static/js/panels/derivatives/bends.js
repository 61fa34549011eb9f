/** y = f(g): y″ = f″·g′² + f′·g″ at every composition, the two terms as bars on decades. */
import {factor, num} from '../../model/format.js';
import {title} from '../../model/run.js';
import {largest} from '../../model/second.js';
import {real} from '../../model/tensor.js';
import {h} from '../../ui/dom.js';
import {decadeRule, gradient, mathName} from '../../ui/marks.js';
import {among, choice, numberOptions, pointsAt, table} from './kit.js';

/** @typedef {import('../../model/types.js').Run} Run */
const ROWS_MOST = 40;
const HEADS = /** @type {[string, string][]} */ ([['Composition', ''], ['outer bend f″·g′²', ''], ['inner bend f′·g″', ''], ['y″, their sum', '']]);

/** @param {any} ctx actions @returns {import('./second.js').Part} */
export function bends({actions}) {
  const along = choice('Along', (variable) => actions.setWay({variable})), body = h('div');

  return {
    choices: [along.root], body,
    ask({ways}, run) {
      const options = numberOptions(run), variable = among(options, ways.variable);
      along.list(options, variable);
      return variable ? {variable, wrt: [variable.replace(/\[[\d,]+\]$/, '')]} : null;
    },
    show({terms, variable}, run) {
      if (!terms?.length) return body.replaceChildren(h('p', {class: 'way-lead'}, `Nothing on the way from ${variable ?? 'here'} to the output bends.`));
      const slopes = byNode(terms), whole = terms.at(-1);
      const shown = largest(terms, ROWS_MOST, (/** @type {any} */ term) => Math.abs(real(term.outer_bend)) + Math.abs(real(term.inner_bend)));
      const rest = terms.length > shown.length ? `The ${shown.length} largest of ${terms.length.toLocaleString('en')} compositions, in the program’s order.` : '';
      body.replaceChildren(
        h('p', {class: 'way-lead'}, 'd²', mathName(title(run.node(run.output))), '/d', mathName(variable), '² = ', gradient(real(whole.second)), '. Each composition y = f(g) bends by itself, and passes on what has bent before it.'),
        ...(rest ? [h('p', {class: 'way-note'}, rest)] : []),
        table('What bends at every composition', HEADS, shown.map((/** @type {any} */ term) => rowOf(term, slopes, run, actions))));
    },
  };
}

/** @param {any} term @param {Map<string, any[]>} slopes by node @param {Run} run @param {any} actions */
function rowOf(term, slopes, run, actions) {
  const inner = term.inner.filter((/** @type {string} */ id) => run.has(id)), name = run.has(term.node) ? title(run.node(term.node)) : term.name ?? term.op;
  const row = h('tr', {'data-node-row': term.node}, h('th', {scope: 'row'}, mathName(name)), ...factored(term, slopes), h('td', {}, gradient(real(term.second))));
  const edges = run.has(term.node) ? run.operands(term.node).filter(({source}) => inner.includes(source)).map(({id}) => id) : [];
  return /** @type {HTMLTableRowElement} */ (pointsAt(row, actions, {nodes: [term.node, ...inner], edges}));
}

/** @param {any[]} terms */
function byNode(terms) {
  const found = /** @type {Map<string, any[]>} */ (new Map());
  for (const term of terms) found.set(term.node, [...(found.get(term.node) ?? []), term]);
  return found;
}

/** Both terms; where they are products of numbers, their factors too: g′ is 1 at the variable itself. @param {any} term @param {Map<string, any[]>} terms by node, of an array one for each number */
function factored(term, terms) {
  const of = terms.get(term.inner[0]) ?? [], single = term.inner.length === 1 && terms.get(term.node)?.length === 1 && of.length < 2, [g] = of;
  const outer = single && term.outer_second !== null ? `${num(real(term.outer_second))} · (${num(real(g ? g.first : 1))})²` : '';
  const inner = single && term.outer_first !== null ? `${num(real(term.outer_first))} · ${factor(real(g ? g.second : 0))}` : '';
  return [barCell(real(term.outer_bend), outer), barCell(real(term.inner_bend), inner)];
}

/** @param {number} x @param {string} how */
function barCell(x, how) {
  const bar = decadeRule();
  bar.show(x);
  return h('td', {}, h('div', {class: 'bend'}, bar.root, gradient(x)), how && h('div', {class: 'way-off'}, how));
}
