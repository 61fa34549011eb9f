/** From card to card of a net's picture by arrow keys: the nearest part on that side, straight ahead before aside. Pure. */
import {PILL} from '../../model/net_plan.js';

const SIDES = {ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1]};
const ASIDE = 2.5;  // a px aside counts as so many ahead

/** @param {import('../../model/net_plan.js').Plan} plan @param {string} from @param {string} key @returns {string|null} */
export function nearestTo({cards, pills}, from, key) {
  const side = /** @type {Record<string, number[]>} */ (SIDES)[key];
  if (!side) return null;
  const all = [...cards.map(({id, x, y, w, h}) => ({id, x: x + w / 2, y: y + h / 2})), ...pills.map(({id, x, y}) => ({id, x: x + PILL.w / 2, y: y + PILL.h / 2}))];
  const own = all.find(({id}) => id === from);
  if (!own) return null;
  const [dx, dy] = side;
  let best = null, least = Infinity;
  for (const {id, x, y} of all) {
    const ahead = (x - own.x) * dx + (y - own.y) * dy, aside = Math.abs((x - own.x) * dy) + Math.abs((y - own.y) * dx);
    // up and down stay within the column
    if (ahead < 4 || (dy !== 0 && aside > 60)) continue;
    const away = ahead + ASIDE * aside;
    if (away < least) [best, least] = [id, away];
  }
  return best;
}
