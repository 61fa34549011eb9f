/** Finds nodes by what is written on them: a name that is the text first, then those that begin with it, then the rest. */
import {access} from './access.js';

/** @typedef {import('./types.js').Run} Run */

/** @type {{signature: string, names: string[], texts: string[]}|null} */
let latest = null;

/** In small letters; kept for the last structure, as a person types letter by letter. @param {Run} run */
function written(run) {
  if (latest?.signature !== run.signature) {
    const {count, name, label, op} = access(run), names = [], texts = [];
    for (let i = 0; i < count; i += 1) {
      const own = (name(i) ?? label(i)).toLowerCase();
      names.push(own);
      texts.push(`${own} ${label(i)} ${op(i)}`.toLowerCase());
    }
    latest = {signature: run.signature, names, texts};
  }
  return latest;
}

/** @param {Run} run  a whole one @param {string} text @param {number} most @returns {string[]} ids of nodes, the best first */
export function search(run, text, most) {
  const wanted = text.trim().toLowerCase(), {names, texts} = written(run), {id} = access(run);
  const ranks = /** @type {number[][]} */ ([[], [], []]);
  if (!wanted) return [];
  for (let i = 0; i < names.length && ranks[0].length < most; i += 1) {
    const own = names[i], rank = own === wanted ? 0 : own.startsWith(wanted) ? 1 : 2;
    if (ranks[rank].length < most && (rank < 2 || texts[i].includes(wanted))) ranks[rank].push(i);
  }
  return ranks.flat().slice(0, most).map(id);
}

/** Every node that has the text somewhere. @param {Run} run @param {string} text @returns {string[]} */
export function allWith(run, text) {
  const wanted = text.trim().toLowerCase(), {texts} = written(run), {id} = access(run);
  const found = [];
  for (let i = 0; i < texts.length; i += 1) if (texts[i].includes(wanted)) found.push(id(i));
  return found;
}
