/** Names and short formulas as runs of type: one-letter names in mathematical italic, words upright, indices low, powers high. */

/** @typedef {{text: string, italic: boolean, level: 'base'|'sub'|'sup'}} Run */

const LOW = '₀₁₂₃₄₅₆₇₈₉';
const HIGH = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const HIGH_LETTERS = new Map([['⁻', '−'], ['⁺', '+'], ['ᵗ', 't'], ['ˣ', 'x'], ['ʸ', 'y'], ['ⁿ', 'n'], ['ᵀ', 'T'], ['ᵃ', 'a'], ['ᵇ', 'b'], ['ᶻ', 'z'], ['ᵘ', 'u'], ['ᵛ', 'v'], ['ᵏ', 'k'], ['⁽', '('], ['⁾', ')']]);
/** Without `xi`, which in programs is x with an index, beside `yi` and `wi`. */
const GREEK = new Map(Object.entries({
  alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', epsilon: 'ε', zeta: 'ζ', eta: 'η', theta: 'θ', kappa: 'κ', lambda_: 'λ', lam: 'λ', mu: 'μ', nu: 'ν',
  rho: 'ρ', sigma: 'σ', tau: 'τ', phi: 'φ', chi: 'χ', psi: 'ψ', omega: 'ω',
}));
const TOKEN = /([\p{Ll}\p{Lu}]\p{M}*[\p{Ll}\p{Lu}\p{M}\d_]*['′]*)|([₀-₉]+)|([⁰¹²³⁴-⁹⁻⁺⁽⁾ᵗˣʸⁿᵀᵃᵇᶻᵘᵛᵏ]+)|(\^\([^()]*\)|\^[\p{L}\d.]+)|(\d+(?:\.\d+)?)|(.)/gsu;

/**
 * @param {string} text plain text: "x1", "x·y", "sin(x·y)", "e^t", "x²"
 * @returns {Run[]}
 */
export function typeset(text) {
  const runs = /** @type {Run[]} */ ([]);
  const add = (/** @type {string} */ piece, /** @type {boolean} */ italic, /** @type {Run['level']} */ level) => {
    const last = runs[runs.length - 1];
    if (last && last.italic === italic && last.level === level) last.text += piece;
    else runs.push({text: piece, italic, level});
  };
  for (const [, word, low, high, power, number, other] of text.matchAll(TOKEN)) {
    if (word) addName(word, add);
    else if (low) add([...low].map((c) => String(LOW.indexOf(c))).join(''), false, 'sub');
    else if (high) for (const c of high) addHigh(c, add);
    else if (power) addPower(power, add);
    else add(number ?? (other === '-' ? '−' : other), false, 'base');
  }
  return runs;
}

/** @param {string} word @param {(text: string, italic: boolean, level: Run['level']) => void} add */
function addName(word, add) {
  const match = /^(\p{L}\p{M}*?|[a-z]+_?)_?(\d*)(['′]*)$/u.exec(word);
  const stem = match ? GREEK.get(match[1]) ?? match[1] : word;
  if (!match || [...stem.normalize('NFC')].length > 1) {
    add(word, false, 'base');
    return;
  }
  add(stem, true, 'base');
  if (match[2]) add(match[2], false, 'sub');
  if (match[3]) add('′'.repeat(match[3].length), false, 'base');
}

/** @param {string} c @param {(text: string, italic: boolean, level: Run['level']) => void} add */
function addHigh(c, add) {
  const digit = HIGH.indexOf(c);
  const letter = HIGH_LETTERS.get(c) ?? c;
  add(digit >= 0 ? String(digit) : letter, digit < 0 && /[a-z]/.test(letter), 'sup');
}

/** @param {string} power "^t", "^(-1)" @param {(text: string, italic: boolean, level: Run['level']) => void} add */
function addPower(power, add) {
  const inner = power.startsWith('^(') ? power.slice(2, -1) : power.slice(1);
  add(inner.replace('-', '−'), /^\p{L}$/u.test(inner), 'sup');
}

/** Mathematical italic letters (STIX has no italic face; these are its italics). @param {string} text */
export function mathItalic(text) {
  return [...text].map((c) => {
    if (c === 'h') return 'ℎ';
    const code = c.codePointAt(0) ?? 0;
    if (code >= 0x61 && code <= 0x7a) return String.fromCodePoint(0x1d44e + code - 0x61);
    if (code >= 0x41 && code <= 0x5a) return String.fromCodePoint(0x1d434 + code - 0x41);
    if (code >= 0x3b1 && code <= 0x3c9) return String.fromCodePoint(0x1d6fc + code - 0x3b1);
    return c;
  }).join('');
}
