/** What repairs a program at one stroke: where the server suggests another name, that name in the place of the wrong one. */

/** @typedef {import('./state.js').Problem} Problem @typedef {import('../model/types.js').Span} Span */

/** @param {Problem} problem @param {string} program @returns {{word: string, program: string}|null} null: a person has to think */
export function fixOf({message, hint, span}, program) {
  const word = /did you mean `([^`]+)`/.exec(hint ?? '')?.[1], wrong = /^(?:import: )?(\.?[\p{L}_][\p{L}\p{N}_.]*)/u.exec(message)?.[1];
  if (!span || !word || !wrong) return null;
  const from = offset(program, span.line, span.column), text = program.slice(from, offset(program, span.end_line, span.end_column));
  const at = placeOf(text, wrong);
  return at < 0 ? null : {word, program: program.slice(0, from + at) + word + program.slice(from + at + wrong.length)};
}

/** Where a whole name stands in a text: an attribute the last time, anything else the first. @param {string} text @param {string} name */
function placeOf(text, name) {
  const escaped = name.replace(/\./g, '\\.');
  const found = [...text.matchAll(new RegExp(`${name.startsWith('.') ? '' : '(?<![\\p{L}\\p{N}_.])'}${escaped}(?![\\p{L}\\p{N}_])`, 'gu'))];
  return (name.startsWith('.') ? found.at(-1) : found[0])?.index ?? -1;
}

/** Columns count characters, a string counts UTF-16 units. @param {string} program @param {number} line @param {number} column */
export function offset(program, line, column) {
  const lines = program.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  return before + [...(lines[line - 1] ?? '')].slice(0, column - 1).join('').length;
}
