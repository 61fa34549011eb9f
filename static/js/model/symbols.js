/** Names as mathematics: one-letter names (with an index) are italic, longer ones upright, so that `loss` never reads as a product. */

const GREEK = {alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', epsilon: 'ε', eta: 'η', theta: 'θ', lambda: 'λ', mu: 'μ', rho: 'ρ', sigma: 'σ', tau: 'τ', phi: 'φ', omega: 'ω'};
const WORD = /[\p{L}\p{M}_][\p{L}\p{M}\p{N}_]*/gu;
const LETTER = /^(\p{L}\p{M}*)(?:_?(\d+))?$/u;

/** @typedef {{text: string, style: 'italic'|'upright'|'sub'}} Piece */

/** A plain label in pieces to be set. @param {string} label @returns {Piece[]} */
export function pieces(label) {
  /** @type {Piece[]} */
  const out = [];
  let end = 0;
  for (const match of label.matchAll(WORD)) {
    const called = label[match.index + match[0].length] === '(';
    if (match.index > end) out.push({text: label.slice(end, match.index), style: 'upright'});
    out.push(...word(match[0], called));
    end = match.index + match[0].length;
  }
  if (end < label.length) out.push({text: label.slice(end), style: 'upright'});
  return out;
}

/** @param {string} text @param {boolean} called  a name before a bracket is a function's @returns {Piece[]} */
function word(text, called) {
  const letter = called ? null : text.match(LETTER);
  if (!letter) return [{text, style: 'upright'}];
  const [, stem, index] = letter;
  return index ? [{text: stem, style: 'italic'}, {text: index, style: 'sub'}] : [{text: stem, style: 'italic'}];
}

/** A variable's name in TeX. @param {string} name */
export function texName(name) {
  const cell = name.match(/^(.*?)(\[[\d, ]+\])$/);
  if (cell) return texName(cell[1]) + cell[2];
  const letter = name.match(LETTER);
  if (letter) return letter[2] ? `${letter[1]}_{${letter[2]}}` : letter[1];
  if (name in GREEK) return `\\${name}`;
  return `\\mathrm{${name.replace(/[_#$%&{}]/g, '\\$&')}}`;
}

/** ∂out/∂node in TeX; what is no plain name stands in brackets. @param {string} out @param {string} by */
export const texPartial = (out, by) => `\\frac{\\partial ${out}}{\\partial ${by}}`;
