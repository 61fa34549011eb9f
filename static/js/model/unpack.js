/**
 * The `packed` encoding of /backprop: a JSON head, and behind it columns as they lie in memory.
 * Columns become functions from an index to an item, or typed arrays: nothing is made per node before it is asked for.
 */
import {real} from './tensor.js';

/** @typedef {import('./types.js').Tensor} Tensor */
/** @typedef {Uint8Array|Uint16Array|Uint32Array|Int32Array|Float64Array} Typed */
/** @typedef {(i: number) => any} Reader */
/** @typedef {{head: any, numbers: Part, structure: Part|null}} Packed  `structure` is null where the client has it */

const MAGIC = 0x31505042; // "BPP1", little-endian as all that follows
/** @type {Record<string, Uint8ArrayConstructor|Uint16ArrayConstructor|Uint32ArrayConstructor|Int32ArrayConstructor|Float64ArrayConstructor>} */
const TYPES = {uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, int32: Int32Array, float64: Float64Array};

/** @param {ArrayBuffer} buffer @returns {Packed} */
export function unpack(buffer) {
  const view = new DataView(buffer);
  if (view.getUint32(0, true) !== MAGIC) throw new TypeError('reply: it is not packed, must begin with BPP1');
  const length = view.getUint32(4, true), body = 8 + length;
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const {numbers, structure} = head.parts;
  return {head, numbers: new Part(buffer, body + numbers), structure: structure === null ? null : new Part(buffer, body + structure)};
}

/** Columns whose places are counted from one byte of the reply. */
export class Part {
  /** @param {ArrayBuffer} buffer @param {number} start */
  constructor(buffer, start) {
    this.buffer = buffer;
    this.start = start;
  }

  /** @param {{type: string, at: number, count: number}} place @returns {any} */
  typed({type, at, count}) {
    return new TYPES[type](this.buffer, this.start + at, count);
  }

  /** @param {any} column @returns {Reader} */
  items(column) {
    if (Array.isArray(column)) return (i) => column[i];
    if ('all' in column) return () => column.all;
    if ('dictionary' in column) {
      const {dictionary} = column, index = this.typed(column.index);
      return (i) => dictionary[index[i]];
    }
    const plain = this.typed(column);
    return (i) => plain[i];
  }

  /**
   * Numbers and arrays; null where there is none.
   * @param {any} column @param {(i: number) => number[]} shapeOf @param {number} count @returns {(i: number) => Tensor|null}
   */
  numbers(column, shapeOf, count) {
    if ('type' in column) return this.items(column);
    const flat = this.typed(column.numbers), sizes = this.items(column.sizes), starts = new Uint32Array(count);
    for (let i = 0, at = 0; i < count; i += 1) {
      starts[i] = at;
      at += Math.max(0, sizes(i));
    }
    const known = new Map(Object.entries(column.truncated).map(([i, summary]) => [Number(i), real(summary)]));
    return (i) => {
      if (known.has(i)) return known.get(i);
      if (sizes(i) < 0) return null;
      const shape = shapeOf(i);
      if (!shape.length) return flat[starts[i]];
      const made = nested(flat, starts[i], shape, 0);
      known.set(i, made);
      return made;
    };
  }
}

/** @param {Float64Array} flat @param {number} start @param {number[]} shape @param {number} axis @returns {any} */
function nested(flat, start, shape, axis) {
  const length = shape[axis];
  if (axis === shape.length - 1) return Array.from(flat.subarray(start, start + length));
  const step = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  return Array.from({length}, (_, i) => nested(flat, start + i * step, shape, axis + 1));
}
