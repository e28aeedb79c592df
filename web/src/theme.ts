import { useSyncExternalStore } from "react";
import { Value } from "./live/value.ts";

export type Theme = "system" | "dark" | "light";
export const THEMES: readonly Theme[] = ["system", "dark", "light"];

/** Also read by `public/theme.js`, before the first paint. */
const KEY = "lightwell.theme";

const chosen = new Value<Theme>(read());
const systemLight = matchMedia("(prefers-color-scheme: light)");

function read(): Theme {
  const { theme } = document.documentElement.dataset;
  return theme === "dark" || theme === "light" ? theme : "system";
}

/** Choose a theme and remember it. */
export function setTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  try {
    if (theme === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Storage can be forbidden: the choice then lasts as long as the page.
  }
  chosen.set(theme);
}

export function useTheme(): Theme {
  return useSyncExternalStore(chosen.follow, chosen.get);
}

/** The theme that is seen. */
export function useShownTheme(): "dark" | "light" {
  const theme = useTheme();
  const light = useSyncExternalStore(
    (listener) => {
      systemLight.addEventListener("change", listener);
      return () => systemLight.removeEventListener("change", listener);
    },
    () => systemLight.matches,
  );
  return theme === "system" ? (light ? "light" : "dark") : theme;
}
