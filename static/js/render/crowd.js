/** How many wires run under a place: in a bundle nobody could tell whose pill it is. */

/** @typedef {import('./scene.js').Scene} Scene @typedef {import('./scene.js').Wire} Wire @typedef {import('./curve.js').Pair} Pair @typedef {import('./viewport.js').Box} Box */
/** @typedef {{under(box: Box, wire: Wire, most: number): boolean}} Crowd  whether more than `most` other wires run under a box */

const CELL = 128;
const COLUMNS = 1 << 20;   // cells in a row: two places in one number

/** By what finds the wires: it stays while only numbers change. @type {WeakMap<object, Crowd>} */
const crowds = new WeakMap();

/** @param {Scene} scene @returns {Crowd} */
export function crowdOf(scene) {
  const key = scene.finders[1];
  let crowd = crowds.get(key);
  if (!crowd) crowds.set(key, crowd = crowdAmong(scene.wires));
  return crowd;
}

/** @param {Wire[]} wires @returns {Crowd} */
function crowdAmong(wires) {
  const place = new Map(wires.map(({id}, i) => [id, i]));
  const cells = /** @type {Map<number, number[]>} */ (new Map()); // of pieces: i, k, for the one up to point k of wire i; i, k; …
  wires.forEach(({curve: {points}}, i) => {
    for (let k = 1; k < points.length; k += 1) for (const key of cellsAlong(points[k - 1], points[k])) {
      const list = cells.get(key);
      if (list) list.push(i, k); else cells.set(key, [i, k]);
    }
  });
  return {
    under(box, {id}, most) {
      const own = place.get(id);
      const found = new Set();
      for (let x = Math.floor(box.x / CELL); x <= Math.floor((box.x + box.w) / CELL); x += 1) {
        for (let y = Math.floor(box.y / CELL); y <= Math.floor((box.y + box.h) / CELL); y += 1) {
          const list = cells.get(x * COLUMNS + y) ?? [];
          for (let j = 0; j < list.length; j += 2) {
            if (list[j] === own || found.has(list[j])) continue;
            const {points} = wires[list[j]].curve;
            if (crosses(points[list[j + 1] - 1], points[list[j + 1]], box) && found.add(list[j]).size > most) return true;
          }
        }
      }
      return false;
    },
  };
}

/** Cells that a straight piece goes through: column by column, those between where it enters and where it leaves. @param {Pair} a @param {Pair} b @returns {number[]} */
function cellsAlong([ax, ay], [bx, by]) {
  const keys = [];
  const [left, right] = [Math.min(ax, bx), Math.max(ax, bx)];
  const heightAt = (/** @type {number} */ x) => ay + (by - ay) * (x - ax) / (bx - ax);
  for (let i = Math.floor(left / CELL); i <= Math.floor(right / CELL); i += 1) {
    const [y0, y1] = bx === ax ? [ay, by] : [heightAt(Math.max(left, i * CELL)), heightAt(Math.min(right, (i + 1) * CELL))];
    for (let j = Math.floor(Math.min(y0, y1) / CELL); j <= Math.floor(Math.max(y0, y1) / CELL); j += 1) keys.push(i * COLUMNS + j);
  }
  return keys;
}

/** Whether a straight piece goes through a box. @param {Pair} a @param {Pair} b @param {Box} box */
function crosses([ax, ay], [bx, by], {x, y, w, h}) {
  if (Math.max(ax, bx) < x || Math.min(ax, bx) > x + w || Math.max(ay, by) < y || Math.min(ay, by) > y + h) return false;
  const side = (/** @type {number} */ px, /** @type {number} */ py) => Math.sign((bx - ax) * (py - ay) - (by - ay) * (px - ax));
  return Math.abs(side(x, y) + side(x + w, y) + side(x, y + h) + side(x + w, y + h)) < 4;
}
