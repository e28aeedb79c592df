import type { Clock } from "./clock.ts";
import type { Frame } from "./frame.ts";
import type { Rendition } from "./rendition.ts";
import { Rhythm } from "./rhythm.ts";
import { Viewer, type CloseReason } from "./viewer.ts";

/** Something that follows a channel: a viewer, a rendition, a recorder. */
export interface Watcher {
  /** Address of the one it works for, on whose account work is done for it; the hub's own when there is none. */
  readonly client?: string | undefined;
  /** A new frame. Must return at once and must not throw. */
  offer(frame: Frame): void;
  /** The channel is gone; no further frame will come. */
  close(reason: CloseReason): void;
}

/**
 * Keeps exactly one frame, the latest, and hands every new one to its watchers.
 *
 * Publishing is synchronous and O(watchers): no queue, no timer, no await. There are two kinds:
 * {@link LiveChannel}, which a source publishes into, and {@link Rendition}, which is derived from another.
 */
export abstract class Channel {
  readonly name: string;
  readonly clock: Clock;
  /** Renditions that run now, by key. Kept by {@link Rendition} itself. */
  readonly renditions = new Map<string, Rendition>();
  /** When its source's frames come. */
  readonly rhythm = new Rhythm();
  /** Frames come no closer than this many ms, on average; 0: as the source gives them. */
  readonly minIntervalMs: number = 0;
  readonly #watchers = new Set<Watcher>();
  #latest: Frame | undefined;
  #closed: CloseReason | undefined;

  constructor(name: string, clock: Clock) {
    this.name = name;
    this.clock = clock;
  }

  /** The newest frame, if there has been one. */
  get latest(): Frame | undefined {
    return this.#latest;
  }

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /** True while anything follows this channel. */
  get watched(): boolean {
    return this.#watchers.size > 0;
  }

  /** Every viewer of this channel and of its renditions. */
  *viewers(): Generator<Viewer> {
    for (const watcher of this.#watchers) if (watcher instanceof Viewer) yield watcher;
    for (const rendition of this.renditions.values()) yield* rendition.viewers();
  }

  /** Addresses of those for whom this channel is watched, its renditions included. */
  *clients(): Generator<string> {
    for (const { client } of this.#watchers) if (client !== undefined) yield client;
    for (const rendition of this.renditions.values()) yield* rendition.clients();
  }

  /** Follow this channel. The current frame, if any, is offered at once. */
  add(watcher: Watcher): void {
    if (this.#closed) {
      watcher.close(this.#closed);
      return;
    }
    const first = this.#watchers.size === 0;
    this.#watchers.add(watcher);
    const before = this.#latest;
    if (first) this.onWatched(true);
    // A rendition that made its frame just now has offered it already.
    if (before && before === this.#latest) watcher.offer(before);
  }

  /** Stop following. Harmless when it was not. */
  remove(watcher: Watcher): void {
    if (!this.#watchers.delete(watcher)) return;
    if (watcher instanceof Viewer) this.countLeft(watcher);
    if (this.#watchers.size === 0) this.onWatched(false);
  }

  /** End the channel: renditions and viewers are closed with the reason. */
  close(reason: CloseReason): void {
    if (this.#closed) return;
    this.#closed = reason;
    this.closeWatchers(reason);
    this.onClosed();
  }

  /** Close those who watch now, here and in the renditions; newcomers are still welcome. */
  closeWatchers(reason: CloseReason): void {
    for (const watcher of [...this.#watchers]) {
      this.remove(watcher);
      watcher.close(reason);
    }
  }

  /** Set the latest frame and hand it to everybody. */
  protected emit(frame: Frame): void {
    this.#latest = frame;
    for (const watcher of this.#watchers) watcher.offer(frame);
  }

  /** Keep the figures of a viewer that leaves. */
  abstract countLeft(viewer: Viewer): void;

  /** Keep no frame: the next watcher waits for the next one. */
  protected forget(): void {
    this.#latest = undefined;
  }

  /** Called when the first watcher comes (true) and when the last has left (false). */
  protected abstract onWatched(watched: boolean): void;

  protected abstract onClosed(): void;
}
