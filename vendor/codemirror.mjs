// The editor's library, as one module: what panels/editor may use.
export { EditorState, Compartment, Prec, RangeSet, RangeSetBuilder, StateEffect, StateField, Annotation, Transaction } from '@codemirror/state'
export {
  EditorView, ViewPlugin, Decoration, WidgetType, keymap, lineNumbers, drawSelection, highlightSpecialChars,
  highlightActiveLine, highlightActiveLineGutter, placeholder, hoverTooltip, rectangularSelection, tooltips,
} from '@codemirror/view'
export { history, historyKeymap, defaultKeymap, indentWithTab, undo, redo } from '@codemirror/commands'
export {
  HighlightStyle, LanguageSupport, StreamLanguage, bracketMatching, indentUnit, syntaxHighlighting, syntaxTree,
} from '@codemirror/language'
export {
  autocompletion, acceptCompletion, closeBrackets, closeBracketsKeymap, completeFromList, completionKeymap,
  completionStatus, moveCompletionSelection, snippetCompletion,
} from '@codemirror/autocomplete'
export { forEachDiagnostic, linter, lintGutter, lintKeymap, nextDiagnostic, setDiagnostics } from '@codemirror/lint'
export { python, pythonLanguage } from '@codemirror/lang-python'
export { tags } from '@lezer/highlight'
