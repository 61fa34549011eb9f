/** Uses the room there is: layers and rows move apart, cards keep their size. */

const MOST_GAP = 2.1;      // layers

/**
 * @param {{along: number, across: number}} size of the layout as it stands
 * @param {{along: number, across: number}|null} room on the screen
 * @param {{layers: number, gap: number, ports: number, most: number}} shape layers, gap between them, distance between the outermost ports, how far rows may move apart
 * @returns {{gap: number, rows: number}} gap between layers, factor for places across
 */
export function spread(size, room, {layers, gap, ports, most}) {
  if (!room || layers < 1) return {gap, rows: 1};
  const zoom = Math.min(1, room.along / size.along, room.across / size.across);
  const spareAlong = Math.max(0, room.along / zoom - size.along);
  const spareAcross = Math.max(0, room.across / zoom - size.across);
  return {
    gap: layers > 1 ? Math.min(gap * MOST_GAP, gap + spareAlong / (layers - 1)) : gap,
    rows: ports > 0 ? Math.min(most, 1 + spareAcross / ports) : 1,
  };
}
