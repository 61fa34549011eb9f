/** Which scopes are open: what the person chose, else as many from the top as can be looked at. */
import {fold} from './fold.js';
import {baseOf, growTree, LOOSE_MOST, scopeTree} from './scopes.js';

/** @typedef {import('./types.js').Run} Run @typedef {import('./scopes.js').Scope} Scope @typedef {import('./scopes.js').Tree} Tree */
/** @typedef {Readonly<Record<string, boolean>>} Folds  by key: opened, or closed, by hand */

export const SHOWN_MOST = LOOSE_MOST;   // boxes at the start: a graph of no more is open throughout
export const FOLDED_MOST = 40;         // from a larger one, so many at most are opened to

const RESTED_NODES = 10_000;           // what is smaller is made at once

/** @type {WeakMap<Tree, Set<Scope>>} */
const defaults = new WeakMap();

/** @param {Run} whole @param {Folds} folds @returns {Run} the same run where nothing can be folded */
export function shownRun(whole, folds) {
  const tree = scopeTree(whole);
  if (tree.root.children.length === 0) return whole;
  return fold(whole, tree, opener(tree, folds));
}

/**
 * What `shownRun` makes once for a structure, made beforehand and with rests between.
 * @param {Run} whole @param {Folds} folds @param {() => Promise<unknown>} rest
 */
export async function prepareShown(whole, folds, rest) {
  if (whole.size.nodes < RESTED_NODES) return;
  await rest();
  await growTree(whole, rest);
  await rest();
  shownRun(whole, folds);
  await rest();
}

/** @param {Tree} tree @param {Folds} folds @returns {(scope: Scope) => boolean} */
function opener(tree, folds) {
  let usual = defaults.get(tree);
  if (!usual) defaults.set(tree, usual = openAtFirst(tree));
  const known = usual;
  return (scope) => folds[scope.key] ?? known.has(scope);
}

/**
 * Level by level; of one level, all like scopes of one parent or none, the smallest first.
 * @param {Tree} tree @returns {Set<Scope>}
 */
export function openAtFirst({root}) {
  const open = new Set(), most = root.count <= SHOWN_MOST ? SHOWN_MOST : FOLDED_MOST;
  let shown = root.own.length + root.children.length;
  let level = [root];
  while (level.length) {
    const opened = [];
    for (const like of level.flatMap(alike).sort((a, b) => added(a) - added(b))) {
      if (shown + added(like) > most) continue;
      shown += added(like);
      opened.push(...like);
      for (const scope of like) open.add(scope);
    }
    level = opened;
  }
  return open;
}

/** @param {Scope} parent @returns {Scope[][]} */
function alike({children}) {
  const groups = new Map();
  for (const child of children) groups.set(baseOf(child.name), [...groups.get(baseOf(child.name)) ?? [], child]);
  return [...groups.values()];
}

/** Boxes more when they open. @param {Scope[]} scopes */
const added = (scopes) => scopes.reduce((sum, {own, children}) => sum + own.length + children.length - 1, 0);

/** The folds with which a node of the whole run shows. @param {Run} shown @param {string} id @param {Folds} folds @returns {Folds} */
export function wayTo({folding}, id, folds) {
  if (!folding) return folds;
  const way = /** @type {Record<string, boolean>} */ ({...folds}), open = new Set(folding.open);
  for (let scope = /** @type {Scope|null} */ (folding.tree.home[folding.whole.node(id).index]); scope?.parent; scope = scope.parent) {
    if (!open.has(scope)) way[scope.key] = true;
  }
  return way;
}
