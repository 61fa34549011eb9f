/**
 * Inputs as the program writes them: `t = 0.5`, `a = Value(-4.0, label="a")`, `W = [[1, 2], [3, 4]]`.
 * Only what a slider or a grid can write back is found; everything else belongs to the server's parser.
 */

/** @typedef {import('./state.js').Numbers} Numbers */
/** @typedef {{from: number, to: number, text: string, value: Numbers}} Literal  `from`, `to`: the numbers alone, in the program */

/** Calls that give the number that they are given: `Value(…)`, `nn.Parameter(torch.tensor(…))`; √2 is none. */
const CALL = /^(?:(?:\w+\.)*(?:Value|[tT]ensor|FloatTensor|as_tensor|Parameter|Variable|(?:as)?array|float(?:32|64)?)\(\s*)*/;
const NUMBER = /^[-+−]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/;
const AFTER = /^\s*(?:$|[#;,)\n])/;

/** @param {string} name */
const escaped = (name) => name.replace(/[$]/g, '\\$');

/** Whether the program uses this name at all. @param {string} program @param {string} name */
export function mentions(program, name) {
  return new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(name)}(?![\\p{L}\\p{N}_])`, 'u').test(program);
}

/**
 * The last plain binding of a name at the left margin.
 * @param {string} program @param {string} name @returns {Literal|null}
 */
export function literalOf(program, name) {
  const binding = new RegExp(`(?:^|\\n|;[ \\t]*)${escaped(name)}[ \\t]*(?::[^=\\n]*)?=(?!=)[ \\t]*`, 'gu');
  const found = [...program.matchAll(binding)].pop();
  if (!found) return null;
  const start = found.index + found[0].length;
  const from = start + (CALL.exec(program.slice(start))?.[0].length ?? 0);
  const to = from + lengthOf(program.slice(from));
  const text = program.slice(from, to), value = numbersIn(text);
  return value === null || !AFTER.test(program.slice(to)) ? null : {from, to, text, value};
}

/** How much of the text a number or a bracketed list takes. @param {string} text */
function lengthOf(text) {
  if (!text.startsWith('[')) return NUMBER.exec(text)?.[0].length ?? 0;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '[') depth += 1;
    else if (text[i] === ']') depth -= 1;
    if (depth === 0) return i + 1;
  }
  return 0;
}

/**
 * What an input is set to by now: the run on the page may be the answer to an older question. Undefined where the text
 * does not write it as a literal.
 * @param {{program: string, overrides: Record<string, Numbers>}} state @param {string} base @param {readonly number[]} [at] index into it
 * @returns {Numbers|undefined}
 */
export function setTo({program, overrides}, base, at = []) {
  const whole = overrides[base] ?? literalOf(program, base)?.value;
  return at.reduce((/** @type {Numbers|undefined} */ part, i) => (Array.isArray(part) ? part[i] : undefined), whole);
}

/** @param {string} text @returns {Numbers|null} */
function numbersIn(text) {
  const plain = text.replace(/−/g, '-').replace(/(\d)_(?=\d)/g, '$1').replace(/(^|[^\d])\.(\d)/g, '$10.$2').replace(/(\d)\.(?!\d)/g, '$1')
    .replace(/\+(?=\d)(?<![eE]\+)/g, '').replace(/,\s*\]/g, ']');
  try {
    const value = JSON.parse(plain);
    return isNumbers(value) ? value : null;
  } catch {
    return null;
  }
}

/** @param {unknown} value @returns {value is Numbers} */
export const isNumbers = (value) => typeof value === 'number' || (Array.isArray(value) && value.every(isNumbers));

/** A number or list as a program writes it. @param {Numbers} value @returns {string} */
export const written = (value) => (typeof value === 'number' ? writtenNumber(value) : `[${value.map(written).join(', ')}]`);

/** Floats keep their point, so that nothing turns into an integer power by accident. @param {number} x */
function writtenNumber(x) {
  if (Number.isNaN(x)) return 'nan';
  if (!Number.isFinite(x)) return x < 0 ? '-inf' : 'inf';
  return Number.isInteger(x) && Math.abs(x) < 1e15 ? `${x}.0` : String(x);
}

/**
 * The program with an input's new value in it: in its own place, or on a line of its own at the top when it has none.
 * @param {string} program @param {string} name @param {Numbers} value
 */
export function withLiteral(program, name, value) {
  const place = literalOf(program, name);
  if (!place) return `${name} = ${written(value)}\n${program}`;
  return program.slice(0, place.from) + written(value) + program.slice(place.to);
}

/**
 * Overrides that an edit leaves in force: whoever writes another number into the program means that number.
 * @param {string} before @param {string} after @param {Record<string, Numbers>} overrides
 */
export function surviving(before, after, overrides) {
  const kept = Object.entries(overrides).filter(([name]) => literalOf(before, name)?.text === literalOf(after, name)?.text);
  return kept.length === Object.keys(overrides).length ? overrides : Object.fromEntries(kept);
}
