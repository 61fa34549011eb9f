/** A row that scrolls sideways fades where something of it is cut off, so that it can be seen that there is more. */

/** Keeps `data-cut` (`start`, `end`, `both`) of a row true while it scrolls and changes its size. @param {HTMLElement} row @returns {() => void} ends it */
export function tellWhatIsCut(row) {
  function update() {
    const start = row.scrollLeft > 1, end = row.scrollLeft + row.clientWidth < row.scrollWidth - 1;
    row.dataset.cut = start && end ? 'both' : start ? 'start' : end ? 'end' : 'none';
  }
  row.dataset.cut = 'none'; // its rule in the style sheet holds from now on
  const watch = new ResizeObserver(update);
  for (const each of [row, ...row.children]) watch.observe(each);
  row.addEventListener('scroll', update, {passive: true});
  return () => {
    watch.disconnect();
    row.removeEventListener('scroll', update);
  };
}
