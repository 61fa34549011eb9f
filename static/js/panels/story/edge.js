/** The story of an edge: its three factors. */
import {explainEdge} from '../../model/explain.js';
import {sizeText} from '../../model/format.js';
import {title} from '../../model/run.js';
import {heading, quiet} from './node.js';
import {arithmetic, box, caption, formula, name, slope} from './parts.js';

/** @param {import('../../model/types.js').Run} run @param {import('../../model/types.js').Frame} frame @param {string} id @returns {{top: HTMLElement, below: Node[]}} */
export function edgeStory(run, frame, id) {
  const {factors, source, target, kind, tex} = explainEdge(run, id), state = frame.edges.get(id)?.state;
  const top = box('section', 'story-top', heading(`${title(target)} → ${title(source)}`, kind),
    box('div', 'story-value', caption('Local derivative'), tex ? box('div', 'story-equation', formula(tex)) : box('div', 'story-equation', name(slope(title(target), title(source))))));
  if (factors.contribution === null) return {top, below: [quiet('No gradient flows here: the operand is not differentiated.')]};
  if (state === 'idle' || state === 'forward') return {top, below: [quiet('Not reached yet.')]};
  if (factors.local === null) return {top, below: [caption('Pulled back'), quiet(`${target.shape.length ? sizeText(target.shape) : 'a number'} becomes ${source.shape.length ? sizeText(source.shape) : 'a number'}.`)]};
  const column = arithmetic(
    [{value: factors.upstream, gradient: true, word: 'upstream'}, {op: '×', value: factors.local, word: 'local'}],
    {value: factors.contribution, gradient: true, word: factors.stopped ? 'passes on' : 'contribution'},
  );
  const stopped = factors.stopped ? [box('p', 'story-quiet', 'The local derivative is 0 here, so nothing passes on to ', name(title(source)), '.')] : [];
  return {top, below: [caption(factors.stopped ? 'Stopped here' : 'Multiply'), column, ...stopped]};
}
