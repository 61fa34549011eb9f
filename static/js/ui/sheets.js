/** Style sheets that only some views need: linked when the first of them opens. */

/** @type {Map<string, Promise<void>>} */
const linked = new Map();

/** Links a style sheet once; settles when it holds, and when it can't be had. @param {string} href @returns {Promise<void>} */
export function linkStyle(href) {
  const known = linked.get(href);
  if (known) return known;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = href;
  const there = new Promise((/** @type {(value: void) => void} */ resolve) => {
    link.onload = link.onerror = () => resolve();
  });
  document.head.append(link);
  linked.set(href, there);
  return there;
}
