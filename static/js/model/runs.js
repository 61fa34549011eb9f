/** Runs of training: each with its settings and a recording, and the step of another run that it branches off from. */
import {createRecording} from './recording.js';
import {sameSettings} from './training_settings.js';

export const MOST_BYTES = 18e6;     // of all recordings together
const LETTERS = 26;

/** @typedef {import('./training_settings.js').Settings} Settings @typedef {import('./recording.js').Recording} Recording */
/**
 * @typedef {object} Run
 * @property {number} id
 * @property {string} name
 * @property {Run|null} parent
 * @property {number} from              the step that it begins with
 * @property {boolean} moved            its first parameters were set by hand
 * @property {Settings} settings
 * @property {Readonly<Record<string, any>>} configuration
 * @property {Recording} recording
 */

/** A, B, …, Z, A2, … @param {number} id */
export const nameOf = (id) => String.fromCharCode(65 + (id % LETTERS)) + (id < LETTERS ? '' : String(1 + Math.floor(id / LETTERS)));

/** @param {number} id @param {Pick<Run, 'settings'|'configuration'> & Partial<Run>} what @returns {Run} */
export const createRun = (id, {settings, configuration, parent = null, from = 0, moved = false}) => ({id, name: nameOf(id), parent, from, moved, settings, configuration, recording: createRecording()});

/** Whether a run was trained like this. @param {Run} run @param {Settings} settings @param {Readonly<Record<string, any>>} configuration */
export const trainedLike = (run, settings, configuration) => sameSettings(run.settings, settings) && (run.configuration === configuration || JSON.stringify(run.configuration) === JSON.stringify(configuration));

/** The run, of this one and those that it comes from, in which a step is recorded. @param {Run} run @param {number} step @returns {Run} */
export function holderOf(run, step) {
  let found = run;
  while (step < found.from && found.parent) found = found.parent;
  return found;
}

/** The first step that can be returned to. @param {Run} run */
export const firstOf = (run) => holderOf(run, -Infinity).from;

/** @param {Run} run @param {number} step @returns {import('./recording.js').Told|null} */
export const toldAt = (run, step) => holderOf(run, step).recording.told(step);

/** Rows of the way to a step, of those that are kept, at most `most`. @param {Run} run @param {number} step @param {number} most @returns {{step: number, row: Float64Array}[]} */
export function wayTo(run, step, most) {
  const found = [];
  for (let at = firstOf(run); at <= step; at++) {
    const row = holderOf(run, at).recording.row(at);
    if (row) found.push({step: at, row});
  }
  const every = Math.max(1, Math.ceil(found.length / most));
  return found.filter((_, i) => i % every === 0 || i === found.length - 1);
}

/** Thins the largest recordings until all fit. @param {readonly Run[]} runs @param {number} [most] bytes */
export function fit(runs, most = MOST_BYTES) {
  const sizes = runs.map(({recording}) => recording.bytes);
  for (let total = sizes.reduce((a, b) => a + b, 0), tries = 0; total > most && tries < 40; tries++) {
    const largest = sizes.indexOf(Math.max(...sizes));
    runs[largest].recording.thin();
    total -= sizes[largest];
    sizes[largest] = runs[largest].recording.bytes;
    total += sizes[largest];
  }
}
