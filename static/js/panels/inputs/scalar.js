/** One number: its field, its slider with editable ends, its gradient. */
import {num, spoken} from '../../model/format.js';
import {checkMark, gradientMark, mathName} from '../../ui/marks.js';
import {h, setAttribute, setText} from '../../ui/dom.js';
import {literalOf, setTo} from '../../core/literals.js';
import {svg} from '../../render/elements.js';
import {FINE, keyed, rangeFor, rounded, within} from './range.js';

const KNOB_PX = 12, TAP_PX = 4;
const TICKS = Array.from({length: 9}, (_, i) => `M${i * 27} 0v${i % 4 === 0 ? 7 : 4}`).join('');

/** @param {{name: string, id: string, write: (value: number) => void, store: any, actions: any, output: () => string}} parts */
export function scalarInput({name, id, write, store, actions, output}) {
  let value = 0;
  let range = /** @type {{lo: number, hi: number}|null} */ (null);
  const field = h('input', {class: 'input-field num', type: 'number', step: 'any', 'aria-label': name, onchange: typed, onkeydown: fieldKeys});
  const knob = h('span', {class: 'slider-knob'}), ink = h('span', {class: 'slider-ink'});
  const ticks = svg('svg', {class: 'slider-ticks', viewBox: '0 0 216 8', preserveAspectRatio: 'none', 'aria-hidden': 'true'});
  svg('path', {d: TICKS}, ticks);
  const slider = h('div', {class: 'slider', role: 'slider', tabindex: 0, 'aria-label': name}, h('span', {class: 'slider-track'}), ticks, ink, knob);
  const lo = end('lo'), hi = end('hi'), mark = gradientMark(), check = checkMark(), notYet = h('span', {class: 'quiet'}, 'not reached yet');
  const reset = h('button', {type: 'button', class: 'input-reset', hidden: true, onclick: () => actions.resetInput(name)}, '');
  const keep = h('button', {type: 'button', class: 'input-reset', hidden: true, title: 'Write this value into the program', 'aria-label': `Write ${name} into the program`, onclick: () => actions.writeInput(name)}, 'Keep');
  const of = h('span', {class: 'input-of math'});
  const root = h('div', {class: 'input', 'data-input': name, onpointerenter: () => actions.hover({node: id}), onpointerleave: () => { if (store.get().held === null) actions.hover(null); }},
    h('div', {class: 'input-head'}, mathName(name, 'input-name math'), field), slider, h('div', {class: 'input-ends'}, lo, h('span', {class: 'input-changed'}, reset, keep), hi),
    h('div', {class: 'input-foot'}, of, h('span', {}, mark.root, check.root), notYet));
  listenToDrag();

  /** @param {'lo'|'hi'} which */
  function end(which) {
    return h('input', {class: 'input-end num', type: 'number', step: 'any', 'aria-label': `${name} ${which === 'lo' ? 'from' : 'to'}`, onchange: (/** @type {any} */ event) => {
      const now = rangeNow(), next = {...now, [which]: event.target.valueAsNumber};
      if (next.lo < next.hi) actions.setRange(name, next);
      else event.target.value = now[which];
    }});
  }

  const rangeNow = () => store.get().ranges[name] ?? range ?? rangeFor(value);

  function typed() {
    if (Number.isFinite(field.valueAsNumber)) write(field.valueAsNumber);
    else field.value = String(value);
  }

  /** @param {KeyboardEvent} event */
  function fieldKeys(event) {
    const up = {ArrowUp: 'ArrowRight', ArrowDown: 'ArrowLeft'}[event.key];
    if (!up) return;
    event.preventDefault();
    set(keyed(up, event.shiftKey, value, {lo: Math.min(rangeNow().lo, value - 1), hi: Math.max(rangeNow().hi, value + 1)}) ?? value);
  }

  /** @param {number} next */
  function set(next) {
    if (next === value) return;
    value = next;
    show();
    write(next);
  }

  function listenToDrag() {
    let at = 0, exact = 0, from_px = 0, width_px = 1, moved = false;

    /** To where it is pressed, unless that is the knob itself. @param {PointerEvent} event */
    function aim(event) {
      const box = slider.getBoundingClientRect(), {lo: from, hi: to} = rangeNow();
      const aimed = from + ((event.clientX - box.left) / box.width) * (to - from);
      if (event.shiftKey || Math.abs(aimed - value) <= (to - from) * (KNOB_PX / box.width)) return;
      exact = within(aimed, rangeNow());
      set(rounded(exact, rangeNow(), false));
    }

    slider.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      slider.setPointerCapture(event.pointerId);
      slider.focus({preventScroll: true});
      event.preventDefault();
      actions.hold(name);
      at = from_px = event.clientX;
      width_px = slider.getBoundingClientRect().width; // asked once: at every move it would cost a layout
      exact = value;
      moved = false;
      if (event.pointerType !== 'touch') aim(event);
    });
    slider.addEventListener('pointermove', (event) => {
      if (!slider.hasPointerCapture(event.pointerId)) return;
      moved ||= Math.abs(event.clientX - from_px) > TAP_PX;
      if (!moved && event.pointerType === 'touch') return;
      const {lo: from, hi: to} = rangeNow();
      exact = within(exact + ((event.clientX - at) / width_px) * (to - from) * (event.shiftKey ? FINE : 1), rangeNow());
      at = event.clientX;
      set(rounded(exact, rangeNow(), event.shiftKey));
    });
    // A finger may be about to scroll: the knob jumps to it only once it has turned out to be a tap.
    slider.addEventListener('pointerup', (event) => { if (!moved && event.pointerType === 'touch') aim(event); });
    slider.addEventListener('lostpointercapture', () => actions.release());
    slider.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const next = keyed(event.key, event.shiftKey, value, rangeNow());
      if (next === null) return;
      event.preventDefault();
      event.stopPropagation();
      set(next);
    });
  }

  let slope = '';
  /** @param {string} out */
  function showSlope(out) {
    if (out === slope) return;
    slope = out;
    of.replaceChildren('∂', mathName(out), '/∂', mathName(name));
  }

  function show() {
    const {lo: from, hi: to} = rangeNow(), place = (/** @type {number} */ x) => `${(100 * (within(x, {lo: from, hi: to}) - from)) / (to - from)}%`;
    const zero = parseFloat(place(0)), here = parseFloat(place(value));
    knob.style.left = place(value);
    ink.style.left = `${Math.min(zero, here)}%`;
    ink.style.width = `${Math.abs(here - zero)}%`;
    if (document.activeElement !== field || store.get().held === name) field.value = String(value);
    for (const [input, x] of /** @type {const} */ ([[lo, from], [hi, to]])) if (document.activeElement !== input) input.value = String(x);
    for (const [key, text] of Object.entries({'aria-valuemin': from, 'aria-valuemax': to, 'aria-valuenow': value, 'aria-valuetext': spoken(value)})) setAttribute(slider, key, text);
  }

  return {
    root,
    /** @param {any} input @param {{grad: any, reached: boolean, check: string}} shown */
    update(input, {grad, reached, check: checked}) {
      const {overrides, held, program} = store.get();
      // While it is held the hand is ahead of the answers.
      const set = setTo(store.get(), input.base, input.at);
      if (held !== name) value = typeof set === 'number' ? set : input.value;
      range ??= rangeFor(value);
      if (Number.isFinite(value) && !store.get().ranges[name] && (value < range.lo || value > range.hi)) range = rangeFor(value);
      const asWritten = literalOf(program, name)?.value;
      reset.hidden = !(name in overrides) || typeof asWritten !== 'number';
      keep.hidden = !(name in overrides);
      setText(reset, typeof asWritten === 'number' ? `Back to ${num(asWritten)}` : '');
      showSlope(output());
      mark.show(grad);
      mark.root.hidden = !reached;
      notYet.hidden = reached;
      check.show(reached ? checked : 'none');
      show();
    },
  };
}
