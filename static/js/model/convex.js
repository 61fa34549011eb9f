/**
 * Takes apart the scopes that no box can stand for. A scope is convex when no path leaves it and comes back; a box around
 * one that is not would stand before and after something else at once. Level by level, so that in the end the graph of
 * what stands in any one scope has no cycle, and with it no graph of boxes, whichever of them are open.
 */

import {access} from './access.js';

/** @typedef {import('./types.js').Run} Run @typedef {import('./scopes.js').Scope} Scope */
/** @typedef {[number, number]} Link source, target, by index */

const RESTED_LINKS = 10_000;   // work that is worth a rest

/** Scope by scope, with a rest after each. @param {Run} run @param {Scope} root  changed in place @returns {Generator<void>} */
export function* dissolveCycles(run, root) {
  const {source, target, count} = access(run), links = Array.from(source, (from, e) => /** @type {Link} */ ([from, target[e]]));
  const home = /** @type {Scope[]} */ (new Array(count).fill(root));
  const waiting = [{scope: root, links}];
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    const inner = settleLevel(at.scope, at.links, home);
    for (const child of at.scope.children) waiting.push({scope: child, links: inner.get(child) ?? []});
    if (at.links.length > RESTED_LINKS) yield;
  }
}

/**
 * Dissolves children until what stands in the scope has no cycle.
 * @param {Scope} scope @param {Link[]} links  with both ends in the scope @param {Scope[]} home  filled in for its nodes
 * @returns {Map<Scope, Link[]>} the links inside of each child
 */
function settleLevel(scope, links, home) {
  for (;;) {
    for (const child of scope.children) for (const i of nodesOf(child)) home[i] = child;
    for (const i of scope.own) home[i] = scope;
    const {inner, outer} = sorted(scope, links, home);
    const caught = inCycles(outer);
    if (caught.size === 0) return inner;
    const guilty = [...caught].filter((each) => typeof each !== 'number' && comesBack(each, links, home));
    for (const child of guilty.length ? guilty : caught) if (typeof child !== 'number') dissolve(scope, child);
  }
}

/** @param {Scope} scope @returns {number[]} */
export function nodesOf(scope) {
  const found = scope.own.slice();
  const waiting = scope.children.slice();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const i of next.own) found.push(i);
    waiting.push(...next.children);
  }
  return found;
}

/** @param {Scope} scope @param {Link[]} links @param {Scope[]} home */
function sorted(scope, links, home) {
  /** @type {Map<Scope, Link[]>} */
  const inner = new Map();
  /** @type {Map<Scope|number, Set<Scope|number>>} */
  const outer = new Map();
  const place = (/** @type {number} */ i) => (home[i] === scope ? i : home[i]);
  for (const link of links) {
    const from = place(link[0]), to = place(link[1]);
    if (from === to && typeof from !== 'number') {
      const list = inner.get(from);
      if (list) list.push(link); else inner.set(from, [link]);
    } else {
      const list = outer.get(from);
      if (list) list.add(to); else outer.set(from, new Set([to]));
    }
  }
  return {inner, outer};
}

/** What stands on a cycle or between cycles: all that is left when sources and then sinks are taken away (Kahn). @param {Map<Scope|number, Set<Scope|number>>} users */
function inCycles(users) {
  const backwards = new Map();
  for (const [from, all] of users) for (const to of all) backwards.set(to, (backwards.get(to) ?? new Set()).add(from));
  const left = new Set([...users.keys(), ...backwards.keys()]);
  for (const [ahead, behind] of [[users, backwards], [backwards, users]]) {
    const count = new Map([...left].map((each) => [each, [...behind.get(each) ?? []].filter((other) => left.has(other)).length]));
    const free = [...left].filter((each) => count.get(each) === 0);
    for (let each = free.pop(); each !== undefined; each = free.pop()) {
      left.delete(each);
      for (const next of ahead.get(each) ?? []) {
        if (!left.has(next)) continue;
        count.set(next, (count.get(next) ?? 0) - 1);
        if (count.get(next) === 0) free.push(next);
      }
    }
  }
  return left;
}

/**
 * Whether a path leaves the scope and returns, all other boxes taken as the nodes that they hold.
 * @param {Scope} scope @param {Link[]} links @param {Scope[]} home
 */
function comesBack(scope, links, home) {
  /** @type {Map<number, number[]>} */
  const users = new Map();
  const starts = [];
  for (const [from, to] of links) {
    if (home[from] === scope) {
      if (home[to] !== scope) starts.push(to);
    } else if (users.has(from)) users.get(from)?.push(to);
    else users.set(from, [to]);
  }
  const seen = new Set(starts);
  for (let i = starts.pop(); i !== undefined; i = starts.pop()) {
    for (const to of users.get(i) ?? []) {
      if (home[to] === scope) return true;
      if (!seen.has(to)) starts.push(to);
      seen.add(to);
    }
  }
  return false;
}

/** What it holds stands in its parent from now on. @param {Scope} parent @param {Scope} child */
function dissolve(parent, child) {
  parent.children = parent.children.flatMap((each) => (each === child ? child.children : [each]));
  for (const each of child.children) each.parent = parent;
  parent.own.push(...child.own);
}
