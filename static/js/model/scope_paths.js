/**
 * Where each node stands among the scopes: the path that the program gave it, but for what people look for elsewhere.
 * The output stands outside of all boxes; an input stands where it was given, not where it was first used; parameters
 * that several scopes share stand in a box of their owner ("model.layers[0].w" in "model", "layers[0]").
 */

/** @typedef {import('./types.js').Run} Run @typedef {import('./types.js').RunNode} RunNode */

const LISTED_MOST = 8;  // entries of one list that stand about freely

/** @param {Run} run @returns {string[][]} by index */
export function scopePaths(run) {
  const paths = run.nodes.map((node) => node.scope);
  const output = run.node(run.output);
  if (run.users(output.id).length === 0) paths[output.index] = [];
  const entries = countEntries(run);
  for (let i = run.nodes.length - 1; i >= 0; i -= 1) {
    const node = run.nodes[i];
    if (node.kind !== 'op' && node.id !== run.output) paths[i] = leafPath(run, node, paths, entries);
  }
  return paths;
}

/** @param {Run} run @param {RunNode} node @param {string[][]} paths @param {Map<string, number>} entries */
function leafPath(run, node, paths, entries) {
  const users = run.users(node.id).map((edge) => paths[run.node(edge.target).index]);
  const owner = node.kind === 'input' ? ownerOf(node.name ?? '') : [];
  if (node.kind === 'input' && owner.length === 0) return listPath(node.name ?? '', entries);
  const shared = users.reduce(commonPath, node.scope);
  return shared.length < node.scope.length || node.scope.length === 0 ? [...shared, ...owner] : shared;
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

/** @param {Run} run @returns {Map<string, number>} how many entries each list has */
function countEntries(run) {
  const entries = new Map();
  for (const {kind, name} of run.nodes) {
    const list = kind === 'input' && name && !name.includes('.') ? listOf(name) : '';
    if (list) entries.set(list, (entries.get(list) ?? 0) + 1);
  }
  return entries;
}

/** @param {string} name @param {Map<string, number>} entries */
function listPath(name, entries) {
  const list = listOf(name);
  return (entries.get(list) ?? 0) > LISTED_MOST ? [list] : [];
}
