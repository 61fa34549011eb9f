/** The elements of the nodes on the screen: made at the rim, kept inside, updated only when their state changes. */
import {arrayCard, summaryCard} from './array_card.js';
import {constantCard, opCard} from './card.js';
import {scopeCard} from './scope_card.js';
import {describe} from './describe.js';
import {element} from './elements.js';

/** @typedef {import('./scene.js').Scene} Scene @typedef {import('./scene.js').Card} Card @typedef {import('../model/types.js').Frame} Frame */
/** @typedef {{current: string|null, badges: Readonly<Record<string, string>>|null, hovered: string|null, pinned: string|null, lit: Set<string>|null, found: Set<string>|null, picks: Map<string, import('./feeds.js').Picks>, firstBroken: string|null}} Marks */
/** @typedef {{card: Card, view: import('./card.js').CardView & Partial<import('./array_card.js').ArrayView>, face: string, index: number, state: unknown, run: unknown, marks: string, cell: string}} Shown */

/**
 * @param {HTMLElement} layer
 * @param {{italics: () => boolean, ink: () => import('./ink.js').Ink}} type
 */
export function createCards(layer, {italics, ink}) {
  const shown = /** @type {Map<string, Shown>} */ (new Map());
  /** @type {string|null} */
  let roving = null;

  /** @param {Card} card @param {Scene} scene @returns {Shown} */
  function make(card, scene) {
    const {node, measured} = card;
    const output = scene.run.output === node.id;
    const view = measured.form === 'array' ? arrayCard(card, italics(), ink)
      : measured.form === 'summary' ? summaryCard(card, italics())
        : measured.form === 'scope' ? scopeCard(card)
        : measured.form === 'constant' ? constantCard(card, italics()) : opCard(card, italics(), output);
    const {root} = view;
    root.dataset.node = node.id;
    root.dataset.kind = output ? 'output' : node.kind;
    root.style.width = `${measured.w}px`;
    root.style.height = `${measured.h}px`;
    root.tabIndex = -1;
    root.setAttribute('role', 'button');
    insert(root, node.index);
    return {card, view, face: faceOf(card, scene), index: node.index, state: null, run: null, marks: '', cell: 'null'};
  }

  /** Elements stand in forward order, which is the order they are read in. @param {HTMLElement} root @param {number} index */
  function insert(root, index) {
    let next = null;
    let nearest = Infinity;
    for (const other of shown.values()) {
      if (other.index > index && other.index < nearest) [next, nearest] = [other.view.root, other.index];
    }
    layer.insertBefore(root, next);
  }

  /** @param {Shown} item @param {Scene} scene @param {Frame} frame @param {Marks} marks */
  function update(item, scene, frame, marks) {
    const {card, view} = item;
    const {root} = view;
    const state = frame.nodes.get(card.id);
    if (!state) return;
    if (state !== item.state || scene.run !== item.run) {
      view.update(state, scene.run);
      root.dataset.state = state.value === 'hidden' ? 'hidden' : state.gradState;
      root.dataset.active = String(state.active);
      if (scene.run !== item.run) root.setAttribute('aria-label', describe(scene.run, card.id));
      item.state = state;
      item.run = scene.run;
    }
    mark(item, marks);
  }

  /** @param {Shown} item @param {Marks} marks */
  function mark(item, marks) {
    const {id} = item.card;
    const {root} = item.view;
    const badge = marks.badges?.[id];
    if (badge !== root.dataset.badge) badge === undefined ? delete root.dataset.badge : (root.dataset.badge = badge);
    const faded = (marks.lit !== null && !marks.lit.has(id) && !marks.picks.has(id)) || (marks.found !== null && !marks.found.has(id));
    const flags = [marks.current === id, marks.hovered === id, marks.pinned === id, faded, marks.firstBroken === id];
    if (item.marks !== flags.join()) {
      item.marks = flags.join();
      ['current', 'hovered', 'pinned', 'faded', 'broken'].forEach((name, i) => root.toggleAttribute(`data-${name}`, flags[i]));
      root.setAttribute('aria-pressed', String(marks.pinned === id));
    }
    if (!item.view.pick) return;
    const picks = marks.picks.get(id) ?? null;
    const key = JSON.stringify(picks);
    if (item.cell === key) return;
    item.cell = key;
    item.view.pick(picks);
  }

  return {
    /**
     * @param {Scene} scene @param {Card[]} visible @param {Frame} frame @param {Marks} marks
     * @param {boolean} fresh forget all elements: another graph, other type
     */
    sync(scene, visible, frame, marks, fresh) {
      const keep = new Set(visible.map(({id}) => id));
      for (const [id, item] of shown) {
        const same = !fresh && keep.has(id);
        if (same) continue;
        const focused = document.activeElement === item.view.root;
        if (focused && !fresh && scene.card.has(id)) continue;
        item.view.root.remove();
        shown.delete(id);
      }
      /** @type {string|null} */
      let focused = null;
      // All that look otherwise go before any is made: a place in the order is found among what stays.
      for (const card of visible) {
        const item = shown.get(card.id);
        if (!item || item.card === card || item.face === faceOf(card, scene)) continue;
        if (document.activeElement === item.view.root) focused = card.id;
        item.view.root.remove();
        shown.delete(card.id);
      }
      for (const card of visible) {
        const item = shown.get(card.id) ?? make(card, scene);
        shown.set(card.id, item);
        item.card = card;
      }
      for (const item of shown.values()) {
        const {box} = item.card;
        item.view.root.style.transform = `translate(${box.x}px, ${box.y}px)`;
        update(item, scene, frame, marks);
      }
      if (focused !== null) shown.get(focused)?.view.root.focus({preventScroll: true});
      this.rove(roving !== null && shown.has(roving) ? roving : marks.pinned ?? scene.run.output);
    },
    /** The one card that Tab reaches. @param {string} id */
    rove(id) {
      const next = shown.has(id) ? id : shown.keys().next().value ?? null;
      for (const [other, {view}] of shown) view.root.tabIndex = other === next ? 0 : -1;
      roving = next;
    },
    /** @param {string} id */
    focus(id) {
      this.rove(id);
      shown.get(id)?.view.root.focus({preventScroll: true});
    },
    /** @param {string} id */
    view: (id) => shown.get(id)?.view ?? null,
    clear() {
      for (const {view} of shown.values()) view.root.remove();
      shown.clear();
    },
  };
}

/** All that is drawn once, when a card is made. Another program's node may have the same id. @param {Card} card @param {Scene} scene */
function faceOf({node, measured}, scene) {
  return JSON.stringify([measured.form, measured.w, measured.h, node.name, node.label, node.glyph, node.kind, node.shape, node.index, node.box?.nodes, node.id === scene.run.output]);
}
