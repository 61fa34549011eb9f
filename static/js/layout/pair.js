/**
 * Which node of the new graph is which node of the old one, after an edit.
 * Structure decides: what a node computes from what, not its number, which shifts when a line is inserted.
 */

/** @typedef {{id: string, op: string, kind: string, name?: string|null, operands: string[]}} Shape */

/**
 * Pairs first by name and op, then by the whole expression, then by op and users; each old node is given away once.
 * @param {Shape[]} old in forward order
 * @param {Shape[]} fresh in forward order
 * @returns {Map<string, string>} new id → old id
 */
export function pair(old, fresh) {
  const pairs = new Map();
  const taken = new Set();
  const passes = [
    (/** @type {Shape[]} */ shapes) => keyed(shapes, expressions(shapes)),
    (/** @type {Shape[]} */ shapes) => keyed(shapes, new Map(shapes.map((s) => [s.id, s.name ? `${s.kind} ${s.name}` : '']))),
    (/** @type {Shape[]} */ shapes) => keyed(shapes, usedBy(shapes)),
  ];
  for (const pass of passes) {
    const candidates = pass(old);
    for (const [key, ids] of pass(fresh)) {
      const free = (candidates.get(key) ?? []).filter((id) => !taken.has(id));
      ids.filter((id) => !pairs.has(id)).forEach((id, i) => {
        if (free[i] === undefined) return;
        pairs.set(id, free[i]);
        taken.add(free[i]);
      });
    }
  }
  return pairs;
}

/** @param {Shape[]} shapes @param {Map<string, string>} keys @returns {Map<string, string[]>} ids by key, in forward order */
function keyed(shapes, keys) {
  const groups = new Map();
  for (const {id} of shapes) {
    const key = keys.get(id);
    if (!key) continue;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(id);
  }
  return groups;
}

/** A number for each distinct expression, so that deep graphs need no deep strings. @param {Shape[]} shapes */
function expressions(shapes) {
  const key = new Map();
  for (const {id, op, kind, name, operands} of shapes) {
    const leaf = kind === 'op' ? '' : `${name ?? ''}`;
    const text = `${kind} ${op} ${leaf} (${operands.map((o) => digest(key.get(o) ?? '')).join(' ')})`;
    key.set(id, text);
  }
  return key;
}

/** 32-bit FNV-1a: short enough to nest, far from colliding within one graph. @param {string} text */
function digest(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
}

/** @param {Shape[]} shapes */
function usedBy(shapes) {
  const op = new Map(shapes.map((s) => [s.id, s.op]));
  const users = new Map(shapes.map((s) => [s.id, /** @type {string[]} */ ([])]));
  for (const {id, operands} of shapes) operands.forEach((o, slot) => users.get(o)?.push(`${op.get(id)}.${slot}`));
  return new Map(shapes.map((s) => [s.id, `${s.op} ${(users.get(s.id) ?? []).join(' ')}`]));
}
