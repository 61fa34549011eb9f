/** The program's editor: CodeMirror when its bundle is there, else a plain field that does the same job. */
import {linkedSpan, nodeAt} from '../core/selectors.js';
import {access} from '../model/access.js';
import {wholeOf} from '../model/run.js';
import {h} from '../ui/dom.js';
import {plainEditor} from './editor/plain.js';
import {createProblems} from './problems.js';

/** @typedef {import('../model/types.js').Span} Span */
/**
 * @typedef {object} Editor
 * @property {(text: string) => void} write     the program changed elsewhere
 * @property {(marks: Marks) => void} mark
 * @property {() => void} close
 */
/**
 * @typedef {object} Marks
 * @property {Span|null} linked      the text of the node the page is about
 * @property {{span: Span, message: string}[]} problems
 */
/**
 * @typedef {object} Deeds what an editor tells
 * @property {(text: string) => void} typed
 * @property {(line: number, column: number) => void} pointed  a place is pointed at, or the caret stands there
 * @property {() => void} left
 * @property {() => void} undo
 * @property {() => void} redo
 * @property {() => string[]} names                             what the program binds
 * @property {() => Promise<{name: string, doc: string, names: string[]}[]>} ops
 */

/** @param {HTMLElement} root @param {any} ctx store, actions, client @returns {() => void} */
export function mount(root, {store, actions, client}) {
  const host = h('div', {class: 'editor-host'}), label = createProblems({store, actions});
  const deeds = deedsOf(store, actions, client);
  root.replaceChildren(host, label.root);
  let editor = plainEditor(host, store.get().program, deeds);
  let closed = false;

  import('./editor/codemirror.js').then(({codeMirror}) => {
    if (closed) return;
    const focused = root.contains(document.activeElement);
    editor.close();
    editor = codeMirror(host, store.get().program, deeds, {label: label.root, focused});
    mark();
  }).catch(() => {
    if (!closed) actions.lack('editor');
  });

  function mark() {
    const {problems} = store.get();
    editor.mark({linked: linkedSpan(store.get()), problems: problems.filter((/** @type {any} */ {span}) => span)});
  }

  const sized = new ResizeObserver(mark);
  sized.observe(label.root);
  const leave = [
    store.subscribe((/** @type {any} */ {program}) => program, (/** @type {string} */ program) => editor.write(program)),
    store.subscribe((/** @type {any} */ state) => [state.problems, JSON.stringify(linkedSpan(state))], mark),
    label.close,
  ];
  mark();
  return () => {
    closed = true;
    sized.disconnect();
    for (const each of leave) each();
    editor.close();
  };
}

/** @param {any} store @param {any} actions @param {any} client @returns {Deeds} */
function deedsOf(store, actions, client) {
  /** @type {Promise<any[]>|null} */
  let ops = null;
  return {
    typed: (text) => actions.type(text),
    pointed(line, column) {
      const {run, stale, hovered} = store.get();
      const node = run && !stale ? nodeAt(run, line, column) : null;
      if (node !== (hovered?.node ?? null)) actions.hover(node ? {node} : null);
    },
    left: () => { if (store.get().hovered) actions.hover(null); },
    undo: () => actions.undo(),
    redo: () => actions.redo(),
    names: () => (store.get().run ? namesOf(wholeOf(store.get().run)) : []),
    ops: () => (ops ??= client.get('/ops').then((/** @type {any} */ reply) => reply.ops).catch(() => { ops = null; return []; })),
  };
}

/** The variables of a run. @param {import('../model/types.js').Run} run @returns {string[]} */
function namesOf(run) {
  const {count, name} = access(run), found = new Set();
  for (let i = 0; i < count; i += 1) {
    const own = name(i);
    if (own && /^[\p{L}_]\w*$/u.test(own)) found.add(own);
  }
  return [...found];
}
