/** The story of an edge: its three factors. */
import {explainEdge} from '../../model/explain.js';
import {sizeText} from '../../model/format.js';
import {isBundle, title, wholeOf} from '../../model/run.js';
import {isScalar} from '../../model/tensor.js';
import {heading, quiet} from './node.js';
import {arithmetic, box, caption, formula, gradient, name, slope} from './parts.js';

/** @param {import('../../model/types.js').Run} run @param {import('../../model/types.js').Frame} frame @param {string} id @returns {{top: HTMLElement, below: Node[]}} */
export function edgeStory(run, frame, id) {
  const {edge, factors, source, target, kind, tex} = explainEdge(run, id), state = frame.edges.get(id)?.state;
  const words = isBundle(edge) ? [quiet('It crosses the border of a folded scope: open that to see each local derivative.')]
    : [caption('Local derivative'), box('div', 'story-equation', tex ? formula(tex) : name(slope(title(target), title(source))))];
  const top = box('section', 'story-top', heading(`${title(target)} → ${title(source)}`, kind), box('div', 'story-value', ...words));
  if (factors.contribution === null) return {top, below: [quiet('No gradient flows here: the operand is not differentiated.')]};
  if (state === 'idle' || state === 'forward') return {top, below: [quiet('Not reached yet.')]};
  if (isBundle(edge)) return {top, below: [caption('Contributions'), ...bundle(run, edge)]};
  if (factors.local === null) return {top, below: [caption('Pulled back'), quiet(`${target.shape.length ? sizeText(target.shape) : 'a number'} becomes ${source.shape.length ? sizeText(source.shape) : 'a number'}.`)]};
  const column = arithmetic(
    [{value: factors.upstream, gradient: true, word: 'upstream'}, {op: '×', value: factors.local, word: 'local'}],
    {value: factors.contribution, gradient: true, word: factors.stopped ? 'passes on' : 'contribution'},
  );
  const stopped = factors.stopped ? [box('p', 'story-quiet', 'The local derivative is 0 here, so nothing passes on to ', name(title(source)), '.')] : [];
  return {top, below: [caption(factors.stopped ? 'Stopped here' : 'Multiply'), column, ...stopped]};
}

const SHOWN = 12;

/** What each edge of a bundle carries. @param {import('../../model/types.js').Run} run @param {import('../../model/types.js').RunEdge} edge @returns {Node[]} */
function bundle(run, {bundle: ids = []}) {
  const whole = wholeOf(run), label = (/** @type {string} */ id) => name(title(whole.node(id)));
  const rows = ids.slice(0, SHOWN).flatMap((id) => {
    const {source, target, contribution} = whole.edge(id);
    return [box('span', '', label(target), ' → ', label(source)), isScalar(contribution) ? gradient(contribution) : box('span', 'story-kind', contribution === null ? 'none' : 'an array')];
  });
  return [box('div', 'story-paths', ...rows), ...(ids.length > SHOWN ? [quiet(`and ${ids.length - SHOWN} more`)] : [])];
}
