/* Before the first paint: the chosen theme, so that the page never flashes in the other one. */
try {
  const theme = localStorage.getItem('theme');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
} catch { /* storage may be forbidden: the system's theme holds */ }
