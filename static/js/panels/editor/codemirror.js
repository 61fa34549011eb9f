/** The editor proper. Its history is the page's: text and sliders go back along one line. */
// @ts-ignore: the bundle has no types
import * as cm from 'vendor/codemirror.js';
import {createCompletions} from './completions.js';

/** @typedef {import('../../model/types.js').Span} Span @typedef {import('../editor.js').Marks} Marks */

/** @type {import('@codemirror/state').StateEffectType<any>} */
const setMarks = cm.StateEffect.define();
const outside = cm.Annotation.define();

/** Marks wander with the text until new ones come. */
const marks = cm.StateField.define({
  create: () => cm.Decoration.none,
  update(/** @type {any} */ found, /** @type {any} */ transaction) {
    for (const effect of transaction.effects) if (effect.is(setMarks)) return effect.value;
    return found.map(transaction.changes);
  },
  provide: (/** @type {any} */ field) => cm.EditorView.decorations.from(field),
});

const INK = cm.HighlightStyle.define([
  {tag: cm.tags.comment, class: 'code-comment'},
  {tag: cm.tags.string, class: 'code-string'},
  {tag: cm.tags.keyword, class: 'code-keyword'},
]);

/**
 * @param {HTMLElement} root @param {string} text @param {import('../editor.js').Deeds} deeds
 * @param {{label: HTMLElement, focused: boolean}} how  what says the problems; whether to take the focus
 * @returns {import('../editor.js').Editor}
 */
export function codeMirror(root, text, deeds, {label, focused}) {
  const view = new cm.EditorView({parent: root, state: cm.EditorState.create({doc: text, extensions: extensions(deeds)})});
  view.scrollDOM.append(label);
  label.toggleAttribute('data-placed', true);
  if (focused) view.focus();
  return {
    write(next) {
      const now = view.state.doc.toString();
      if (now !== next) view.dispatch({changes: difference(now, next), annotations: outside.of(true)});
    },
    mark(wanted) {
      view.dispatch({effects: setMarks.of(decorations(view.state.doc, wanted, label))});
      place(view, wanted, label);
    },
    close: () => view.destroy(),
  };
}

/** @param {import('../editor.js').Deeds} deeds */
function extensions(deeds) {
  return [
    cm.EditorView.cspNonce.of(/** @type {HTMLElement} */ (document.getElementById('main-module')).nonce),
    cm.lineNumbers(), cm.highlightSpecialChars(), cm.drawSelection(), cm.bracketMatching(), cm.closeBrackets(),
    cm.python(), cm.syntaxHighlighting(INK), marks, cm.EditorView.lineWrapping,
    // Enter ends a line; a word is completed by Tab, or once it has been chosen with the arrows.
    cm.autocompletion({override: [createCompletions(deeds)], icons: false, selectOnOpen: false, interactionDelay: 0}),
    cm.keymap.of([
      {key: 'Tab', run: complete},
      {key: 'Mod-z', run: () => { deeds.undo(); return true; }},
      {key: 'Mod-Shift-z', run: () => { deeds.redo(); return true; }},
      {key: 'Mod-y', run: () => { deeds.redo(); return true; }},
      ...cm.closeBracketsKeymap, ...cm.completionKeymap, ...cm.defaultKeymap,
    ]),
    cm.EditorView.contentAttributes.of({'aria-label': 'Program', autocapitalize: 'off', spellcheck: 'false', translate: 'no'}),
    cm.EditorView.updateListener.of((/** @type {any} */ update) => {
      if (update.docChanged && !update.transactions.some((/** @type {any} */ each) => each.annotation(outside))) deeds.typed(update.state.doc.toString());
      else if (update.selectionSet && update.view.hasFocus) point(update.view, update.state.selection.main.head, deeds);
    }),
    cm.EditorView.domEventHandlers({
      mousemove(/** @type {MouseEvent} */ event, /** @type {any} */ view) {
        const place = view.posAtCoords({x: event.clientX, y: event.clientY});
        if (place === null) deeds.left(); else point(view, place, deeds);
      },
      mouseleave: () => deeds.left(),
      blur: () => deeds.left(),
    }),
  ];
}

/** Takes the chosen word, or else the first. Without a list Tab goes on to what follows the editor. @param {any} view */
function complete(view) {
  const status = cm.completionStatus(view.state);
  if (status !== 'active') return status === 'pending'; // a fast Tab must not fall out of the editor
  return cm.acceptCompletion(view) || (cm.moveCompletionSelection(true)(view) && cm.acceptCompletion(view));
}

/** @param {any} view @param {number} at @param {import('../editor.js').Deeds} deeds */
function point(view, at, deeds) {
  const line = view.state.doc.lineAt(at);
  deeds.pointed(line.number, [...line.text.slice(0, at - line.from)].length + 1);
}

/** Room below a line, as high as the label that is laid over it. */
class Room extends cm.WidgetType {
  /** @param {number} height_px */
  constructor(height_px) {
    super();
    this.height_px = height_px;
  }

  /** @param {Room} other */
  eq(other) { return other.height_px === this.height_px; }

  get estimatedHeight() { return this.height_px; }

  toDOM() {
    const root = document.createElement('div');
    root.className = 'code-room';
    root.style.height = `${this.height_px}px`;
    return root;
  }
}

/**
 * Lays the label over the room that was made for it. It stands beside the text and not in it: what a person reads in
 * the textbox “Program” is the program alone.
 * @param {any} view @param {Marks} wanted @param {HTMLElement} label
 */
function place(view, {problems}, label) {
  view.requestMeasure({
    key: label,
    read() {
      const room = view.contentDOM.querySelector('.code-room')?.getBoundingClientRect(), box = view.scrollDOM.getBoundingClientRect();
      const first = problems[0] && view.coordsAtPos(range(view.state.doc, problems[0].span).from);
      return {top: room && room.top - box.top + view.scrollDOM.scrollTop, caret: first && first.left - box.left};
    },
    write(/** @type {{top?: number, caret?: number}} */ {top, caret}) {
      if (top !== undefined) label.style.top = `${top}px`;
      label.toggleAttribute('data-caret', caret !== undefined);
      label.style.setProperty('--caret', `${caret ?? 0}px`);
      if (problems.length && isTypedIn(view, problems[0].span)) label.scrollIntoView({block: 'nearest'});
    },
  });
}

/** Whether the caret stands in the line of a span. @param {any} view @param {Span} span */
const isTypedIn = (view, span) => view.hasFocus && view.state.doc.lineAt(view.state.selection.main.head).number === span.line;

/** @param {any} doc @param {Marks} wanted @param {HTMLElement} label */
function decorations(doc, {linked, problems}, label) {
  const found = problems.map(({span, message}) => ({...range(doc, span), class: 'code-problem', message}));
  if (linked) found.push({...range(doc, linked), class: 'code-linked', message: ''});
  const ranges = found.filter(({from, to}) => to > from)
    .map((each) => cm.Decoration.mark({class: each.class, attributes: each.message ? {title: each.message} : {}}).range(each.from, each.to));
  if (label.offsetHeight) ranges.push(roomAfter(doc, problems[0]?.span, label.offsetHeight));
  return cm.Decoration.set(ranges, true);
}

/** @param {any} doc @param {Span|undefined} span without one, below the last line @param {number} height_px */
function roomAfter(doc, span, height_px) {
  const line = doc.lineAt(span ? range(doc, span).from : doc.length);
  return cm.Decoration.widget({widget: new Room(height_px), block: true, side: 1}).range(line.to);
}

/** Places in characters → offsets in UTF-16 units, within the text that there is. @param {any} doc @param {Span} span */
function range(doc, span) {
  const offset = (/** @type {number} */ line, /** @type {number} */ column) => {
    const at = doc.line(Math.max(1, Math.min(doc.lines, line)));
    return Math.min(at.to, at.from + [...at.text].slice(0, column - 1).join('').length);
  };
  const from = offset(span.line, span.column), to = offset(span.end_line, span.end_column);
  return to > from ? {from, to} : {from: Math.max(0, from - 1), to: from};
}

/** The least change that makes one text the other, so that caret and marks stay. @param {string} before @param {string} after */
function difference(before, after) {
  let from = 0;
  while (from < before.length && before[from] === after[from]) from += 1;
  let end = before.length, stop = after.length;
  while (end > from && stop > from && before[end - 1] === after[stop - 1]) {
    end -= 1;
    stop -= 1;
  }
  return {from, to: end, insert: after.slice(from, stop)};
}
