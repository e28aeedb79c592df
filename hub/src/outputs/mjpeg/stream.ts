import type { Channel } from "#core/channel.ts";
import type { Cancel, Clock } from "#core/clock.ts";
import type { Frame } from "#core/frame.ts";
import type { StreamViewer } from "./stream-viewer.ts";

/** A picture is repeated at the second look that finds it, so 100 to 200 ms after it came. */
const LOOK_MS = 100;
/** And then at least once a second, looks being 100 ms apart. */
const REPEAT_MS = 850;
/** A picture that comes this soon makes the repeated one superfluous. */
const SOON_MS = 500;
/** One that is this late is no longer waited for. */
const LATE_MS = 1000;
/** How often rights that were taken away are looked for. */
const REVIEW_MS = 15_000;

/** All viewers of one channel in one shape. Has one timer, and only while there are viewers. */
export class Stream {
  readonly channel: Channel;
  readonly viewers = new Set<StreamViewer>();
  readonly #clock: Clock;
  #timer: Cancel | undefined;
  #seen: Frame | undefined;
  #repeatAt = 0;
  #reviewAt = 0;

  constructor(channel: Channel, clock: Clock) {
    this.channel = channel;
    this.#clock = clock;
  }

  add(viewer: StreamViewer): void {
    this.viewers.add(viewer);
    if (!this.#timer) this.#reviewAt = this.#clock.monotonic() + REVIEW_MS;
    this.#timer ??= this.#clock.every(LOOK_MS, () => this.#look());
  }

  remove(viewer: StreamViewer): void {
    this.viewers.delete(viewer);
    if (this.viewers.size > 0) return;
    this.#timer?.();
    this.#timer = undefined;
  }

  /** Safari shows a picture only when the next one begins, and proxies close a connection that is silent. */
  #look(): void {
    const now = this.#clock.monotonic();
    if (now >= this.#reviewAt) {
      this.#reviewAt = now + REVIEW_MS;
      for (const viewer of [...this.viewers]) viewer.review();
    }
    const { latest } = this.channel;
    if (latest !== this.#seen) {
      this.#seen = latest;
      this.#repeatAt = now + this.channel.minIntervalMs;
    } else if (latest && now >= this.#repeatAt && !this.#isExpecting(now)) {
      this.#repeatAt = now + Math.max(REPEAT_MS, this.channel.minIntervalMs);
      for (const viewer of this.viewers) viewer.repeat(now);
    }
  }

  /** Whether the next picture is about to come, or would come within the wished rate after a repeated one. */
  #isExpecting(now: number): boolean {
    const { lastMs, usualMs } = this.channel.rhythm;
    if (lastMs === undefined || usualMs === undefined) return false;
    const expectedMs = lastMs + usualMs;
    const soonMs = Math.max(SOON_MS, this.channel.minIntervalMs);
    return now > expectedMs - soonMs && now < expectedMs + Math.min(usualMs, LATE_MS);
  }
}
