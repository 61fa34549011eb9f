/** The few icons, drawn in an 18 px box. Elsewhere a word does. */

const NS = 'http://www.w3.org/2000/svg';
const SHAPES = {
  search: ['M3.5 8a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0zM11.5 11.5L15 15'],
  theme: ['M3.5 9a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0z', '!M9 3.5v11a5.5 5.5 0 0 0 0-11z'],
  share: ['M9 11V3M6 5.5L9 2.8l3 2.7M4.5 9v5.5h9V9'],
  undo: ['M7 4L3.5 7.5L7 11M4 7.5h6.5a4 4 0 0 1 0 8H8'],
  redo: ['M11 4l3.5 3.5L11 11M14 7.5H7.5a4 4 0 0 0 0 8H10'],
  more: ['!M4 7.6a1.4 1.4 0 1 0 0 2.8a1.4 1.4 0 1 0 0-2.8z', '!M9 7.6a1.4 1.4 0 1 0 0 2.8a1.4 1.4 0 1 0 0-2.8z', '!M14 7.6a1.4 1.4 0 1 0 0 2.8a1.4 1.4 0 1 0 0-2.8z'],
  down: ['M5 7l4 4l4-4'],
};

/** @param {keyof typeof SHAPES} name @returns {SVGElement} */
export function icon(name) {
  const root = document.createElementNS(NS, 'svg');
  root.setAttribute('class', 'icon');
  root.setAttribute('viewBox', '0 0 18 18');
  root.setAttribute('aria-hidden', 'true');
  for (const shape of SHAPES[name]) {
    const path = document.createElementNS(NS, 'path');
    path.setAttribute('d', shape.replace(/^!/, ''));
    if (shape.startsWith('!')) path.setAttribute('class', 'solid');
    root.append(path);
  }
  return root;
}
