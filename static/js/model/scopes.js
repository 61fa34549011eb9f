/**
 * The scopes of a run as a tree: calls, turns of loops, instances, owners of parameters. Structure only: a drag keeps it.
 *
 * What has no scopes but is large is divided too: nodes by the line that computes them, and many like scopes in a row
 * into "x 1 … x 12". A scope of one node is that node. Whatever would make the graph of boxes cyclic is dissolved
 * into what stands around it (convex.js), so that any choice of open boxes gives a graph without cycles.
 */
import {access} from './access.js';
import {dissolveCycles} from './convex.js';
import {scopePaths} from './scope_paths.js';

/** @typedef {import('./types.js').Run} Run */
/**
 * @typedef {object} Scope
 * @property {string} key       its path as one text; '' is the whole program
 * @property {string} name      its own
 * @property {Scope|null} parent
 * @property {Scope[]} children in the order in which they first compute
 * @property {number[]} own     nodes that stand directly in it, by index
 * @property {number} count     nodes in it, those of the scopes in it too
 * @property {number} first     its first node, by index
 *
 * @typedef {object} Tree
 * @property {Scope} root
 * @property {Map<string, Scope>} byKey  without the root
 * @property {Scope[]} home              the innermost scope of each node, by index
 */

export const LOOSE_MOST = 60;   // nodes of one scope that stand about freely
const ABREAST_MOST = 16;        // like scopes that stand side by side

/** @type {{signature: string, tree: Tree}|null} */
let latest = null;

/** The tree of the last structure is kept: a drag asks for it at every move. @param {Run} run @returns {Tree} */
export function scopeTree(run) {
  if (latest?.signature !== run.signature) {
    const steps = building(run);
    let step = steps.next();
    while (!step.done) step = steps.next();
    latest = {signature: run.signature, tree: step.value};
  }
  return latest.tree;
}

/** Makes the tree with rests between, so that the page of a large graph stays awake. @param {Run} run @param {() => Promise<unknown>} rest */
export async function growTree(run, rest) {
  if (latest?.signature === run.signature) return;
  const steps = building(run);
  let step = steps.next();
  for (; !step.done; step = steps.next()) await rest();
  latest = {signature: run.signature, tree: step.value};
}

/** @param {Run} run @returns {Generator<void, Tree>} */
function* building(run) {
  const root = newScope('', '', null);
  const byKey = new Map([['', root]]);
  scopePaths(run).forEach((path, i) => scopeAt(byKey, root, path).own.push(i));
  yield;
  const divided = new Set([root, ...inside(root)].filter((scope) => divideLoose(run, scope)));
  count(root);
  for (const scope of [root, ...inside(root)]) divideRow(scope, divided.has(scope) ? (child) => (computes(run, child) ? '' : child.name) : ({name}) => baseOf(name));
  settle(root);
  yield;
  yield* dissolveCycles(run, root);
  divideLong(run, root);
  settle(root);
  joinChains(root);
  return treeOf(run, root);
}

/** @param {string} key @param {string} name @param {Scope|null} parent @returns {Scope} */
const newScope = (key, name, parent) => ({key, name, parent, children: [], own: [], count: 0, first: Infinity});

/** @param {Map<string, Scope>} byKey @param {Scope} root @param {string[]} path */
function scopeAt(byKey, root, path) {
  let scope = root;
  for (const name of path) {
    const key = keyOf(scope, name);
    let next = byKey.get(key);
    if (!next) {
      byKey.set(key, next = newScope(key, name, scope));
      scope.children.push(next);
    }
    scope = next;
  }
  return scope;
}

/** Slashes part the names of a key, which stands in the address and in ids of edges. @param {Scope} parent @param {string} name */
const keyOf = (parent, name) => `${parent.key ? `${parent.key}/` : ''}${name.replace(/[%/;>]/g, encodeURIComponent)}`;

/** Every scope below, outer before inner. @param {Scope} root @returns {Scope[]} */
export function inside(root) {
  const found = root.children.slice();
  for (let i = 0; i < found.length; i += 1) found.push(...found[i].children);
  return found;
}

/** More loose nodes than can be looked at stand by the line that computes them. @param {Run} run @param {Scope} scope @returns {boolean} whether there were so many */
function divideLoose(run, scope) {
  if (scope.own.length <= LOOSE_MOST) return false;
  /** @type {Map<number, number[]>} */
  const lines = new Map(), all = access(run), output = run.node(run.output).index;
  const kept = [];
  for (const i of scope.own) {
    const line = i === output ? null : lineOf(all, i);
    if (line === null) kept.push(i);
    else if (lines.has(line)) lines.get(line)?.push(i);
    else lines.set(line, [i]);
  }
  scope.own = kept;
  for (const [line, own] of lines) scope.children.push({...newScope(keyOf(scope, `line ${line}`), `line ${line}`, scope), own});
  return true;
}

/** Whether there is more in it than parameters. @param {Run} run @param {Scope} scope */
function computes(run, scope) {
  const {kind} = access(run);
  return [scope, ...inside(scope)].some(({own}) => own.some((i) => kind(i) === 'op'));
}

/** Of a constant, that of what takes it; an input and the output stand alone. @param {import('./access.js').Access} all @param {number} i @returns {number|null} */
function lineOf(all, i) {
  if (all.kind(i) === 'input') return null;
  if (all.kind(i) === 'op') return all.span(i)?.line ?? null;
  const lines = new Set(all.users(i).map((user) => all.span(user)?.line));
  return lines.size === 1 ? [...lines][0] ?? null : null;
}

/**
 * What is still too many stands in boxes of what is computed one after the other: no edge leads back from one to the
 * next, so the boxes have no cycle. Nodes that other scopes stand among stay as they are.
 * @param {Run} run @param {Scope} root
 */
function divideLong(run, root) {
  const {name, label} = access(run);
  for (const scope of [root, ...inside(root)]) {
    if (scope.own.length <= LOOSE_MOST || scope.children.length) continue;
    scope.own.sort((a, b) => a - b);
    const most = ABREAST_MOST ** Math.floor(Math.log(scope.own.length - 1) / Math.log(ABREAST_MOST));
    scope.children = parts(scope.own, most).map((own) => {
      const [first, last] = [own[0], own[own.length - 1]].map((i) => name(i) ?? label(i));
      const title = `${first} … ${last}`;
      return {...newScope(keyOf(scope, `${own[0]} ${title}`), title, scope), own};
    });
    scope.own = [];
    for (const child of scope.children) divideLong(run, child);
  }
}

/** @param {number[]} items @param {number} size @returns {number[][]} */
const parts = (items, size) => Array.from({length: Math.ceil(items.length / size)}, (_, i) => items.slice(i * size, (i + 1) * size));

/** Counts, and the order in which things first compute. @param {Scope} root */
function count(root) {
  for (const scope of [...inside(root).reverse(), root]) {
    scope.own.sort((a, b) => a - b);
    scope.count = scope.children.reduce((sum, child) => sum + child.count, scope.own.length);
    scope.first = scope.children.reduce((least, {first}) => Math.min(least, first), scope.own[0] ?? Infinity);
    scope.children.sort((a, b) => a.first - b.first);
  }
}

/** No box for a single node. @param {Scope} root */
function settle(root) {
  count(root);
  for (const scope of [...inside(root).reverse(), root]) {
    for (const child of scope.children) if (child.count === 1) scope.own.push(...child.own);
    scope.children = scope.children.filter((child) => child.count > 1);
  }
  count(root);
}

/** A scope that holds nothing but one other is that other: opening it would show a box again. @param {Scope} root */
function joinChains(root) {
  for (const scope of [root, ...inside(root)].reverse()) {
    scope.children = scope.children.map((child) => {
      if (child.own.length || child.children.length !== 1) return child;
      const [only] = child.children;
      only.name = `${child.name} › ${only.name}`;
      only.parent = scope;
      return only;
    });
  }
}

/**
 * Many like scopes in a row stand in scopes of up to sixteen. In a scope that was divided by lines all that computes is
 * one row, lines and calls as they follow one another: what is done in one stretch of time never closes a cycle.
 * @param {Scope} scope @param {(child: Scope) => string} kindOf
 */
function divideRow(scope, kindOf) {
  /** @type {Map<string, Scope[]>} */
  const like = new Map();
  for (const child of scope.children) {
    const row = like.get(kindOf(child));
    if (row) row.push(child); else like.set(kindOf(child), [child]);
  }
  scope.children = [...like.values()].flatMap((row) => gathered(scope, row));
}

/** Its name without numbers: what "i = 1" and "i = 2" have in common. @param {string} name */
export const baseOf = (name) => name.replace(/-?\d+(\.\d+)?(e[-+]?\d+)?/g, '#');

/** "x 1 … x 12", "lines 2–14". @param {string} first @param {string} last */
function spanName(first, last) {
  const lines = [first, last].map((name) => /^line (\d+)$/.exec(name)?.[1]);
  return lines.every(Boolean) ? `lines ${lines.join('–')}` : `${first} … ${last}`;
}

/** @param {Scope} parent @param {Scope[]} row @returns {Scope[]} */
function gathered(parent, row) {
  if (row.length <= ABREAST_MOST) return row;
  const most = ABREAST_MOST ** Math.floor(Math.log(row.length - 1) / Math.log(ABREAST_MOST));
  const groups = Math.ceil(row.length / most), size = Math.ceil(row.length / groups);
  return Array.from({length: groups}, (_, g) => {
    const part = row.slice(g * size, (g + 1) * size);
    const name = spanName(part[0].name, part[part.length - 1].name);
    const scope = newScope(keyOf(parent, name), name, parent);
    scope.children = gathered(scope, part);
    for (const child of scope.children) child.parent = scope;
    return scope;
  });
}

/** @param {Run} run @param {Scope} root @returns {Tree} */
function treeOf(run, root) {
  const home = new Array(run.size.nodes).fill(root);
  const byKey = new Map();
  for (const scope of inside(root)) {
    byKey.set(scope.key, scope);
    for (const i of scope.own) home[i] = scope;
  }
  return {root, byKey, home};
}
