/** An equation between variables as a curve: a point that is dragged along it, its slope from the two partial derivatives. */
import {createLookup} from '../../core/lookup.js';
import {num} from '../../model/format.js';
import {gradient, mathName} from '../../ui/marks.js';
import {h, setText} from '../../ui/dom.js';
import {choice, choices, noteLine} from './kit.js';
import {createCurve} from './curve.js';

const FIRST = {equation: 'x^2 + y^2 = 1', point: {x: 0.6, y: 0.8}};
const STEP = 0.04;         // of the box's side, for an arrow key

/** @param {HTMLElement} root @param {any} ctx store, actions, client @returns {() => void} */
export function mount(root, ctx) {
  const {store, actions, client} = ctx;
  const note = noteLine(), told = h('p', {class: 'way-lead', role: 'status'}), numbers = h('div', {class: 'implicit-numbers'}), fields = h('div', {class: 'way-choices'});
  const text = h('input', {class: 'way-text', type: 'text', spellcheck: 'false', autocomplete: 'off', onchange: () => actions.setWay({equation: text.value, point: null, of: null, by: null})});
  const of = choice('Slope of', (value) => actions.setWay({of: value, by: null})), by = choice('by', (value) => actions.setWay({by: value}));
  const curve = createCurve({drag: (place) => move(place), key: walk});
  const graph = h('button', {type: 'button', class: 'tool', onclick: draw}, 'Draw F as a graph');
  root.replaceChildren(choices(h('label', {class: 'way-choice'}, h('span', {}, 'Equation'), text), of.root, by.root, graph), note, h('div', {class: 'way-columns'}, curve.root, h('div', {class: 'way-wide'}, told, numbers, fields)));
  const SUBJECT = /** @type {any} */ ({});   // what is asked about does not change with the page's run
  /** @type {any} */
  let last = null;
  /** @type {Map<string, HTMLInputElement>} */
  let inputs = new Map();

  const lookup = createLookup({
    post: (body) => client.post('/implicit', body),
    answered(_, {reply, error}) {
      setText(note, error ?? '');
      note.hidden = !error;
      if (reply) show(reply);
    },
  });

  function look() {
    const {ways, tab} = store.get(), equation = ways.equation ?? FIRST.equation;
    if (tab !== 'derivatives') return;
    if (document.activeElement !== text) text.value = equation;
    const body = {equation, point: pointOf(ways), ...(ways.of ? {dependent: ways.of} : {}), ...(ways.by ? {independent: ways.by} : {})};
    lookup.wish({run: SUBJECT, key: JSON.stringify(body), body});
  }

  /** To the place of the curve nearest to another. @param {Record<string, number>} place */
  async function move(place) {
    const {ways} = store.get(), point = {...pointOf(ways), ...last?.point};
    const reply = await client.post('/implicit', {equation: ways.equation ?? FIRST.equation, point, dependent: last?.dependent, independent: last?.independent, project: place, curve: false}).catch(() => null);
    if (reply?.projected) actions.setWay({point: JSON.stringify(reply.point)});
  }

  /** Along the tangent, then back onto the curve. @param {1|-1} way */
  function walk(way) {
    const {tangent, branches, point, box, independent, dependent} = last ?? {}, along = tangent ?? branches?.[0];
    if (!along) return;
    const step = STEP * way * Math.min(box[independent][1] - box[independent][0], box[dependent][1] - box[dependent][0]);
    return move({[independent]: point[independent] + step * along[independent], [dependent]: point[dependent] + step * along[dependent]});
  }

  /** @param {any} reply */
  function show(reply) {
    last = reply;
    const names = /** @type {[string, string][]} */ (reply.variables.map((/** @type {string} */ name) => [name, name]));
    of.list(names, reply.dependent);
    by.list(names.filter(([name]) => name !== reply.dependent), reply.independent);
    curve.show(reply);
    told.replaceChildren(...slopeLine(reply));
    numbers.replaceChildren(...details(reply));
    if (inputs.size !== reply.variables.length || reply.variables.some((/** @type {string} */ name) => !inputs.has(name))) {
      inputs = new Map(reply.variables.map((/** @type {string} */ name) => [name, field(name)]));
      fields.replaceChildren(...[...inputs].map(([name, input]) => h('label', {class: 'way-choice'}, mathName(name), input)));
    }
    // What is being typed is not written over.
    for (const [name, input] of inputs) if (document.activeElement !== input) input.value = String(reply.point[name]);
  }

  /** @param {string} name */
  function field(name) {
    const input = h('input', {class: 'input-field num', type: 'number', step: 'any', 'aria-label': `point ${name}`, onchange: () => {
      if (Number.isFinite(input.valueAsNumber)) actions.setWay({point: JSON.stringify({...last?.point, ...pointOf(store.get().ways), [name]: input.valueAsNumber})});
    }});
    return input;
  }

  /** F = left − right becomes the page's program: its gradients are the partial derivatives. */
  function draw() {
    if (!last) return;
    actions.open([...last.variables.map((/** @type {string} */ name) => `${name} = ${float(last.point[name])}`), last.program].join('\n'));
  }

  const leave = store.subscribe((/** @type {any} */ {ways, tab}) => [ways, tab], look);
  look();
  return () => {
    lookup.wish(null);
    leave();
  };
}

/** @param {Readonly<Record<string, string>>} ways @returns {Record<string, number>} */
function pointOf(ways) {
  try {
    return ways.point ? JSON.parse(ways.point) : ways.equation === undefined ? FIRST.point : {};
  } catch {
    return {};
  }
}

/** @param {number} x */
const float = (x) => (Number.isInteger(x) ? `${x}.0` : String(x));

/** d y/d x = −F x/F y with its numbers, or why there is none. @param {any} reply */
function slopeLine({dependent, independent, partials, derivative, variables}) {
  const d = variables.length > 2 ? '∂' : 'd', name = [`${d}`, mathName(dependent), `/${d}`, mathName(independent)];
  if (derivative === 'singular') return [...name, ' does not exist: all partial derivatives are 0, the curve has no one tangent here.'];
  if (derivative === 'vertical') return [...name, ' does not exist: the tangent is vertical, F', h('sub', {}, dependent), ' is 0.'];
  return [...name, ' = −F', h('sub', {}, independent), ' / F', h('sub', {}, dependent), ` = −(${num(partials[independent])}) / (${num(partials[dependent])}) = `, gradient(derivative)];
}

/** @param {any} reply */
function details({partials, residual, on_curve: on, second_derivative: second, derivatives, dependent, independent, derivative}) {
  const others = Object.entries(derivatives).filter(([name]) => name !== independent);
  return [
    h('p', {}, 'Partial derivatives: ', ...Object.entries(partials).flatMap(([name, value], i) => [i ? ', ' : '', 'F', h('sub', {}, name), ` = ${word(value)}`])),
    ...others.map(([name, value]) => h('p', {}, '∂', mathName(dependent), '/∂', mathName(name), ` = ${word(value)}`)),
    typeof second === 'number' && typeof derivative === 'number' ? h('p', {}, 'Second derivative: ', gradient(second)) : null,
    h('p', {class: 'way-note'}, on ? 'The point is on the curve.' : `The point is off the curve: F = ${word(residual)} there, and the slope is that of the level line through it.`),
  ].filter((each) => each !== null);
}

/** @param {any} value */
const word = (value) => (typeof value === 'number' ? num(value) : String(value));
