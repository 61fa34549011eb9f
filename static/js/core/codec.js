/** Text in a URL: readable while it is short, deflated when it is long. */

const LONG = 1200;

/** Space as +, and only what a URL's fragment can't hold escaped. @param {string} text */
export function readable(text) {
  return encodeURIComponent(text).replace(/%20/g, '+')
    .replace(/%(?:3D|2A|28|29|2F|2C|3A|40|21|24|3B|5B|5D|27|7C|5E)/g, decodeURIComponent);
}

/** The other way; what is no proper escape stays as it is. @param {string} text */
export function plain(text) {
  const spaced = text.replace(/\+/g, '%20');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced.replace(/%20/g, ' ');
  }
}

/** Whether packing is worth its unreadability, and possible. @param {string} encoded */
export const isLong = (encoded) => encoded.length > LONG && typeof CompressionStream === 'function';

/** @param {string} text @returns {Promise<string>} */
export async function packed(text) {
  const bytes = await through(new TextEncoder().encode(text), new CompressionStream('deflate-raw'));
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** @param {string} code @returns {Promise<string>} raises when it is damaged */
export async function unpacked(code) {
  const binary = atob(code.replace(/-/g, '+').replace(/_/g, '/'));
  const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
  return new TextDecoder().decode(await through(bytes, new DecompressionStream('deflate-raw')));
}

/** @param {Uint8Array<ArrayBuffer>} bytes @param {GenericTransformStream} transform @returns {Promise<Uint8Array>} */
async function through(bytes, transform) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(/** @type {any} */ (transform))).arrayBuffer());
}
