/** What the language knows, completed: the program's own names, then every function under every prefix and every method, short names first. */

const CONSTANTS = ['pi', 'e', 'np', 'torch', 'F', 'jnp', 'math', 'Value', 'print', 'np.array', 'np.zeros', 'np.ones', 'torch.tensor'];

/** From so many letters on the list opens by itself: a variable of one letter is whole, and the list would lie over its error. */
const LETTERS = 2;

/** @param {import('../editor.js').Deeds} deeds @returns {(context: any) => Promise<any>} */
export function createCompletions(deeds) {
  /** @type {{label: string, info: string, type: string, boost: number}[]|null} */
  let known = null;

  return async (context) => {
    const typed = context.matchBefore(/[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]*)*|\.[\p{L}\p{N}_]*/u);
    if (!typed || (typed.text.length < LETTERS && !context.explicit)) return null;
    if (/^["'#]/.test(typed.text)) return null;
    known ??= (await deeds.ops()).flatMap(({names, name, doc}) => [...new Set([name, ...names])].map((label) => ({label, info: doc, type: 'function', boost: -Math.min(label.length, 40)})));
    const dot = typed.text.lastIndexOf('.'), own = deeds.names();
    const isMethod = dot >= 0 && !known.some(({label}) => label.startsWith(typed.text.slice(0, dot + 1)));
    if (isMethod) {
      const methods = known.filter(({label}) => label.startsWith('.')).map((each) => ({...each, label: each.label.slice(1)}));
      return {from: typed.from + dot + 1, options: methods, validFor: /^[\p{L}\p{N}_]*$/u};
    }
    const options = [
      ...own.map((label) => ({label, type: 'variable', boost: 40})),
      ...CONSTANTS.map((label) => ({label, type: 'constant'})),
      ...known.filter(({label}) => !label.startsWith('.') && (dot >= 0 || !label.includes('.'))),
    ];
    // What is typed out already needs no completing.
    return {from: typed.from, options: options.filter(({label}) => label !== typed.text), validFor: /^[\p{L}\p{N}_.]*$/u};
  };
}
