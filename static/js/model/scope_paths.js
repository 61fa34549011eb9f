/**
 * Where each node stands among the scopes: the path that the program gave it, but for what people look for elsewhere.
 * The output stands outside of all boxes; an input stands where it was given, not where it was first used; parameters
 * that several scopes share stand in a box of their owner ("model.layers[0].w" in "model", "layers[0]").
 */

import {access} from './access.js';

/** @typedef {import('./types.js').Run} Run @typedef {import('./access.js').Access} Access */

const LISTED_MOST = 8;  // entries of one list that stand about freely

/** @param {Run} run @returns {string[][]} by index */
export function scopePaths(run) {
  const all = access(run), paths = Array.from({length: all.count}, (_, i) => all.scope(i));
  const output = run.node(run.output).index;
  if (all.users(output).length === 0) paths[output] = [];
  const entries = countEntries(all);
  for (let i = all.count - 1; i >= 0; i -= 1) {
    if (all.kind(i) !== 'op' && i !== output) paths[i] = leafPath(all, i, paths, entries);
  }
  return paths;
}

/** @param {Access} all @param {number} i @param {string[][]} paths @param {Map<string, number>} entries */
function leafPath(all, i, paths, entries) {
  const isInput = all.kind(i) === 'input', name = all.name(i) ?? '', own = all.scope(i);
  const owner = isInput ? ownerOf(name) : [];
  if (isInput && owner.length === 0) return listPath(name, entries);
  const shared = all.users(i).map((user) => paths[user]).reduce(commonPath, own);
  return shared.length < own.length || own.length === 0 ? [...shared, ...owner] : shared;
}

/** @param {string[]} a @param {string[]} b */
function commonPath(a, b) {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length === a.length ? a : a.slice(0, length);
}

/** "model.layers[0].w[1]" belongs to "model", "layers[0]". @param {string} name */
const ownerOf = (name) => name.split('.').slice(0, -1);

/** The list that an entry is of: "W1" of "W1[0,1]". @param {string} name */
const listOf = (name) => (name.endsWith(']') ? name.slice(0, name.indexOf('[')) : '');

/** @param {Access} all @returns {Map<string, number>} how many entries each list has */
function countEntries(all) {
  const entries = new Map();
  for (let i = 0; i < all.count; i += 1) {
    const name = all.kind(i) === 'input' ? all.name(i) : null;
    const list = name && !name.includes('.') ? listOf(name) : '';
    if (list) entries.set(list, (entries.get(list) ?? 0) + 1);
  }
  return entries;
}

/** @param {string} name @param {Map<string, number>} entries */
function listPath(name, entries) {
  const list = listOf(name);
  return (entries.get(list) ?? 0) > LISTED_MOST ? [list] : [];
}
