/** The tree diagram of the chain rule: the output above, a branch for each edge, the input at the end of every path. */
import {num, spoken} from '../../model/format.js';
import {short, title} from '../../model/run.js';
import {svg} from '../../render/elements.js';
import {mathName} from '../../ui/marks.js';
import {h} from '../../ui/dom.js';

/** @typedef {import('../../model/types.js').Run} Run @typedef {import('./paths.js').Way} Way */
/** @typedef {{id: string, edge: string|null, factor: any, children: Branch[], ways: Way[], x: number, depth: number}} Branch */

const WIDE = 96;         // px for a leaf
const HIGH = 62;         // px for a level
const TOP = 20;
const FOOT = 26;

/** @param {{paths: Way[]}} reply @param {Run} run @param {any} actions */
export function treeOf({paths}, run, actions) {
  const root = grown(paths), leaves = placed(root, 0, 0), deep = depthOf(root);
  const drawing = svg('svg', {class: 'tree', width: leaves * WIDE, height: TOP + deep * HIGH + FOOT, role: 'group', 'aria-label': 'Tree of the paths'});
  draw(drawing, root, run, actions);
  return h('div', {class: 'tree-room'}, drawing);
}

/** The paths, read from the output on, as one tree. @param {Way[]} paths @returns {Branch} */
function grown(paths) {
  const end = paths[0]?.nodes.at(-1) ?? '';
  /** @type {Branch} */
  const root = {id: end, edge: null, factor: null, children: [], ways: paths, x: 0, depth: 0};
  for (const way of paths) {
    let at = root;
    for (let k = way.edges.length - 1; k >= 0; k -= 1) {
      let next = at.children.find(({edge}) => edge === way.edges[k]);
      if (!next) at.children.push(next = {id: way.nodes[k], edge: way.edges[k], factor: way.factors[k], children: [], ways: [], x: 0, depth: 0});
      next.ways.push(way);
      at = next;
    }
  }
  return root;
}

/** Leaves side by side, each branch above the middle of its own. @param {Branch} branch @param {number} from leaves to the left @param {number} depth @returns {number} its leaves */
function placed(branch, from, depth) {
  branch.depth = depth;
  let leaves = 0;
  for (const child of branch.children) leaves += placed(child, from + leaves, depth + 1);
  const first = branch.children[0], last = branch.children.at(-1);
  branch.x = first && last ? (first.x + last.x) / 2 : (from + 0.5) * WIDE;
  return Math.max(1, leaves);
}

/** @param {Branch} branch @returns {number} */
const depthOf = (branch) => Math.max(0, ...branch.children.map((child) => 1 + depthOf(child)));

/** @param {SVGElement} drawing @param {Branch} branch @param {Run} run @param {any} actions */
function draw(drawing, branch, run, actions) {
  const y = TOP + branch.depth * HIGH;
  for (const child of branch.children) {
    const below = TOP + child.depth * HIGH, middle = {x: (branch.x + child.x) / 2, y: (y + below) / 2};
    svg('path', {class: 'tree-branch', d: `M${branch.x} ${y + 8}L${child.x} ${below - 16}`}, drawing);
    const label = svg('text', {class: 'tree-factor', x: middle.x + (child.x < branch.x ? -6 : 6), y: middle.y, 'text-anchor': child.x < branch.x ? 'end' : 'start'}, drawing);
    label.textContent = typeof child.factor === 'number' ? num(child.factor) : '';
    draw(drawing, child, run, actions);
  }
  const leaf = branch.children.length === 0 ? branch.ways[0] : null, node = run.node(branch.id);
  const spot = svg('g', leaf ? {class: 'tree-leaf', tabindex: 0, role: 'button', 'aria-label': leafSays(leaf, run)} : {}, drawing);
  const name = svg('text', {class: 'tree-name', x: branch.x, y, 'text-anchor': 'middle'}, spot);
  name.textContent = mathName(branch.edge === null || leaf ? title(node) : short(node)).textContent;
  if (!leaf) return;
  const product = svg('text', {class: 'tree-product', x: branch.x, y: y + 19, 'text-anchor': 'middle'}, spot);
  product.textContent = typeof leaf.product === 'number' ? num(leaf.product) : '';
  const on = () => actions.trace({nodes: leaf.nodes, edges: leaf.edges}), off = () => actions.trace(null);
  for (const event of ['pointerenter', 'focus']) spot.addEventListener(event, on);
  for (const event of ['pointerleave', 'blur']) spot.addEventListener(event, off);
}

/** @param {Way} way @param {Run} run */
const leafSays = ({nodes, product}, run) => `${nodes.map((id) => title(run.node(id))).join(' to ')}: ${typeof product === 'number' ? spoken(product) : 'a matrix'}`;
