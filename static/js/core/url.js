/**
 * The page in its address: `#v=1&p=x+=+3.0…&i=x:2.5&t=6`. One table says how every property is written and read; a
 * property at its default is left out. The program comes as `p`, readable, or when long as `z`, deflated; a net as `m` or `c` in its place.
 */
import {isLong, packed, plain, readable, unpacked} from './codec.js';
import {readWireText, wireText} from '../model/tensor.js';
import {timeline} from '../model/timeline.js';
import {isNumbers} from './literals.js';

/** @typedef {import('./state.js').State} State @typedef {import('./state.js').Selection} Selection */

export const VERSION = 1;

/** @typedef {(state: State) => string|null} Write  null: nothing to say @typedef {(text: string) => Partial<State>} Read  raises on nonsense */
/** @type {{key: string, write: Write, read: Read}[]} */
export const PROPERTIES = [
  {key: 'i', write: ({overrides}) => list(overrides, wireText), read: (text) => ({overrides: readOverrides(text)})},
  {key: 'r', write: ({ranges}) => list(ranges, ({lo, hi}) => `${lo}~${hi}`), read: (text) => ({ranges: readRanges(text)})},
  {key: 'd', write: ({detail}) => unless(detail, 'tensor'), read: (text) => ({detail: oneOf(text, ['tensor', 'scalar'])})},
  {key: 's', write: writeFolds, read: (text) => ({folds: readFolds(text)})},
  {key: 'u', write: ({opened}) => (opened.length ? opened.join(',') : null), read: (text) => ({opened: readOpened(text)})},
  {key: 't', write: stepOf, read: (text) => ({t: Math.max(0, number(text))})},
  {key: 'l', write: ({labels}) => unless(labels, 'local'), read: (text) => ({labels: oneOf(text, ['local', 'contribution', 'both'])})},
  {key: 'o', write: ({direction}) => direction, read: (text) => ({direction: oneOf(text, ['right', 'down'])})},
  {key: 'tab', write: ({tab}) => unless(tab, 'graph'), read: (text) => ({tab: oneOf(text, ['graph', 'program', 'table', 'derivatives', 'net'])})},
  {key: 'q', write: ({ways}) => list(ways, escaped), read: (text) => ({ways: Object.fromEntries(entriesOf(text).map(([name, value]) => [name, plainOf(value)]))})},
  {key: 'n', write: ({pinned}) => writeSelection(pinned), read: (text) => ({pinned: readSelection(text)})},
  {key: 'w', write: ({viewport}) => viewport && `${round(viewport.x, 1)},${round(viewport.y, 1)},${round(viewport.k, 4)}`, read: (text) => ({viewport: readViewport(text)})},
];

/** What of the state is in the address: a change in one of these writes it. @param {State} state */
export const inAddress = (state) => [state.net ?? state.program, ...PROPERTIES.map(({write}) => write(state))];

/** @param {State} state @returns {Promise<string>} without the # */
export async function encode(state) {
  const parts = [`v=${VERSION}`, await (state.net ? textPart('m', 'c', JSON.stringify(state.net)) : textPart('p', 'z', state.program))];
  for (const {key, write} of PROPERTIES) {
    const text = write(state);
    if (text !== null) parts.push(`${key}=${readable(text)}`);
  }
  return parts.join('&');
}

/**
 * What an address says; nothing for an empty one. What can't be read is left out and told.
 * @param {string} fragment
 * @returns {Promise<{patch: Partial<State>, notice: string|null}>}
 */
export async function decode(fragment) {
  const fields = new Map(fragment.replace(/^#/, '').split('&').filter(Boolean).map(pairOf));
  if (!fields.size) return {patch: {}, notice: null};
  if (fields.get('v') !== String(VERSION)) return {patch: {}, notice: strange(fields.get('v'))};
  /** @type {string[]} */
  const unread = [];
  /** @type {Partial<State>} */
  let patch = fields.has('m') || fields.has('c') ? await netOf(fields, unread) : await programOf(fields, unread);
  for (const {key, read} of PROPERTIES) {
    const text = fields.get(key);
    if (text === undefined) continue;
    try {
      patch = {...patch, ...read(text)};
    } catch {
      unread.push(`${key}=`);
    }
  }
  return {patch, notice: unread.length ? `This link is damaged: ${unread.join(', ')} could not be read. The rest is here.` : null};
}

/** A text under one key while it is short, packed under another. @param {string} key @param {string} packedKey @param {string} text */
async function textPart(key, packedKey, text) {
  const written = readable(text);
  return isLong(written) ? `${packedKey}=${await packed(text)}` : `${key}=${written}`;
}

/** @param {string|undefined} version */
function strange(version) {
  const newer = Number(version) > VERSION;
  return newer ? `This link was made by a newer version (v=${version}), so it can't be opened here.` : 'This link is not one of this page, so it was left alone.';
}

/** @param {string} part @returns {[string, string]} */
function pairOf(part) {
  const cut = part.indexOf('=');
  return cut < 0 ? [part, ''] : [part.slice(0, cut), plain(part.slice(cut + 1))];
}

/** @param {Map<string, string>} fields @param {string[]} unread @returns {Promise<Partial<State>>} */
async function programOf(fields, unread) {
  const code = fields.get('z'), text = fields.get('p');
  if (code === undefined) return text === undefined ? {} : {program: text};
  try {
    return {program: await unpacked(code)};
  } catch {
    unread.push('z=');
    return {};
  }
}

/** @param {Map<string, string>} fields @param {string[]} unread @returns {Promise<Partial<State>>} */
async function netOf(fields, unread) {
  const code = fields.get('c');
  try {
    const net = JSON.parse(code === undefined ? fields.get('m') ?? '' : await unpacked(code));
    if (typeof net?.configuration !== 'object') throw new SyntaxError('no configuration');
    return {program: '', net: {configuration: net.configuration, parameters: net.parameters ?? null}};
  } catch {
    unread.push(code === undefined ? 'm=' : 'c=');
    return {};
  }
}

/** Nothing at the end: that is where a run opens. @param {State} state */
function stepOf({t, run, playing}) {
  if (!Number.isFinite(t) || !run || playing || t >= timeline(run).length) return null;
  return String(round(t, 3));
}

/** @param {string} value @param {string} usual */
const unless = (value, usual) => (value === usual ? null : value);

/** @template T @param {Record<string, T>} record @param {(value: T) => string} write */
function list(record, write) {
  const entries = Object.entries(record);
  return entries.length ? entries.map(([name, value]) => `${name}:${write(value)}`).join(';') : null;
}

/** A list's own marks inside a value. @param {string} text */
const escaped = (text) => text.replaceAll('~', '~0').replaceAll(';', '~1');
/** @param {string} text */
const plainOf = (text) => text.replaceAll('~1', ';').replaceAll('~0', '~');

/** @param {string} text @returns {[string, string][]} */
const entriesOf = (text) => text.split(';').filter(Boolean).map((entry) => {
  const cut = entry.indexOf(':');
  if (cut < 1) throw new SyntaxError(entry);
  return [entry.slice(0, cut), entry.slice(cut + 1)];
});

/** @param {string} text @returns {State['overrides']} */
const readOverrides = (text) => Object.fromEntries(entriesOf(text).map(([name, value]) => {
  const read = readWireText(value);
  if (!isNumbers(read)) throw new SyntaxError(name);
  return [name, read];
}));

/** `1f(x)` was opened, `0i = 1/f(x)` closed. @param {State} state */
function writeFolds({folds}) {
  const entries = Object.entries(folds);
  return entries.length ? entries.map(([key, open]) => `${open ? 1 : 0}${key}`).join(';') : null;
}

/** @param {string} text @returns {State['folds']} */
const readFolds = (text) => Object.fromEntries(text.split(';').filter(Boolean).map((entry) => [entry.slice(1), oneOf(entry[0], ['0', '1']) === '1']));

/** @param {string} text @returns {State['ranges']} */
const readRanges = (text) => Object.fromEntries(entriesOf(text).map(([name, value]) => {
  const [lo, hi] = value.split('~').map(number);
  if (!(lo < hi)) throw new RangeError(name);
  return [name, {lo, hi}];
}));

/** `n3`, `n3[1,0]`, an edge by its own id. @param {Selection|null} selection */
function writeSelection(selection) {
  if (!selection) return null;
  return selection.edge ?? (selection.cell ? `${selection.node}[${selection.cell}]` : selection.node ?? null);
}

/** @param {string} text @returns {Selection} */
function readSelection(text) {
  const found = /^([\w.]+)(?:\[([\d,]*)\])?$/.exec(text);
  if (/^scope:[^>]+$/.test(text)) return {node: text};
  if (/^(?:scope:[^>]+|[\w.]+)>(?:scope:[^>]+|[\w.]+)$/.test(text)) return {edge: text};
  if (!found) throw new SyntaxError(text);
  return found[2] === undefined ? {node: found[1]} : {node: found[1], cell: found[2].split(',').filter(Boolean).map(Number)};
}

/** Ids as nodes have them: `n7,n7.2`. @param {string} text */
function readOpened(text) {
  const ids = text.split(',');
  if (!ids.every((id) => /^n\d+(\.\d+)*$/.test(id))) throw new SyntaxError(text);
  return ids;
}

/** @param {string} text */
function readViewport(text) {
  const [x, y, k] = text.split(',').map(number);
  if (!(k > 0)) throw new RangeError(text);
  return {x: number(String(x)), y: number(String(y)), k};
}

/** @param {string} text */
function number(text) {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new SyntaxError(text);
  return value;
}

/** @template {string} const T @param {string} text @param {readonly T[]} known @returns {T} */
function oneOf(text, known) {
  const found = known.find((each) => each === text);
  if (found === undefined) throw new SyntaxError(text);
  return found;
}

/** @param {number} x @param {number} digits */
const round = (x, digits) => Number(x.toFixed(digits));

