/** An array as a grid of fields. Arrow keys walk, numbers pasted from a table fill it. */
import {setTo} from '../../core/literals.js';
import {flat} from '../../model/tensor.js';
import {h} from '../../ui/dom.js';
import {checkMark, mathName} from '../../ui/marks.js';

const MOST = 576;

/** @param {{name: string, id: string, write: (value: any) => void, store: any, actions: any}} parts */
export function gridInput({name, id, write, store, actions}) {
  const shape = h('span', {class: 'input-shape quiet'}), body = h('div', {class: 'grid', role: 'group', 'aria-label': name});
  const check = checkMark();
  const reset = h('button', {type: 'button', class: 'input-reset', hidden: true, onclick: () => actions.resetInput(name)}, 'Back');
  const keep = h('button', {type: 'button', class: 'input-reset', hidden: true, title: 'Write these values into the program', 'aria-label': `Write ${name} into the program`, onclick: () => actions.writeInput(name)}, 'Keep');
  const root = h('div', {class: 'input', 'data-input': name, onpointerenter: () => actions.hover({node: id}), onpointerleave: () => actions.hover(null)},
    h('div', {class: 'input-head'}, mathName(name, 'input-name math'), reset, keep, check.root, shape), body);
  let value = /** @type {any} */ ([]), form = /** @type {number[]} */ ([]), built = '';
  /** @type {HTMLInputElement[]} */
  let fields = [];
  /** @type {{program: string, own: any, told: any}|null} what the fields are of */
  let seen = null;
  /** What stands in them: during a drag of something else nothing is written. @type {(number|undefined)[]} */
  let written = [];

  function build() {
    const columns = form[form.length - 1] || 1, indices = places(form);
    fields = indices.map((at, i) => h('input', {
      class: 'cell num', type: 'number', step: 'any', 'aria-label': `${name}[${at.join(',')}]`, onchange: () => change(i),
      onkeydown: (/** @type {KeyboardEvent} */ event) => move(event, i, columns), onpaste: (/** @type {ClipboardEvent} */ event) => paste(event, i, columns),
      onfocus: () => actions.hover({node: id, cell: at}), onblur: () => actions.hover(null),
    }));
    body.style.gridTemplateColumns = `repeat(${columns}, minmax(46px, 1fr))`;
    body.replaceChildren(...fields);
    written = [];
  }

  /** @param {number[]} numbers */
  function writeFields(numbers) {
    numbers.forEach((x, i) => {
      if (Object.is(x, written[i]) || document.activeElement === fields[i]) return;
      fields[i].value = String(x);
      written[i] = x;
    });
  }

  /** @param {number} i */
  function change(i) {
    const next = fields[i].valueAsNumber;
    if (Number.isFinite(next)) write(nested(flat(value).map((x, j) => (j === i ? next : x)), form));
    else fields[i].value = String(flat(value)[i]);
  }

  /** @param {KeyboardEvent} event @param {number} i @param {number} columns */
  function move(event, i, columns) {
    const by = {ArrowUp: -columns, ArrowDown: columns, Enter: columns}[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = fields[i + by];
    if (next) next.focus(); else fields[i].blur();
  }

  /** @param {ClipboardEvent} event @param {number} i @param {number} columns */
  function paste(event, i, columns) {
    const rows = (event.clipboardData?.getData('text') ?? '').trim().split(/\r?\n/).map((row) => row.split(/[\t,;]\s*|\s+/).map(Number));
    if (rows.flat().length < 2 || rows.flat().some((x) => !Number.isFinite(x))) return;
    event.preventDefault();
    const next = [...flat(value)];
    rows.forEach((row, down) => row.forEach((x, right) => {
      const column = (i % columns) + right, place = i + down * columns + right;
      if (column < columns && place < next.length) next[place] = x;
    }));
    next.forEach((x, j) => { fields[j].value = String(x); });
    write(nested(next, form));
  }

  return {
    root,
    /** @param {any} input @param {{reached: boolean, check: string}} shown */
    update(input, {reached, check: checked}) {
      check.show(reached ? checked : 'none');
      const {program, overrides} = store.get(), own = overrides[name];
      reset.hidden = keep.hidden = !(name in overrides);
      if (seen && seen.program === program && seen.own === own && seen.told === input.value) return;
      seen = {program, own, told: input.value};
      const set = setTo(store.get(), name);
      value = Array.isArray(set) ? set : input.value;
      form = formOf(value);
      const numbers = flat(value), tooMany = numbers.length > MOST;
      shape.textContent = form.join(' × ');
      if (built !== form.join()) {
        built = form.join();
        body.className = tooMany ? 'quiet' : 'grid';
        if (tooMany) body.replaceChildren('Change it in the program.');
        else build();
      }
      if (!tooMany) writeFields(numbers);
    },
  };
}

/** @param {any} value @returns {number[]} */
const formOf = (value) => (Array.isArray(value) ? [value.length, ...(value.length ? formOf(value[0]) : [])] : []);

/** Every index of a shape, in reading order. @param {number[]} form @returns {number[][]} */
const places = (form) => form.reduce((found, n) => found.flatMap((at) => Array.from({length: n}, (_, i) => [...at, i])), /** @type {number[][]} */ ([[]]));

/** Numbers in reading order → nested lists. @param {number[]} numbers @param {number[]} form @returns {any} */
export function nested(numbers, [n, ...rest]) {
  if (!rest.length) return numbers.slice(0, n);
  const size = numbers.length / n;
  return Array.from({length: n}, (_, i) => nested(numbers.slice(i * size, (i + 1) * size), rest));
}
