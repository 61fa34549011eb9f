/** What is wrong with the program, in words, and the one button that repairs it. */
import {mayTryAgain} from '../api/problems.js';
import {fixOf} from '../core/fixes.js';
import {missingInputs} from '../core/selectors.js';
import {coded, sentence} from '../ui/marks.js';
import {h} from '../ui/dom.js';

/** @typedef {import('../core/state.js').Problem} Problem */

/** @param {any} ctx store, actions @returns {{root: HTMLElement, close: () => void}} */
export function createProblems({store, actions}) {
  const root = h('div', {class: 'problems', role: 'alert', hidden: true});
  let said = '';

  // While someone types the same thing stays wrong for many answers: it is said once.
  function update() {
    const state = store.get(), missing = missingInputs(state);
    const next = JSON.stringify(state.problems);
    if (next === said) return;
    said = next;
    const firstMissing = state.problems.find(isMissing), shown = state.problems.filter((/** @type {Problem} */ each) => !isMissing(each) || each === firstMissing);
    root.replaceChildren(...shown.map((/** @type {Problem} */ each) => (each === firstMissing && missing.length ? missingLabel(state.problems, missing) : label(each))));
    root.hidden = !root.childElementCount;
  }

  /** @param {Problem} problem */
  function label(problem) {
    const {message, hint, span} = problem;
    return h('div', {class: 'problem'}, h('p', {}, place(span), ...coded(sentence(hint ? `${message} — ${hint}` : message))),
      fixButton(problem), mayTryAgain([problem]) && button('Try again', actions.retry));
  }

  /** @param {Problem[]} problems @param {string[]} missing */
  function missingLabel(problems, missing) {
    const own = problems.filter(isMissing), several = missing.length > 1;
    const names = missing.map((name) => `\`${name}\``).join(missing.length === 2 ? ' and ' : ', ');
    return h('div', {class: 'problem'}, h('p', {}, place(own[0].span), ...coded(`${names} ${several ? 'have' : 'has'} no value yet.`)),
      button(several ? 'Make them inputs, each 1' : `Make ${missing[0]} an input`, actions.giveMissing), own.length === 1 && fixButton(own[0]));
  }

  /** @param {Problem} problem */
  function fixButton(problem) {
    const fix = fixOf(problem, store.get().program);
    // The text may have moved on since the answer: the repair is made on what stands there when it is pressed.
    return fix && button(`Change to ${fix.word}`, () => {
      const now = fixOf(problem, store.get().program);
      if (now) actions.write(now.program);
    });
  }

  const leave = store.subscribe((/** @type {any} */ {problems}) => problems, update);
  update();
  return {root, close: leave};
}

/** @param {Problem} problem */
const isMissing = ({code}) => code === 'missing_input';

/** @param {Problem['span']} span */
const place = (span) => (span ? h('b', {}, `Line ${span.line}, column ${span.column}. `) : null);

/** @param {string} text @param {() => void} deed */
const button = (text, deed) => h('button', {type: 'button', class: 'problem-fix', onclick: deed}, text);
