/**
 * Where the parts of a net's picture stand: columns of units, weights as pills between them, wires through the pills; or a
 * box per layer in the same columns, so that what is looked at keeps its place between the depths. Pure.
 */

/** @typedef {import('./net_numbers.js').NetNumbers} NetNumbers @typedef {[number, number]} Pair */
/** @typedef {{layer: number, unit: number}} UnitPlace  layer -1: the input; unit -1: the whole layer */
/** @typedef {{layer: number, to: number, from: number|null}} Link  from null: a bias */
/** @typedef {{id: string, kind: 'input'|'unit'|'block'|'loss', place: UnitPlace, x: number, y: number, w: number, h: number}} Card */
/** @typedef {{id: string, link: Link, x: number, y: number}} Pill */
/** @typedef {{id: string, route: Pair[], gate: Pair[]|null, link: Link|null, from: UnitPlace|null, to: UnitPlace}} Wire  `gate`: the way from the source to the pill's middle */
/** @typedef {{layer: number, x: number, y: number, side: number}} Map  weights of a large layer, and their gradients beside them; y of the middle */
/** @typedef {{width: number, height: number, cards: Card[], pills: Pill[], wires: Wire[], maps: Map[], heads: {text: string, x: number}[]}} Plan */

export const CARD = {w: 90, h: 82, line: 46}, PILL = {w: 82, h: 36}, PICTURE_PX = 60;
export const MOST_UNITS = 24, MOST_PILLS = 36;
const GAP = 30, PITCH = 41, GROUP = 14, TOP = 30, LEFT = 8, SPACE = 14, MAP_W = 232, BLOCK = {w: 150, h: 112};

/** How a layer's weights are drawn. @param {NetNumbers} net @param {number} l @returns {'pills'|'chosen'|'map'|'none'} */
export function drawnAs({input, layers}, l) {
  const {dense} = layers[l], from = l === 0 ? input.a?.length ?? 0 : layers[l - 1].units, to = layers[l].units;
  if (!dense || (l > 0 && !layers[l - 1].isRow)) return 'none';
  if (from > MOST_UNITS || to > MOST_UNITS) return 'map';
  return (from + (dense.b ? 1 : 0)) * to <= MOST_PILLS ? 'pills' : 'chosen';
}

/** Whether a column's units have a card each. @param {NetNumbers} net @param {number} l  -1: the input */
export const hasCards = ({input, layers}, l) => (l < 0 ? (input.a?.length ?? Infinity) <= MOST_UNITS : Boolean(layers[l].dense) && layers[l].units <= MOST_UNITS);

/**
 * @param {NetNumbers} net
 * @param {{depth: 'layers'|'neurons', pictures: boolean, chosen: UnitPlace|null}} how  `pictures`: units have a picture over the plane; `chosen`: the unit whose weights are open
 * @returns {Plan}
 */
export function planOf(net, {depth, pictures, chosen}) {
  const columns = columnsOf(net, pictures), height = TOP + Math.max(...columns.map(({tall}) => tall)) + SPACE, middle = TOP + (height - TOP - SPACE) / 2;
  /** @type {Plan} */
  const plan = {width: columns.at(-1)?.right ?? 0, height, cards: [], pills: [], wires: [], maps: [], heads: columns.flatMap(({heads}) => heads)};
  if (depth === 'layers') layersInto(plan, columns, Math.min(middle, TOP + 140));
  else neuronsInto(plan, net, columns, middle, chosen);
  return plan;
}

/** @typedef {{layer: number, x: number, w: number, pillX: number, as: ReturnType<typeof drawnAs>, cards: boolean, count: number, slot: number, tall: number, right: number, heads: {text: string, x: number}[]}} Column */

/** @param {NetNumbers} net @param {boolean} pictures @returns {Column[]} */
function columnsOf(net, pictures) {
  const {input, layers} = net, width = CARD.w + (pictures ? PICTURE_PX : 0);
  /** @type {Column[]} */
  const columns = [{...column(-1, LEFT, 0, 'none', hasCards(net, -1), input.a?.length ?? 1, CARD.h + SPACE, hasCards(net, -1) ? CARD.w : BLOCK.w), heads: [{text: 'Input', x: LEFT}]}];
  let x = columns[0].right;
  layers.forEach((layer, l) => {
    const as = drawnAs(net, l), cards = hasCards(net, l), from = l === 0 ? input.a?.length ?? 0 : layers[l - 1].units;
    const slot = as === 'pills' ? Math.max((from + (layer.dense?.b ? 1 : 0)) * PITCH + GROUP, CARD.h + SPACE) : CARD.h + SPACE;
    const pillX = x + GAP, at = as === 'none' ? x + GAP : pillX + (as === 'map' ? MAP_W : PILL.w) + GAP;
    const made = column(l, at, pillX, as, cards, layer.units, slot, cards ? width : BLOCK.w);
    const weights = layer.dense ? `W ${layer.units} × ${from}${layer.dense.b ? ', b' : ''}` : null;
    columns.push({...made, heads: [...(weights && as !== 'none' ? [{text: weights, x: pillX}] : []), {text: l === layers.length - 1 ? 'Output' : layer.name.replace(/^l/, 'L'), x: at}]});
    x = made.right;
  });
  columns.push({...column(layers.length, x + GAP, 0, 'none', true, 1, CARD.h + SPACE, CARD.w), heads: [{text: 'Loss', x: x + GAP}]});
  return columns;
}

/** @param {number} layer @param {number} x @param {number} pillX @param {Column['as']} as @param {boolean} cards @param {number} count @param {number} slot @param {number} w @returns {Column} */
function column(layer, x, pillX, as, cards, count, slot, w) {
  const shown = cards ? count : 1, tall = Math.max(shown * slot, as === 'map' ? 180 : 0, cards ? 0 : BLOCK.h + SPACE);
  return {layer, x, w, pillX, as, cards, count, slot, tall, right: x + w + (layer < 0 ? 0 : 8), heads: []};
}

/** @param {Plan} plan @param {Column[]} columns @param {number} y */
function layersInto(plan, columns, y) {
  columns.forEach(({layer, x, w}, i) => {
    const isLoss = i === columns.length - 1, kind = isLoss ? 'loss' : 'block', h = isLoss ? CARD.h : BLOCK.h;
    const wide = isLoss ? CARD.w : Math.max(w, BLOCK.w), left = x + w / 2 - wide / 2;
    plan.cards.push({id: `${kind}:${layer}`, kind, place: {layer, unit: -1}, x: Math.max(4, left), y: y - (isLoss ? CARD.line : BLOCK.h / 2), w: wide, h});
    const before = plan.cards.at(-2);
    if (before) plan.wires.push({id: `wire:${layer}`, route: cubic([before.x + before.w, y], [Math.max(4, left), y]), gate: null, link: null, from: before.place, to: {layer, unit: -1}});
  });
  plan.width = Math.max(plan.width, ...plan.cards.map(({x, w}) => x + w + 8));
  plan.height = y + BLOCK.h;
}

/** @param {Plan} plan @param {NetNumbers} net @param {Column[]} columns @param {number} middle @param {UnitPlace|null} chosen */
function neuronsInto(plan, net, columns, middle, chosen) {
  const made = columns.map((column, i) => cardsOf(column, middle, i === columns.length - 1));
  plan.cards.push(...made.flat());
  columns.forEach((column, i) => {
    if (i === 0) return;
    const before = made[i - 1], own = made[i], {layer, as, pillX} = column;
    if (as === 'map') plan.maps.push({layer, x: pillX, y: middle, side: 104});
    const single = as === 'pills' || as === 'chosen';
    if (!single) {
      for (const a of before) for (const b of own) if (before.length * own.length <= MOST_UNITS || a === before[0] || b === own[0]) plan.wires.push({id: `wire:${a.id}>${b.id}`, route: cubic(rightOf(a), leftOf(b)), gate: null, link: null, from: a.place, to: b.place});
      return;
    }
    const biased = Boolean(net.layers[layer].dense?.b);
    for (const target of own) {
      const unit = target.place.unit, open = as === 'pills' || (chosen?.layer === layer && chosen.unit === unit);
      const sources = [...before, ...(biased ? [null] : [])], first = target.y + CARD.line - ((sources.length - 1) * PITCH) / 2;
      sources.forEach((source, k) => linkInto(plan, {layer, to: unit, from: source ? source.place.unit : null}, source, target, open ? {x: pillX, y: Math.max(TOP + PILL.h / 2, first + k * PITCH)} : null));
    }
  });
  const low = Math.max(...plan.pills.map(({y}) => y + PILL.h), 0) + SPACE;
  plan.height = Math.max(plan.height, low);
}

/** A weight: a wire from its input through its pill to its unit; a bias has no wire behind. @param {Plan} plan @param {Link} link @param {Card|null} source @param {Card} target @param {{x: number, y: number}|null} pill */
function linkInto(plan, link, source, target, pill) {
  const id = linkId(link), end = leftOf(target);
  if (pill) plan.pills.push({id, link, x: pill.x, y: pill.y - PILL.h / 2});
  if (!pill) {
    if (source) plan.wires.push({id, route: cubic(rightOf(source), end), gate: null, link, from: source.place, to: target.place});
    return;
  }
  const right = /** @type {Pair} */ ([pill.x + PILL.w, pill.y]), left = /** @type {Pair} */ ([pill.x, pill.y]), centre = /** @type {Pair} */ ([pill.x + PILL.w / 2, pill.y]);
  if (!source) return void plan.wires.push({id, route: cubic(right, end), gate: null, link, from: null, to: target.place});
  const behind = [...cubic(rightOf(source), left), ...line(left, centre).slice(1)];
  plan.wires.push({id, route: [...behind, ...line(centre, right).slice(1), ...cubic(right, end).slice(1)], gate: behind, link, from: source.place, to: target.place});
}

/** @param {Link} link */
export const linkId = ({layer, to, from}) => `link:${layer}:${to}:${from ?? 'b'}`;

/** @param {Column} column @param {number} middle @param {boolean} isLoss @returns {Card[]} */
function cardsOf({layer, x, w, cards, count, slot}, middle, isLoss) {
  if (!cards) return [{id: `block:${layer}`, kind: 'block', place: {layer, unit: -1}, x, y: middle - BLOCK.h / 2, w, h: BLOCK.h}];
  const first = middle - (count * slot) / 2;
  return Array.from({length: count}, (_, unit) => ({
    id: `${isLoss ? 'loss' : layer < 0 ? 'input' : 'unit'}:${layer}:${unit}`, kind: isLoss ? 'loss' : layer < 0 ? 'input' : 'unit',
    place: {layer, unit: isLoss ? -1 : unit}, x, y: first + (unit + 0.5) * slot - CARD.line, w, h: CARD.h,
  }));
}

/** Wires arrive on a card's line. @param {Card} card @returns {Pair} */
const leftOf = ({x, y, kind, h}) => [x, y + (kind === 'block' ? h / 2 : CARD.line)];
/** @param {Card} card @returns {Pair} */
const rightOf = ({x, y, w, kind, h}) => [x + w, y + (kind === 'block' ? h / 2 : CARD.line)];

/** Level tangents at half the distance. @param {Pair} a @param {Pair} b @returns {Pair[]} */
const cubic = ([x0, y0], [x1, y1]) => [[x0, y0], [(x0 + x1) / 2, y0], [(x0 + x1) / 2, y1], [x1, y1]];
/** @param {Pair} a @param {Pair} b @returns {Pair[]} */
const line = (a, b) => [a, [a[0] + (b[0] - a[0]) / 3, a[1] + (b[1] - a[1]) / 3], [a[0] + (2 * (b[0] - a[0])) / 3, a[1] + (2 * (b[1] - a[1])) / 3], b];
