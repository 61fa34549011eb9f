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

const WORDS = new Map(Object.entries({
  cdot: '·', times: '×', partial: '∂', pi: 'π', infty: '∞', top: 'ᵀ', odot: '⊙', left: '', right: '', quad: ' ', ',': ' ', ';': ' ', '!': '', sum: 'Σ', leq: '≤', geq: '≥', neq: '≠', lt: '<', gt: '>',
}));

/** A formula in plain text, for where it can't be typeset. @param {string} tex @returns {string} */
export function texText(tex) {
  let text = tex, before = '';
  while (text !== before) {
    before = text;
    text = text.replace(/\\(?:mathrm|operatorname|text|mathbf|boldsymbol|bar|hat)\*?\{([^{}]*)\}/g, '$1')
      .replace(/\\frac\{([^{}]*)\}\{([^{}]*)\}/g, (_, a, b) => `${grouped(a)}/${grouped(b)}`)
      .replace(/\\sqrt\{([^{}]*)\}/g, '√($1)')
      .replace(/[\^_]\{([^{}])\}/g, (whole, inner) => (whole[0] === '^' ? `^${inner}` : inner))
      .replace(/\^\{([^{}]*)\}/g, '^($1)').replace(/_\{([^{}]*)\}/g, '$1');
  }
  return text.replace(/\\([A-Za-z]+|[,;!])/g, (_, word) => WORDS.get(word) ?? (Object.hasOwn(GREEK, word) ? GREEK[word] : word))
    .replace(/[{}]/g, '').replace(/\^2/g, '²').replace(/\^3/g, '³').replace(/-/g, '−').replace(/\s+/g, ' ').trim();
}

/** @param {string} part */
const grouped = (part) => (/^[^\s+−-]*$/.test(part) ? part : `(${part})`);
