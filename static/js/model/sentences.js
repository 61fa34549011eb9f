/** What each stop says, short, present tense, node first; and the same for the ear. */
import {brief, factor, listText, num, spoken, sumText} from './format.js';
import {isBlocked, TERMS_MOST} from './plan.js';
import {title} from './run.js';
import {isScalar, isZero} from './tensor.js';

/** @typedef {import('./types.js').Run} Run */
/** @typedef {import('./types.js').RunEdge} RunEdge */
/** @typedef {import('./types.js').Stop} Stop */
/** @typedef {import('./plan.js').Plan} Plan */
/** @typedef {import('./plan.js').Arrival} Arrival */

/** @param {Run} run @param {Plan} plan @param {Stop} stop @returns {string} */
export function sentence(run, plan, stop) {
  const names = stop.nodes.map((id) => title(run.node(id)));
  switch (stop.kind) {
    case 'start': return 'Nothing is computed yet.';
    case 'evaluate': return listText(stop.nodes.map((id) => `${title(run.node(id))} = ${brief(run.node(id).value)}`));
    case 'seed': return `${names[0]} starts the way back with ${brief(run.node(run.output).grad)}: its derivative by itself.`;
    case 'multiply': return multiplies(run, stop, names);
    case 'sum': return clauses(leadFirst(stop).map((id) => received(run, plan, id, stop.index))) + whyNothing(run, stop);
  }
}

/** @param {Run} run @param {Stop} stop @param {string[]} names */
function multiplies(run, stop, names) {
  if (stop.edges.length > 1) {
    const one = names.length === 1, whole = stop.edges.some((id) => run.edge(id).local === null);
    return whole ? `${listText(names)} ${one ? 'pulls its gradient' : 'pull their gradients'} back, once along each edge.`
      : `${listText(names)} ${one ? 'multiplies' : 'multiply'}: upstream × local, once for each edge.`;
  }
  const {upstream, local, contribution} = run.edge(stop.edges[0]);
  return isScalar(upstream) && isScalar(local) && isScalar(contribution)
    ? `${names[0]} multiplies: ${num(upstream)} × ${factor(local)} = ${num(contribution)}`
    : `${names[0]} pulls its gradient back to ${title(run.node(run.edge(stop.edges[0]).source))}.`;
}

/** Two clauses, and how many more. @param {string[]} all */
const clauses = (all) => (all.length > 3 ? [...all.slice(0, 2), `and ${all.length - 2} more`] : all).join('; ');

/** @param {Stop} stop */
const leadFirst = (stop) => [...stop.nodes].sort((a, b) => Number(b === stop.current) - Number(a === stop.current));

/** Where the gradient stopped, when a level receives nothing but zeros. @param {Run} run @param {Stop} stop */
function whyNothing(run, stop) {
  const edges = stop.edges.map((id) => run.edge(id));
  if (!edges.every(({contribution}) => isZero(contribution))) return '';
  const places = [...new Set(edges.map((edge) => stoppedAt(run, edge)).filter((place) => place !== null))].map((id) => title(run.node(id)));
  const whose = places.length > 1 ? 'their local derivatives are' : 'its local derivative is';
  return places.length ? `. The gradient stopped at ${listText(places)}: ${whose} 0.` : '';
}

/** The node at whose gate a zero began, going back towards the output. @param {Run} run @param {RunEdge} from @returns {string|null} */
function stoppedAt(run, from) {
  /** @type {RunEdge|undefined} */
  let edge = from;
  while (edge) {
    if (!isZero(edge.upstream)) return isBlocked(edge) ? edge.target : null;
    edge = run.users(edge.target).find(({contribution}) => isZero(contribution));
  }
  return null;
}

/** "x sums: 0.5 + 1.511 = 2.011", "y receives 0.2291". @param {Run} run @param {Plan} plan @param {string} id @param {number} stop */
function received(run, plan, id, stop) {
  const all = plan.arrivals.get(id) ?? [], here = all.filter((arrival) => arrival.stop <= stop);
  const name = title(run.node(id));
  if (run.node(id).kind === 'scope') return receivedInside(run.node(id), here.length, all.length);
  const terms = here.map((arrival) => arrival.edge.contribution);
  const first = isScalar(terms[0]) ? num(terms[0]) : `a ${brief(terms[0] ?? null)}`;
  if (here.length < 2) return `${name} receives ${first}${here.length < all.length ? `, ${here.length} of ${all.length}` : ''}`;
  if (!terms.every(isScalar)) return `${name} sums ${here.length} arrays`;
  const total = here.length === all.length ? run.node(id).grad : terms.reduce((sum, term) => sum + term, 0);
  if (terms.length > TERMS_MOST) return `${name} sums ${terms.length} contributions: ${brief(total)}`;
  return `${name} sums: ${sumText(terms)} = ${brief(total)}`;
}

/** A box sums nothing: what arrives goes to different nodes in it. @param {import('./types.js').RunNode} node @param {number} here @param {number} all */
function receivedInside({name, grad, box}, here, all) {
  if (here < all) return `${name} receives gradient, ${here} of ${all}`;
  return `${name} receives gradient; inside, its ${box?.nodes} nodes have ‖·‖ = ${brief(grad)}`;
}

/** The transport's value text: "backward 7 of 9: x += 1.511". @param {Run} run @param {import('./types.js').Timeline} line @param {number} t */
export function valueText(run, line, t) {
  const stop = line.stops[Math.round(t)];
  if (stop.kind === 'start') return 'start: nothing computed yet';
  const lane = stop.phase === 'forward' ? 'forward' : 'backward';
  const of = lane === 'forward' ? line.turn - 1 : line.length - line.turn + 1;
  return `${lane} ${stop.number} of ${of}: ${deed(run, stop)}`;
}

/** @param {Run} run @param {Stop} stop */
function deed(run, stop) {
  const names = stop.nodes.map((id) => title(run.node(id)));
  if (stop.kind === 'seed') return `${names[0]} = ${brief(run.node(run.output).grad)}, the seed`;
  if (stop.kind === 'multiply') return `${listText(names)} ${names.length === 1 ? 'multiplies' : 'multiply'}`;
  if (stop.kind === 'evaluate') return listText(stop.nodes.map((id) => `${title(run.node(id))} = ${brief(run.node(id).value)}`));
  const boxes = stop.nodes.filter((id) => run.node(id).kind === 'scope').map((id) => `into ${title(run.node(id))}`);
  const sums = stop.edges.filter((id) => run.node(run.edge(id).source).kind !== 'scope').map((id) => `${title(run.node(run.edge(id).source))} += ${brief(run.edge(id).contribution)}`);
  return few([...sums, ...boxes]);
}

/** @param {string[]} all */
const few = (all) => (all.length > 4 ? [...all.slice(0, 3), `and ${all.length - 3} more`] : all).join(', ');

/** "Backward, step 6 of 9", "Backward, finished". @param {import('./types.js').Timeline} line @param {Stop} stop */
export function heading(line, stop) {
  if (stop.kind === 'start') return 'Before the first step';
  if (stop.index === line.length && stop.phase !== 'forward') return 'Backward, finished';
  return stop.phase === 'forward' ? `Forward, step ${stop.number} of ${line.turn - 1}` : `Backward, step ${stop.number} of ${line.length - line.turn + 1}`;
}

/** What the live region says at a stop. @param {Run} run @param {import('./types.js').Timeline} line @param {Stop} stop */
export function spokenStop(run, line, stop) {
  if (stop.kind !== 'sum') return `${heading(line, stop)}. ${stop.say}`;
  const nodes = leadFirst(stop).slice(0, 3).map((id) => spokenSum(run, line.plan, id, stop.index));
  return `${heading(line, stop)}. ${nodes.join('; ')}`;
}

/** @param {Run} run @param {Plan} plan @param {string} id @param {number} stop */
function spokenSum(run, plan, id, stop) {
  const here = (plan.arrivals.get(id) ?? []).filter((arrival) => arrival.stop <= stop);
  const node = run.node(id);
  if (node.kind === 'scope') return receivedInside(node, here.length, plan.arrivals.get(id)?.length ?? 0);
  return `${title(run.node(id))}, gradient so far from ${listText(here.map(({edge}) => `${title(run.node(edge.target))}: ${brief(edge.contribution, spoken)}`), 4)}`;
}

/** "x, value 0.25, gradient 2.011, sum of 0.5 from x² and 1.511 from x·y". @param {Run} run @param {string} id */
export function spokenNode(run, id) {
  const node = run.node(id), terms = run.users(id).filter((edge) => edge.contribution !== null && run.node(edge.target).backLevel >= 0);
  const value = `${title(node)}, value ${brief(node.value, spoken)}`;
  if (node.box) return spokenBox(node);
  if (node.grad === null) return value;
  const gradient = `${value}, gradient ${brief(node.grad, spoken)}`;
  if (terms.length === 0) return gradient;
  const from = listText(terms.map((edge) => `${brief(edge.contribution, spoken)} from ${title(run.node(edge.target))}`), 6);
  return `${gradient}, ${terms.length > 1 ? 'sum of ' : ''}${from}`;
}

/** "layer 1, folded, 20 nodes, value 0.98, norm of the gradients inside 1.53". @param {import('./types.js').RunNode} node */
export function spokenBox({name, box, value, grad}) {
  const gradients = grad === null ? 'no gradients inside' : `norm of the gradients inside ${brief(grad, spoken)}`;
  return `${name}, folded, ${box?.nodes} nodes, value ${brief(value, spoken)}, ${gradients}`;
}
