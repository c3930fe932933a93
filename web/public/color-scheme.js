// Sets the colour scheme before the first paint. A file of its own, because the pages allow no inline script.
(function () {
  var stored = null;
  try {
    stored = localStorage.getItem('storekeeper-color-scheme');
  } catch {
    // Storage may be closed to us; the system's choice counts then.
  }
  var dark = stored === 'dark' || (stored !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
