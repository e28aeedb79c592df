import { useEffect, useRef } from "react";

/** False for a key that belongs to a field or a menu. */
export function isForPage({ target }: KeyboardEvent): boolean {
  return !(target instanceof HTMLElement && target.closest("input, textarea, select, dialog, [role=menu]"));
}

/** Run on plain keys, by `KeyboardEvent.key`; not while somebody types into a field or holds a modifier. */
export function useKeys(keys: Readonly<Record<string, (() => void) | undefined>>): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
      if (ctrlKey || metaKey || altKey || (shiftKey && key.startsWith("Arrow")) || !isForPage(event)) return;
      const run = latest.current[key];
      if (!run) return;
      event.preventDefault();
      run();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
