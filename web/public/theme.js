// Runs before the first paint, so that a chosen theme does not flash in; a file of its own because the policy allows no inline script.
try {
  const theme = localStorage.getItem("lightwell.theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch {
  // Storage can be forbidden; the system's preference stands.
}
