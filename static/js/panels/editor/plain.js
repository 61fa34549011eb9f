/** A textarea, for a page without the editor's library: numbers, errors and links stand beside it instead of in it. */
import {h} from '../../ui/dom.js';

/** @param {HTMLElement} root @param {string} text @param {import('../editor.js').Deeds} deeds @returns {import('../editor.js').Editor} */
export function plainEditor(root, text, deeds) {
  const field = h('textarea', {class: 'plain-editor', 'aria-label': 'Program', spellcheck: 'false', autocapitalize: 'off', autocomplete: 'off', wrap: 'off'});
  field.value = text;
  const fitHeight = () => { field.rows = Math.max(3, field.value.split('\n').length); };
  const point = () => {
    const before = field.value.slice(0, field.selectionStart).split('\n');
    deeds.pointed(before.length, [...before[before.length - 1]].length + 1);
  };
  field.addEventListener('input', () => {
    fitHeight();
    deeds.typed(field.value);
  });
  field.addEventListener('keyup', point);
  field.addEventListener('click', point);
  field.addEventListener('blur', deeds.left);
  fitHeight();
  root.replaceChildren(field);
  return {
    write(next) {
      if (field.value === next) return;
      field.value = next;
      fitHeight();
    },
    mark: ({problems}) => field.setAttribute('aria-invalid', String(problems.length > 0)),
    close: () => root.replaceChildren(),
  };
}
