/** Names in TeX: one-letter names (with an index) are italic, longer ones upright, so that `loss` never reads as a product. */

/** @type {Record<string, string>} */
const GREEK = {alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', epsilon: 'ε', eta: 'η', theta: 'θ', lambda: 'λ', mu: 'μ', rho: 'ρ', sigma: 'σ', tau: 'τ', phi: 'φ', omega: 'ω'};
const LETTER = /^(\p{L}\p{M}*)(?:_?(\d+))?$/u;

/** A variable's name in TeX. @param {string} name @returns {string} */
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
