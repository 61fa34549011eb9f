/** Where numbers stopped being finite: the chain from the first node on, and formulas that stay finite, applied by a button. */
import {title} from '../../model/run.js';
import {coded, mathName, sentence} from '../../ui/marks.js';
import {h} from '../../ui/dom.js';
import {followRun, noteLine, pointsAt, table} from './kit.js';

/** @typedef {import('../../model/types.js').Run} Run */
/** @typedef {{phase: 'forward'|'backward', node: string, origin: boolean, edges: string[], kinds: string, why: string}} Step */

/** @param {HTMLElement} root @param {any} ctx store, actions, client, toast @returns {() => void} */
export function mount(root, ctx) {
  const note = noteLine(), body = h('div');
  root.replaceChildren(note, body);

  /** @param {any} reply @param {Run} run */
  function show(reply, run) {
    if (reply.finite) return body.replaceChildren(h('p', {class: 'way-lead'}, '✓ Every value and every gradient is a finite number.'));
    const rest = reply.left_out ? h('p', {class: 'way-note'}, `and ${reply.left_out} steps more`) : null;
    body.replaceChildren(first(reply, run), ...repairs(reply, ctx), h('h3', {}, 'What it touched'), chain(reply.trail, run, ctx.actions), ...(rest ? [rest] : []));
  }

  const leave = followRun(ctx, {path: '/diagnose', ask: () => ({}), show, note});
  return () => {
    leave();
    ctx.actions.trace(null);
  };
}

/** @param {any} reply @param {Run} run */
function first({first: start, non_finite: count}, run) {
  const where = start?.span ? `Line ${start.span.line}, column ${start.span.column}. ` : '';
  return h('p', {class: 'way-lead'}, h('b', {}, where), ...(start ? coded(sentence(start.why)) : []), ` ${count} number${count === 1 ? '' : 's'} of output and gradients ${count === 1 ? 'is' : 'are'} not finite.`);
}

/** @param {any} reply @param {any} ctx */
function repairs({rewrites, all}, {actions, toast}) {
  if (!rewrites.length) return [h('p', {class: 'way-note'}, 'No formula that stays finite is known for this one.')];
  const apply = (/** @type {string} */ program, /** @type {string} */ done) => h('button', {type: 'button', class: 'tool way-apply', onclick() {
    actions.write(program);
    toast(`${done} Undo brings the old one back.`);
  }}, 'Apply');
  const offers = rewrites.map((/** @type {any} */ each) => h('li', {}, h('b', {}, each.title), ': ', h('code', {}, each.before), ' → ', h('code', {}, each.text), ` ${left(each)} `, apply(each.program, `${each.title}: the program is changed.`), h('p', {class: 'way-note'}, sentence(each.why))));
  const together = all ? h('p', {}, `All of them together: ${left(all)} `, apply(all.program, 'All of them are applied.')) : null;
  return [h('h3', {}, 'The same, kept finite'), h('ul', {class: 'way-offers'}, ...offers), ...(together ? [together] : [])];
}

/** @param {{finite: boolean, non_finite: number}} after */
const left = ({finite, non_finite: count}) => (finite ? '✓ then all is finite.' : `then ${count} number${count === 1 ? '' : 's'} ${count === 1 ? 'is' : 'are'} still not finite.`);

/** @param {Step[]} trail @param {Run} run @param {any} actions */
function chain(trail, run, actions) {
  const rows = trail.filter(({node}) => run.has(node)).map((step) => {
    const row = h('tr', {}, h('td', {}, step.phase), h('th', {scope: 'row'}, mathName(title(run.node(step.node)))), h('td', {class: 'num'}, step.kinds), h('td', {class: 'way-words'}, step.origin ? h('b', {}, 'starts here: ') : '', ...coded(step.why)));
    return /** @type {HTMLTableRowElement} */ (pointsAt(row, actions, {nodes: [step.node, ...step.edges.flatMap((id) => id.replace(/\.\d+$/, '').split('>'))], edges: step.edges}));
  });
  return table('The chain of numbers that are not finite', [['Pass', ''], ['Node', ''], ['Is', ''], ['Because', '']], rows);
}
