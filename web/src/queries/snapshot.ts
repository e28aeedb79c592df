import { hubSample, type HubSample } from "@lightwell/wire/api/history.ts";
import { snapshot as snapshotSchema, type Snapshot } from "@lightwell/wire/api/monitor.ts";
import { useEffect, useSyncExternalStore } from "react";
import { Value } from "../live/value.ts";
import { ApiError, getJson } from "./api.ts";
import { Series } from "./series.ts";

/** What the control room knows, renewed once a second. */
export interface Knowledge {
  readonly snapshot: Snapshot | undefined;
  /** The hub's last minutes. */
  readonly series: readonly HubSample[];
  /** When the last snapshot came, by this machine's clock; ms since the epoch. */
  readonly heardAt: number | undefined;
}

const nothing: Knowledge = { snapshot: undefined, series: [], heardAt: undefined };
const SILENCE_MS = 3000;
const POLL_MS = 1000;

/** Follows `/api/events`; where that brings nothing (a proxy that buffers), asks once a second instead. */
class SnapshotFeed {
  readonly known = new Value<Knowledge>(nothing);
  readonly #series = new Series(() => getJson("/api/history", hubSample.array()));
  #events: EventSource | undefined;
  #poll: ReturnType<typeof setInterval> | undefined;
  #users = 0;
  #asking = false;

  constructor() {
    this.#series.points.follow(() => this.known.set({ ...this.known.get(), series: this.#series.points.get() }));
  }

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
    this.#series.forget();
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
      this.#learn(await getJson("/api/snapshot", snapshotSchema));
      if (this.#events?.readyState === EventSource.CLOSED) this.#onVisibility();
    } catch (error) {
      // The hub is away, which the page shows by itself; a refusal ends the session's view.
      if (error instanceof ApiError && error.status === 401) location.reload();
    } finally {
      this.#asking = false;
    }
  }

  #learn(snapshot: Snapshot): void {
    this.known.set({ ...this.known.get(), snapshot, heardAt: Date.now() });
    this.#series.hear(snapshot.sample);
  }
}

export const feed = new SnapshotFeed();

/** The latest figures of the hub and those of the last minutes. */
export function useKnowledge(): Knowledge {
  useEffect(() => feed.use(), []);
  return useSyncExternalStore(feed.known.follow, feed.known.get);
}
