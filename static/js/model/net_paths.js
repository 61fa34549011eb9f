/** Places in a net's configuration by the paths that the API names: `layers[2].units`, `data.noise`, `input`. Pure. */

/** @param {string} path @returns {(string|number)[]} */
export const stepsOf = (path) => [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) => (index === undefined ? name : Number(index)));

/** What stands at a path; undefined where nothing does. @param {any} object @param {string} path @returns {any} */
export const valueAt = (object, path) => stepsOf(path).reduce((found, step) => found?.[step], object);

/** A copy with another value there; undefined takes the field away. The rest is shared. @param {any} object @param {string} path @param {unknown} value @returns {any} */
export const withValue = (object, path, value) => set(object, stepsOf(path), value);

/** @param {any} object @param {(string|number)[]} steps @param {unknown} value @returns {any} */
function set(object, [step, ...rest], value) {
  if (step === undefined) return value;
  const copy = Array.isArray(object) ? [...object] : {...object};
  const next = rest.length ? set(copy[step] ?? (typeof rest[0] === 'number' ? [] : {}), rest, value) : value;
  if (next === undefined) delete copy[step];
  else copy[step] = next;
  return copy;
}

/** A list with one entry moved by some places, as far as it goes. @template T @param {readonly T[]} list @param {number} at @param {number} by @returns {T[]} */
export function moved(list, at, by) {
  const to = Math.max(0, Math.min(list.length - 1, at + by)), rest = [...list];
  rest.splice(to, 0, ...rest.splice(at, 1));
  return rest;
}

/**
 * The change that a finding offers, made: new values by path. Given weights that it takes back are taken out.
 * @param {any} configuration @param {Record<string, unknown>} change
 */
export const changed = (configuration, change) => Object.entries(change).reduce((now, [path, value]) => withValue(now, path, value), configuration);
