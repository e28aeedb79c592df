import { useCallback, useSyncExternalStore } from "react";

function follow(listener: () => void): () => void {
  document.addEventListener("fullscreenchange", listener);
  return () => document.removeEventListener("fullscreenchange", listener);
}

/** Whether the page fills the screen, and a way to change it. */
export function useFullScreen(): { readonly full: boolean; readonly toggle: () => void } {
  const full = useSyncExternalStore(follow, () => document.fullscreenElement !== null);
  const toggle = useCallback(() => {
    // A browser may refuse (an embedded page, a phone): the picture stays as it is.
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    else document.documentElement.requestFullscreen?.().catch(() => {});
  }, []);
  return { full, toggle };
}
