/**
 * How a net is trained, as the page's address and a request of /network/train have it. What the optimizer and the schedule
 * take, with limits and defaults, is told by `GET /network/optimizers`.
 */
import {num} from './format.js';

/** @typedef {{name: string} & Record<string, any>} Chosen */
/**
 * @typedef {object} Settings
 * @property {Chosen} optimizer
 * @property {Chosen} schedule
 * @property {number|null} batch_size  null: all examples
 * @property {boolean} shuffle
 * @property {number|null} clip_norm   null: not clipped
 * @property {readonly string[]} freeze
 */

const COSINE_STEPS = 1000;      // the server's default is the request's last step, which says nothing where one asks bit by bit

/** @type {Readonly<Settings>} */
export const USUAL = Object.freeze({
  optimizer: Object.freeze({name: 'sgd', learning_rate: 0.1}), schedule: Object.freeze({name: 'constant'}), batch_size: 10, shuffle: true, clip_norm: null, freeze: Object.freeze([]),
});

/** Of what the address says; what is missing or of the wrong kind is as usual. @param {string|undefined} text JSON @returns {Settings} */
export function readSettings(text) {
  /** @type {any} */
  let given = {};
  try { given = JSON.parse(text ?? '{}') ?? {}; } catch { /* as usual */ }
  const fits = (/** @type {string} */ key, /** @type {(value: any) => boolean} */ ok) => (key in given && ok(given[key]) ? given[key] : /** @type {any} */ (USUAL)[key]);
  const named = (/** @type {any} */ value) => typeof value?.name === 'string', amount = (/** @type {any} */ value) => value === null || (Number.isFinite(value) && value > 0);
  const schedule = fits('schedule', named);
  return {
    optimizer: fits('optimizer', named), schedule: schedule.name === 'cosine' && !schedule.t_max ? {...schedule, t_max: COSINE_STEPS} : schedule, batch_size: fits('batch_size', amount), shuffle: fits('shuffle', (value) => typeof value === 'boolean'),
    clip_norm: fits('clip_norm', amount), freeze: fits('freeze', (value) => Array.isArray(value) && value.every((each) => typeof each === 'string')),
  };
}

/** For the address: null for what is as usual. @param {Settings} settings */
export const writeSettings = (settings) => (sameSettings(settings, USUAL) ? null : JSON.stringify(settings));

/** @param {Settings} a @param {Settings} b */
export const sameSettings = (a, b) => JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));

/** @param {any} value @returns {any} */
function ordered(value) {
  if (Array.isArray(value) || value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, ordered(value[key])]));
}

/** The fields of a request. @param {Settings} settings */
export function trainingOf({optimizer, schedule, batch_size, shuffle, clip_norm, freeze}) {
  return {optimizer, schedule, shuffle, freeze, ...(batch_size === null ? {} : {batch_size}), ...(clip_norm === null ? {} : {clip_norm})};
}

/** An optimizer or schedule of another name: what both take keeps its value. @param {Chosen} before @param {{name: string, fields: {name: string, default: any}[]}} record @returns {Chosen} */
export function switched(before, {name, fields}) {
  return {name, ...Object.fromEntries(fields.filter((field) => field.name in before).map((field) => [field.name, before[field.name]]))};
}

/** In a few words, for a list of runs: "SGD 0.1, momentum 0.9, batch 10". @param {Settings} settings @param {Record<string, any>} [configuration] */
export function settingsText({optimizer, schedule, batch_size, shuffle, clip_norm, freeze}, configuration = {}) {
  const {name, learning_rate, ...rest} = optimizer, {name: kind, ...options} = schedule;
  return [
    [name, learning_rate === undefined ? '' : num(learning_rate)].filter(Boolean).join(' '), ...told(rest), kind === 'constant' && !options.warmup ? '' : [kind, ...told(options)].join(' '),
    batch_size === null ? 'full batch' : `batch ${batch_size}${shuffle ? ', shuffled' : ''}`, clip_norm === null ? '' : `clipped at ${num(clip_norm)}`,
    freeze.length ? `${freeze.join(', ')} frozen` : '', ...told({l1: configuration.l1, l2: configuration.l2}),
  ].filter(Boolean).join(', ');
}

/** @param {Record<string, any>} options */
const told = (options) => Object.entries(options).filter(([, value]) => value !== undefined && value !== false && value !== 0)
  .map(([name, value]) => (value === true ? words(name) : `${words(name)} ${[value].flat().map((each) => num(each)).join(' ')}`));

/** `learning_rate` → learning rate. @param {string} name */
export const words = (name) => name.replaceAll('_', ' ');
