import { channelInfo, snapshot as snapshotSchema, viewerInfo, type Snapshot } from "@lightwell/wire/api/monitor.ts";
import { useEffect, useSyncExternalStore } from "react";
import { Value } from "../live/value.ts";
import { ApiError, getJson } from "./api.ts";
import { extend, pointOf, type Point } from "./series.ts";

/** What the control room knows, renewed once a second. */
export interface Knowledge {
  readonly snapshot: Snapshot | undefined;
  readonly series: readonly Point[];
  /** When the last snapshot came, by this machine's clock; ms since the epoch. */
  readonly heardAt: number | undefined;
}

const nothing: Knowledge = { snapshot: undefined, series: [], heardAt: undefined };
const SILENCE_MS = 3000;
const POLL_MS = 1000;
/** A stream begins with a snapshot at once; a rate over a few milliseconds would say nothing. */
const SOONEST_MS = 500;
const anything = { parse: (value: unknown) => value };

/** Follows `/api/events`; where that brings nothing (a proxy that buffers), asks once a second instead. */
class SnapshotFeed {
  readonly known = new Value<Knowledge>(nothing);
  #events: EventSource | undefined;
  #poll: ReturnType<typeof setInterval> | undefined;
  #users = 0;
  #asking = false;
  /** The snapshot of the last point: rates are of what changed since. */
  #measured: Snapshot | undefined;

  use(): () => void {
    if (++this.#users === 1) {
      document.addEventListener("visibilitychange", this.#onVisibility);
      this.#onVisibility();
    }
    return () => {
      if (--this.#users > 0) return;
      document.removeEventListener("visibilitychange", this.#onVisibility);
      this.#stop();
      this.known.set({ ...this.known.get(), heardAt: undefined });
    };
  }

  /** Forget all: somebody logged out. */
  forget(): void {
    this.#measured = undefined;
    this.known.set(nothing);
  }

  /** Take something out of what is shown, before the hub confirms it. */
  change(change: (snapshot: Snapshot) => Snapshot): void {
    const known = this.known.get();
    if (known.snapshot) this.known.set({ ...known, snapshot: change(known.snapshot) });
  }

  readonly #onVisibility = (): void => {
    this.#stop();
    if (document.visibilityState === "hidden") return;
    const events = new EventSource("/api/events");
    this.#events = events;
    const hear = ({ data }: MessageEvent) => this.#hear(data as string);
    events.addEventListener("message", hear);
    events.addEventListener("snapshot", hear);
    const begunAt = Date.now();
    this.#poll = setInterval(() => {
      if (Date.now() - Math.max(begunAt, this.known.get().heardAt ?? 0) > SILENCE_MS) void this.#ask();
    }, POLL_MS);
  };

  #stop(): void {
    this.#events?.close();
    this.#events = undefined;
    clearInterval(this.#poll);
  }

  #hear(json: string): void {
    try {
      this.#learn(snapshotSchema.parse(JSON.parse(json)));
    } catch {
      // Not in the shape that this page knows: the poll takes over.
    }
  }

  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      const [channels, viewers, figures] = await Promise.all([
        getJson("/api/channels", channelInfo.array()),
        getJson("/api/viewers", viewerInfo.array()),
        getJson("/data", anything),
      ]);
      this.#learn({ time: Date.now(), channels, viewers, figures: figures as Record<string, unknown> });
      if (this.#events?.readyState === EventSource.CLOSED) this.#onVisibility();
    } catch (error) {
      // The hub is away, which the page shows by itself; a refusal ends the session's view.
      if (error instanceof ApiError && error.status === 401) location.reload();
    } finally {
      this.#asking = false;
    }
  }

  #learn(snapshot: Snapshot): void {
    const { series } = this.known.get();
    const before = this.#measured;
    const tooSoon = before !== undefined && Math.abs(snapshot.time - before.time) < SOONEST_MS;
    if (!tooSoon) this.#measured = snapshot;
    const longer = tooSoon ? series : extend(series, pointOf(snapshot, before));
    this.known.set({ snapshot, series: longer, heardAt: Date.now() });
  }
}

export const feed = new SnapshotFeed();

/** The latest figures of the hub and those of the last two minutes. */
export function useKnowledge(): Knowledge {
  useEffect(() => feed.use(), []);
  return useSyncExternalStore(feed.known.follow, feed.known.get);
}
