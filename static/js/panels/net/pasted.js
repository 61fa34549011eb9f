/** A table of a person's own: pasted, dropped or chosen as a file; what can't be read is told by row and column. */
import {isClasses, readTable} from '../../model/csv.js';
import {h, setText} from '../../ui/dom.js';

/** @typedef {import('./draft.js').Draft} Draft @typedef {import('./fields.js').Part} Part */

const SHOWN_ROWS = 200;

/** @param {Draft} draft @param {import('./data.js').Give} give @returns {Part} */
export function pastedPart(draft, give) {
  const said = h('p', {class: 'net-hint', role: 'status'}), fault = h('p', {class: 'net-fault', role: 'alert', hidden: true});
  const text = h('textarea', {class: 'net-table', rows: 6, 'aria-label': 'Table of numbers, the last column is the target', placeholder: 'x1,x2,class\n0.5,1.2,0', spellcheck: 'false', oninput: () => read()});
  const file = h('input', {type: 'file', accept: '.csv,.tsv,.txt,text/csv', class: 'unseen', tabindex: -1, 'aria-hidden': 'true', onchange: () => void take(file.files?.[0])});
  const open = h('button', {type: 'button', class: 'tool', onclick: () => file.click()}, 'Open a file');
  const root = h('div', {class: 'net-own'}, h('p', {class: 'net-hint'}, 'Paste rows of numbers, or drop a CSV file. The last column is what is to be learned: class names, classes from 0, or numbers.'), text, h('div', {class: 'net-row'}, open, file), fault, said);

  /** @param {File|undefined} found */
  async function take(found) {
    if (!found) return;
    text.value = await found.text();
    read();
  }

  function read() {
    const {points, errors} = readTable(text.value);
    fault.hidden = !errors.length;
    setText(fault, errors.join('\n'));
    if (!points) return setText(said, '');
    const classes = isClasses(points), features = points.names.length - 1;
    setText(said, `${points.rows.length} rows of ${features} ${features === 1 ? 'feature' : 'features'}; ${points.names[features]} ${classes ? `is a class${points.classes ? `: ${points.classes.map((name, i) => `${name} = ${i}`).join(', ')}` : ''}` : 'is a number to be met'}.`);
    give(points.rows.map((row) => row.slice(0, -1)), points.rows.map((row) => row[features]), classes, 'net:table');
  }

  root.addEventListener('dragover', (event) => { event.preventDefault(); root.toggleAttribute('data-over', true); });
  root.addEventListener('dragleave', () => root.toggleAttribute('data-over', false));
  root.addEventListener('drop', (event) => {
    event.preventDefault();
    root.toggleAttribute('data-over', false);
    void take(event.dataTransfer?.files[0]);
  });

  const {x, y} = draft.at('data') ?? {};
  if (Array.isArray(x) && Array.isArray(y) && x.length <= SHOWN_ROWS) text.value = x.map((row, i) => [row, y[i]].flat(Infinity).join(', ')).join('\n');
  return {root, update() {}};
}
