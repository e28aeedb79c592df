import { useSyncExternalStore } from "react";
import { Value } from "./value.ts";

const now = new Value(Date.now());
let timer: ReturnType<typeof setInterval> | undefined;
let followers = 0;

function follow(listener: () => void): () => void {
  const leave = now.follow(listener);
  if (++followers === 1) {
    now.set(Date.now());
    timer = setInterval(() => now.set(Date.now()), 1000);
  }
  return () => {
    leave();
    if (--followers === 0) clearInterval(timer);
  };
}

/** The time, ms since the epoch, renewed each second: one timer for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(follow, now.get);
}
