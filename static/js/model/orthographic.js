/** A surface over the unit square seen from afar: a turned box, drawn without perspective, its far cells first. */

/** @typedef {{turn: number, tilt: number}} View  degrees: around the upright axis, and above the ground */
/** @typedef {{x: number, y: number, depth: number}} Seen  the middle of the box is (0, 0); y goes down as on screens; larger depth is nearer */

export const FIRST_VIEW = Object.freeze({turn: 35, tilt: 30});
const LEAST_TILT = 5, MOST_TILT = 90;

/** @param {View} view @param {{turn?: number, tilt?: number}} by @returns {View} */
export const turned = ({turn, tilt}, by) => ({
  turn: (((turn + (by.turn ?? 0)) % 360) + 360) % 360,
  tilt: Math.max(LEAST_TILT, Math.min(MOST_TILT, tilt + (by.tilt ?? 0))),
});

/**
 * A point of the box [−½, ½]³ (x to the right, y away, z up at turn 0) on the screen. From above (tilt 90) it is the map.
 * @param {View} view @returns {(x: number, y: number, z: number) => Seen}
 */
export function projector({turn, tilt}) {
  const a = (turn * Math.PI) / 180, e = (tilt * Math.PI) / 180;
  const [ca, sa, ce, se] = [Math.cos(a), Math.sin(a), Math.cos(e), Math.sin(e)];
  return (x, y, z) => {
    const across = ca * x - sa * y, away = sa * x + ca * y;
    return {x: across, y: -(se * away + ce * z), depth: se * z - ce * away};
  };
}

/** Cells of a grid of rows × columns corners, the farthest first. @param {View} view @param {number} rows @param {number} columns @returns {[number, number][]} */
export function farFirst(view, rows, columns) {
  const see = projector(view), cells = /** @type {[number, number][]} */ ([]);
  for (let r = 0; r + 1 < rows; r++) for (let c = 0; c + 1 < columns; c++) cells.push([r, c]);
  const depth = ([r, c] = [0, 0]) => see((c + 0.5) / (columns - 1) - 0.5, (r + 0.5) / (rows - 1) - 0.5, 0).depth;
  return cells.map((cell) => ({cell, at: depth(cell)})).sort((a, b) => a.at - b.at).map(({cell}) => cell);
}
