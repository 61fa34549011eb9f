/** The card of a folded scope: its name, how much is in it, its result; below the line how large the gradients inside are. */
import {num, shapeText} from '../model/format.js';
import {decadeBar} from '../model/scales.js';
import {isScalar} from '../model/tensor.js';
import {drawingOf, setPips, setValue, showsValue} from './card.js';
import {element} from './elements.js';
import {countText} from './measure.js';

const HEALTH = new Map([['non_finite', 'not finite']]);

/** @param {import('./scene.js').Card} card @returns {import('./card.js').CardView} */
export function scopeCard({node, measured}) {
  const root = element('div', 'card card-op card-scope');
  const name = element('span', 'card-name card-scope-name', node.name ?? '');
  const count = element('span', 'card-count', node.box ? countText(node.box) : '');
  const value = element('span', 'card-value num');
  const size = element('span', 'card-size num');
  const norm = element('span', 'card-norm-sign', '‖·‖');
  const gradient = element('span', 'card-gradient num');
  const pips = element('span', 'card-pips');
  const health = element('span', 'card-health');
  const drawing = drawingOf(measured.w, false, false);
  root.append(drawing.root, name, count, value, size, norm, gradient, pips, health);
  return {
    root,
    update(state, run) {
      const now = run.node(node.id), largest = now.box?.largest ?? null;
      setValue(value, isScalar(now.value) && showsValue(state) ? now.value : null);
      size.textContent = !isScalar(now.value) && showsValue(state) ? sizeOf(now.shape) : '';
      const g = isScalar(state.grad) ? state.grad : null;
      norm.hidden = g === null;
      gradient.textContent = g === null ? '' : num(g, {card: true});
      gradient.classList.toggle('broken', g !== null && !Number.isFinite(g));
      drawing.update(g === null ? null : largest, {bar: g === null ? null : decadeBar(largest), old: null});
      setPips(pips, state.pips);
      health.textContent = healthText(now.flags);
    },
  };
}

/** An array has no room here: how many numbers it holds. @param {number[]} shape */
const sizeOf = (shape) => (shape.length === 1 ? `${shape[0]} values` : shapeText(shape));

/** The worst of what is noted inside. @param {string[]} flags */
const healthText = (flags) => {
  const worst = flags.includes('non_finite') ? 'non_finite' : flags[0];
  return worst === undefined ? '' : HEALTH.get(worst) ?? worst.replaceAll('_', ' ');
};
