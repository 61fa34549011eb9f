/** Forward mode: tangents pushed from the inputs to the output, level by level, beside the gradients that come back. */
import {num, shapeOf} from '../../model/format.js';
import {title} from '../../model/run.js';
import {isScalar, isSummary, real} from '../../model/tensor.js';
import {gradient, mathName} from '../../ui/marks.js';
import {h, setAttribute, setText} from '../../ui/dom.js';
import {among, choice, choices, followRun, noteLine, numberOptions, pointsAt, table} from './kit.js';

/** @typedef {import('../../model/types.js').Run} Run */
/** @typedef {{id: string, level: number, value: any, tangent: any, grad: any, inputs: string[]}} Row */
const LEVEL_MS = 800;
const ROWS_MOST = 300;
const LARGEST = 3000;      // nodes whose tangents are sent and listed

/** @param {HTMLElement} root @param {any} ctx store, actions, client @returns {() => void} */
export function mount(root, ctx) {
  const {actions} = ctx;
  const note = noteLine(), lead = h('p', {class: 'way-lead'}), identity = h('p', {class: 'way-note'}), body = h('div'), told = h('p', {class: 'way-told', role: 'status'});
  const along = choice('Seed 1 at', (seed) => actions.setWay({seed}));
  const slider = h('input', {type: 'range', min: 0, step: 1, 'aria-label': 'Level', oninput: () => { pause(); go(Number(slider.value)); }});
  const play = h('button', {type: 'button', class: 'tool', onclick: () => (timer === null ? start() : pause())}, 'Play');
  root.replaceChildren(choices(along.root, play, button('Level back', '◁', () => { pause(); go(level - 1); }), button('Level forward', '▷', () => { pause(); go(level + 1); }), slider), note, told, lead, identity, body);
  /** @type {{rows: Row[], run: Run, last: number}|null} */
  let shown = null;
  let level = Infinity;
  /** @type {any} */
  let timer = null;

  /** @param {string} name @param {string} text @param {() => void} press */
  function button(name, text, press) {
    return h('button', {type: 'button', class: 'tool', 'aria-label': name, onclick: press}, text);
  }

  /** @param {import('../../core/state.js').State} state @param {Run} run */
  function ask({ways}, run) {
    const options = numberOptions(run), seed = among(options, ways.seed);
    along.list(options, seed);
    if (run.size.nodes <= LARGEST) return seed ? {tangents: seedOf(run, seed), include: []} : null;
    note.hidden = false;
    setText(note, `Tangents are listed for up to ${LARGEST.toLocaleString('en')} nodes; this graph has ${run.size.nodes.toLocaleString('en')}.`);
    return null;
  }

  /** @param {any} reply @param {Run} run */
  function show(reply, run) {
    const rows = reply.nodes.filter((/** @type {any} */ {kind}) => kind !== 'constant').map((/** @type {any} */ node) => ({...node, value: real(node.value), tangent: real(node.tangent), grad: real(node.grad)}));
    shown = {rows, run, last: Math.max(0, ...rows.map((/** @type {Row} */ each) => each.level))};
    slider.max = String(shown.last);
    lead.replaceChildren(...passes(reply));
    setText(identity, said(reply.identity));
    go(Math.min(level, shown.last));
  }

  function start() {
    if (!shown) return;
    if (level >= shown.last) go(0);
    timer = setInterval(() => {
      go(level + 1);
      if (shown && level >= shown.last) pause();
    }, LEVEL_MS);
    setText(play, 'Pause');
  }

  function pause() {
    clearInterval(timer);
    timer = null;
    setText(play, 'Play');
  }

  /** @param {number} next */
  function go(next) {
    if (!shown) return;
    const {rows, run, last} = shown;
    level = Math.max(0, Math.min(last, next));
    slider.value = String(level);
    setAttribute(slider, 'aria-valuetext', `level ${level} of ${last}`);
    const reached = rows.filter((row) => row.level <= level), now = rows.filter((row) => row.level === level);
    actions.setBadges(Object.fromEntries(reached.filter(({tangent}) => tangent !== null).map(({id, tangent}) => [id, `v̇ ${brief(tangent)}`])));
    actions.trace(level === last ? null : {nodes: [...now.map(({id}) => id), ...now.flatMap(({inputs}) => inputs)], edges: now.flatMap(({id}) => run.operands(id).map((edge) => edge.id))});
    setText(told, level === last ? 'Forward, finished.' : `Level ${level} of ${last}: ${now.slice(0, 4).map(({id, tangent}) => `${title(run.node(id))} moves by ${brief(tangent)}`).join(', ')}.`);
    body.replaceChildren(tangents(rows, level, run, actions));
  }

  const leave = followRun(ctx, {path: '/jvp', ask, show, note});
  return () => {
    leave();
    pause();
    actions.setBadges(null);
    actions.trace(null);
  };
}

/** 1 at one number, 0 at all others of its input. @param {Run} run @param {string} seed `t`, `W[0,1]` */
function seedOf(run, seed) {
  const [, base, at] = /** @type {RegExpExecArray} */ (/^(.*?)(?:\[([\d,]+)\])?$/.exec(seed)), value = run.reply.values[base];
  return at && value !== undefined ? {[base]: oneAt(shapeOf(value), at.split(',').map(Number), true)} : {[seed]: 1};
}

/** @param {readonly number[]} shape @param {readonly number[]} index @param {boolean} here @returns {any} nested lists */
function oneAt([n, ...shape], [first, ...index], here) {
  if (n === undefined) return here ? 1 : 0;
  return Array.from({length: n}, (_, i) => oneAt(shape, index, here && i === first));
}

/** @param {any} reply */
function passes({passes: {forward, reverse}}) {
  const times = (/** @type {number} */ n) => `${n.toLocaleString('en')} pass${n === 1 ? '' : 'es'}`;
  return [`Forward mode, one pass per input: ${times(forward)} for the whole gradient. Reverse mode, one pass per output: ${times(reverse)}.`];
}

/** ⟨ȳ, Jẋ⟩ = ⟨Jᵀȳ, ẋ⟩ with its two numbers. @param {any} identity */
function said({output_side: output, input_side: input}) {
  const [left, right] = [real(output), real(input)], agrees = left === right || Math.abs(left - right) <= 1e-9 * Math.max(1, Math.abs(left));
  return `Seen from the output ⟨ȳ, Jẋ⟩ = ${num(left)}, from the inputs ⟨Jᵀȳ, ẋ⟩ = ${num(right)} ${agrees ? '✓' : '✗'}`;
}

/** @param {Row[]} rows @param {number} level @param {Run} run @param {any} actions */
function tangents(rows, level, run, actions) {
  const made = rows.slice(0, ROWS_MOST).map((row) => {
    const edges = run.operands(row.id).map(({id}) => id);
    const line = h('tr', {}, h('th', {scope: 'row'}, mathName(title(run.node(row.id)))), h('td', {class: 'num'}, brief(row.value)), h('td', {class: 'num strong'}, row.level <= level ? brief(row.tangent) : '—'), h('td', {}, isScalar(row.grad) || row.grad === null ? gradient(row.grad) : brief(row.grad)));
    return /** @type {HTMLTableRowElement} */ (pointsAt(line, actions, {nodes: [row.id, ...row.inputs], edges}));
  });
  const rest = rows.length > ROWS_MOST ? h('p', {class: 'way-note'}, `and ${rows.length - ROWS_MOST} nodes more`) : null;
  return h('div', {}, table('Tangents and gradients', [['Node', ''], ['Value v', ''], ['Tangent v̇', ''], ['Gradient v̄', '']], made), rest);
}

/** A number, or what an array comes to. @param {any} value */
function brief(value) {
  if (value === null) return '0';
  if (isScalar(value)) return num(value);
  if (isSummary(value)) return `norm ${value.norm === null ? '—' : num(value.norm)}`;
  const flat = /** @type {any} */ (value).flat(Infinity);
  return flat.length <= 3 ? `[${flat.map((/** @type {number} */ x) => num(x)).join(', ')}]` : `[${num(flat[0])}, … ${flat.length}]`;
}
