/** What can be done with what the story is about: unfold it, fold it back, see its Jacobian. */
import {openedAround} from '../../core/selectors.js';
import {flows, isBundle, title, wholeOf} from '../../model/run.js';
import {box} from './parts.js';

/** @typedef {import('../../model/types.js').Run} Run @typedef {{node?: string|null, edge?: string|null}} Subject */

/** @param {Run} run @param {Subject} subject @param {readonly string[]} opened @returns {HTMLElement|null} */
export function deedsOf(run, subject, opened) {
  const deeds = subject.node ? ofNode(run, subject.node, opened) : ofEdge(run, String(subject.edge));
  return deeds.length ? box('div', 'story-deeds', ...deeds) : null;
}

/** @param {Run} run @param {string} id @param {readonly string[]} opened */
function ofNode(run, id, opened) {
  const node = run.node(id), whole = wholeOf(run), around = run.asked?.detail === 'scalar' ? null : openedAround(opened, id);
  return [
    ...(node.opens ? [deed('Unfold', `Unfold ${title(node)} in place`, {unfold: node.opens})] : []),
    ...(around ? [deed('Fold', `Fold ${nameOf(whole, around)} again`, {fold: around})] : []),
    ...(node.box ? [] : jacobianOf(whole, whole.node(id))),
  ];
}

/** In the whole run: of what uses the node, at the first place where more than one number meets another; else of the output. @param {Run} run @param {import('../../model/types.js').RunNode} node */
function jacobianOf(run, node) {
  if (!run.hasArrays || node.grad === null) return [];
  if (node.id === run.output) {
    const into = run.operands(node.id).find(flows);
    return into ? [jacobian(run, into.source, node.id, {edge: into.id})] : [];
  }
  const edge = run.users(node.id).find((each) => flows(each) && run.node(each.target).shape.length);
  return [edge ? jacobian(run, node.id, edge.target, {edge: edge.id}) : jacobian(run, node.id, run.output, {source: node.id, target: run.output})];
}

/** Of a wire that stands for one edge. @param {Run} run @param {string} id */
function ofEdge(run, id) {
  const shown = run.edge(id), whole = wholeOf(run);
  if (isBundle(shown)) return [];
  const edge = shown.bundle ? whole.edge(shown.bundle[0]) : shown, {source, target} = edge;
  return flows(edge) && (whole.node(source).shape.length || whole.node(target).shape.length) ? [jacobian(whole, source, target, {edge: edge.id})] : [];
}

/** @param {Run} run @param {string} source @param {string} target @param {import('../../core/state.js').JacobianOf} of */
const jacobian = (run, source, target, of) => deed('Jacobian', `Jacobian of ${title(run.node(target))} by ${title(run.node(source))}`, {jacobian: JSON.stringify(of)});

/** @param {Run} run @param {string} id an unfolded node's result keeps its id, unless it is inside another one */
const nameOf = (run, id) => (run.has(id) ? title(run.node(id)) : 'it');

/** @param {string} text @param {string} label @param {Record<string, string>} data */
function deed(text, label, data) {
  const made = box('button', 'story-deed', text);
  made.setAttribute('type', 'button');
  made.setAttribute('aria-label', label);
  Object.assign(made.dataset, data);
  return made;
}

/** A click on one of these buttons. @param {Event} event @param {any} actions */
export function doDeed(event, actions) {
  const target = event.target instanceof Element ? event.target.closest('.story-deed') : null;
  if (!(target instanceof HTMLElement)) return;
  const {unfold, fold, jacobian: of} = target.dataset;
  if (unfold) actions.unfold(unfold);
  if (fold) actions.fold(fold);
  if (of) actions.showJacobian(JSON.parse(of));
}
