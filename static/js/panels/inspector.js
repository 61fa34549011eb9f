/** The story of one node or edge: of what is hovered, else pinned, else at work. */
import {explain} from '../model/explain.js';
import {long, num} from '../model/format.js';
import {wholeOf} from '../model/run.js';
import {spokenNode} from '../model/sentences.js';
import {frameAt, timeline} from '../model/timeline.js';
import {isAbout} from '../model/cells.js';
import {arrayBelow, arrayTop} from './story/array.js';
import {cellStory} from './story/cell.js';
import {deedsOf, doDeed} from './story/deeds.js';
import {edgeStory} from './story/edge.js';
import {below, top} from './story/node.js';
import {box, renew} from './story/parts.js';
import {scopeBelow, scopeTop} from './story/scope.js';

/** @typedef {import('../model/types.js').Run} Run */
/** @typedef {import('../model/types.js').Frame} Frame */
/** @typedef {{node?: string|null, edge?: string|null, cell?: number[]|null}} Subject */

const APART = 1e-4; // central differences agree much better than this, but at a point without a derivative
const WATCHED = ['run', 't', 'hovered', 'pinned', 'held', 'anatomy', 'told', 'opened'];

/**
 * @param {HTMLElement} root
 * @param {{store: any, actions?: any, toast?: (text: string) => void}} ctx
 * @returns {() => void} unmount
 */
export function mount(root, {store, actions, toast}) {
  root.classList.add('story');
  const body = box('div', 'story-body'), foot = box('div', 'story-foot'), grip = makeGrip(root);
  body.tabIndex = 0;
  body.setAttribute('role', 'group');
  root.replaceChildren(grip.root, body, foot);
  let shown = '', scrolled = false;
  body.addEventListener('scroll', () => { scrolled = body.scrollTop > 0; }, {passive: true});

  function update() {
    const {run: newest, t, hovered, pinned, held, anatomy, told, opened} = store.get();
    if (!newest) return empty();
    const follows = !named(newest, hovered) && !named(newest, pinned);
    const chosen = named(newest, hovered) ?? named(newest, pinned);
    // During a drag a cell is told as of the run that its parts are of: never old terms under a new sum.
    const about = chosen?.node && chosen.cell && isAbout(anatomy, newest, chosen.node, chosen.cell) ? anatomy : null;
    const run = about?.run ?? newest, frame = frameAt(run, timeline(run), t);
    const subject = chosen ?? {node: frame.current ?? run.output};
    const key = `${keyOf(run, frame, subject, follows)} ${held !== null} ${about === null} ${told?.node === subject.node} ${opened}`;
    if (key === shown && body.dataset.run === identity(run)) return;
    shown = key;
    body.dataset.run = identity(run);
    const story = tell(run, frame, subject, follows, about, (key) => actions?.setFold(key, true));
    const deeds = deedsOf(run, subject, opened);
    if (deeds) story.top.append(deeds);
    body.setAttribute('aria-label', story.spoken);
    renew(body, [story.top, box('div', 'story-line'), box('section', 'story-below', ...story.below)]);
    // New numbers of the same subject stay where they were scrolled to; to ask where that is would cost a layout.
    if (scrolled && body.dataset.subject !== story.subject) body.scrollTop = 0;
    body.dataset.subject = story.subject;
    // A drag asks for no check: its place is kept.
    foot.replaceChildren(...(story.foot.length || !held ? story.foot : [box('p', '', 'Checked when you let go.')]));
  }

  function empty() {
    shown = '';
    body.replaceChildren();
    foot.replaceChildren();
  }

  const leave = WATCHED.map((field) => store.subscribe((/** @type {any} */ state) => state[field], update));
  const copying = (/** @type {MouseEvent} */ event) => void copy(event, toast);
  const doing = (/** @type {MouseEvent} */ event) => doDeed(event, actions);
  root.addEventListener('click', copying);
  root.addEventListener('click', doing);
  document.fonts?.ready.then(() => { shown = ''; update(); });
  update();
  return () => {
    for (const each of leave) each();
    root.removeEventListener('click', copying);
    root.removeEventListener('click', doing);
    grip.stop();
    root.replaceChildren();
  };
}

/** A subject that this run still has. @param {Run} run @param {Subject|null} subject @returns {Subject|null} */
function named(run, subject) {
  if (subject?.node && run.has(subject.node)) return subject;
  return subject?.edge && run.hasEdge(subject.edge) ? subject : null;
}

/** @type {WeakMap<Run, string>} */
const identities = new WeakMap();
let runs = 0;

/** @param {Run} run */
function identity(run) {
  let known = identities.get(run);
  if (!known) identities.set(run, known = String(++runs));
  return known;
}

/** What the text depends on: it is set anew when this changes, not at every tick. @param {Run} run @param {Frame} frame @param {Subject} subject @param {boolean} follows */
function keyOf(run, frame, subject, follows) {
  const edges = subject.node ? [...run.users(subject.node), ...run.operands(subject.node)].map((edge) => edge.id) : [String(subject.edge)];
  const states = edges.map((id) => { const state = frame.edges.get(id); return `${state?.state}${state?.column?.shownRows ?? ''}`; });
  const state = subject.node ? frame.nodes.get(subject.node) : null;
  const works = follows ? frame.stop.index : '';
  return [subject.node, subject.edge, subject.cell, follows, works, state?.gradState, state?.pips.filter((pip) => pip.filled).length, states].join(' ');
}

/** @param {Run} run @param {Frame} frame @param {Subject} subject @param {boolean} follows
 * @param {import('../model/cells.js').Anatomy|null} about @param {(key: string) => void} open opens a scope */
function tell(run, frame, subject, follows, about, open) {
  if (subject.edge && !subject.node) {
    const edge = run.edge(subject.edge);
    return {...edgeStory(run, frame, subject.edge), subject: subject.edge, foot: footOf(explain(run, edge.source)), spoken: `Edge ${edge.id}`};
  }
  const id = String(subject.node), story = explain(run, id), isArray = story.node.shape.length > 0;
  const told = {subject: `${id} ${subject.cell ?? ''}`, foot: footOf(story), spoken: spokenNode(run, id)};
  if (story.node.box) return {...told, top: scopeTop(run, story.node, open), below: scopeBelow(run, frame, story.node)};
  const whole = wholeOf(run); // a story looks into boxes
  if (isArray && subject.cell) return {...told, ...cellStory(whole, frame, id, subject.cell, about)};
  if (isArray) return {...told, top: arrayTop(story), below: arrayBelow(whole, frame, story)};
  return {...told, top: top(story), below: below(whole, frame, story, follows)};
}

/** Notes about the node, then the gradient check. @param {import('../model/explain.js').Story} story */
function footOf({notes, check}) {
  const lines = notes.filter((note) => !check.text.includes(note)).map((note) => box('p', '', note));
  if (check.state === 'none') return lines;
  if (check.state === 'undefined') return [...lines, box('p', '', check.text)];
  const {numbers} = check;
  if (check.state === 'ok' && numbers && numbers.gap > APART * Math.max(1, Math.abs(numbers.reverse))) {
    return [...lines, box('p', '', box('b', '', 'At a kink'), `: taken ${num(numbers.reverse)}, between the slopes on either side; central difference ${num(numbers.numeric)}`)];
  }
  if (check.state === 'ok') {
    const digits = numbers ? [': ', box('span', 'num', long(numbers.numeric))] : [];
    return [...lines, box('p', '', box('b', '', '✓ Checked'), ` ${check.text}`, ...digits)];
  }
  const gap = numbers ? [`: reverse ${long(numbers.reverse)}, central difference ${long(numbers.numeric)}, gap ${long(numbers.gap)}`] : [`. ${check.text}`];
  return [...lines, box('p', '', box('b', '', '✗ Not confirmed'), ...gap)];
}

/** @param {MouseEvent} event @param {((text: string) => void)|undefined} toast */
async function copy(event, toast) {
  const target = /** @type {Element} */ (event.target).closest('[data-full]');
  const digits = target instanceof HTMLElement ? target.dataset.full : undefined;
  if (digits === undefined) return;
  try {
    await navigator.clipboard.writeText(digits);
    toast?.(`Copied ${digits}`);
  } catch {
    toast?.(digits); // no clipboard here: show all digits instead
  }
}

/** In a narrow page the story is a strip that can be drawn up. @param {HTMLElement} root */
function makeGrip(root) {
  const grip = box('button', 'story-grip');
  grip.setAttribute('type', 'button');
  const abort = new AbortController(), {signal} = abort;
  const set = (/** @type {boolean} */ tall) => {
    root.dataset.tall = String(tall);
    grip.setAttribute('aria-expanded', String(tall));
    grip.setAttribute('aria-label', tall ? 'Less of the explanation' : 'More of the explanation');
  };
  let from = 0, moved = 0;
  grip.addEventListener('pointerdown', (event) => { from = event.clientY; moved = 0; grip.setPointerCapture(event.pointerId); }, {signal});
  grip.addEventListener('pointermove', (event) => { if (grip.hasPointerCapture(event.pointerId)) moved = from - event.clientY; }, {signal});
  grip.addEventListener('click', () => set(Math.abs(moved) > 12 ? moved > 0 : root.dataset.tall !== 'true'), {signal});
  set(false);
  return {root: grip, stop: () => abort.abort()};
}
