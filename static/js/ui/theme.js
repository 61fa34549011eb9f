/** Light or dark: as the system, until a person says otherwise. */

/** @typedef {'light'|'dark'|null} Theme */
const KEY = 'theme';

/** @returns {Theme} */
export function savedTheme() {
  const chosen = document.documentElement.dataset.theme;
  return chosen === 'light' || chosen === 'dark' ? chosen : null;
}

/** @param {Theme} theme */
export function saveTheme(theme) {
  try {
    if (theme) localStorage.setItem(KEY, theme); else localStorage.removeItem(KEY);
  } catch { /* storage may be forbidden: the choice holds for this visit */ }
}

/** Whether the page is dark now. @param {Theme} theme */
export const isDark = (theme) => (theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches);

/** @param {import('../core/store.js').Store} store */
export function applyTheme(store) {
  const apply = (/** @type {Theme} */ theme) => {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };
  store.subscribe(({theme}) => theme, apply);
}
