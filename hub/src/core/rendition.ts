import { Channel } from "./channel.ts";
import type { Cancel } from "./clock.ts";
import { LeftOut, type Errand } from "./errand.ts";
import { Encoding, Frame, type Content } from "./frame.ts";
import { Rate } from "./rate.ts";
import type { CloseReason, Viewer } from "./viewer.ts";

/**
 * Makes a rendition's content from a source frame. Undefined leaves this frame out.
 * A rejection or throw counts as a failure of the rendition, and the frame is left out.
 *
 * The errand says for whom. Its signal is aborted when a newer frame has come: a transform that waits for its turn then
 * rejects with {@link LeftOut}, and the newer frame takes its place. One that has begun goes on to its end.
 */
export type Transform = (frame: Frame, errand: Errand) => Made | Promise<Made>;

type Made = Content | undefined;

/** What a rendition leaves out. */
export interface Thinning {
  /**
   * At least this many ms between two frames, on average; 0: every frame. The first of a burst is made at
   * once and the last one always, when its time has come: by one timer per rendition.
   */
  readonly minIntervalMs?: number;
}

/** What a rendition made of a frame, unless it was left out. */
interface Derived {
  made?: Made | Promise<Made>;
}

const derived = new Encoding<Derived>("rendition");

/**
 * A channel derived from another: another format, size or glyph set.
 *
 * Runs only while watched. At most one transform is under way; when it ends, the source's newest frame is
 * next, those between are skipped. The result is kept with the source frame, so whoever asks for the same
 * rendition of the same frame again gets it without work. Frames keep the source's `seq` and `capturedAt`.
 */
export class Rendition extends Channel {
  readonly source: Channel;
  readonly key: string;
  /** Transforms that failed since it started. */
  failures = 0;
  lastError: unknown;
  readonly #transform: Transform;
  override readonly minIntervalMs: number;
  readonly #rate = new Rate();
  /** Ends the wish for what is being made. */
  #working: AbortController | undefined;
  #waiting: Frame | undefined;
  /** Monotonic ms from which on the next frame may be made. */
  #due = Number.NEGATIVE_INFINITY;
  #cancelTimer: Cancel | undefined;

  /**
   * The channel derived from `source` by `transform`, shared by all who ask for the same `key`.
   *
   * The key must say everything that changes the result (`jpeg;w=640;q=80`), thinning included. A rendition
   * starts when it is first watched and stops, forgotten, when its last watcher leaves.
   */
  static of(source: Channel, key: string, transform: Transform, thinning?: Thinning): Rendition {
    let rendition = source.renditions.get(key);
    if (!rendition) source.renditions.set(key, (rendition = new Rendition(source, key, transform, thinning)));
    return rendition;
  }

  private constructor(source: Channel, key: string, transform: Transform, { minIntervalMs = 0 }: Thinning = {}) {
    super(`${source.name}?${key}`, source.clock);
    this.source = source;
    this.key = key;
    this.#transform = transform;
    this.minIntervalMs = minIntervalMs;
  }

  /** Frames per second made lately. */
  get fps(): number {
    return this.#rate.perSecond(this.clock.monotonic());
  }

  /** A new frame of the source. */
  offer(frame: Frame): void {
    this.#waiting = frame;
    this.#working?.abort();
    this.#next();
  }

  /** One source frame in this rendition, made now or shared with whoever made it before. */
  #contentOf(frame: Frame, signal: AbortSignal): Made | Promise<Made> {
    const kept = frame.encoded<Derived>(derived, () => ({}), this.key);
    if ("made" in kept) return kept.made;
    const made = this.#transform(frame, { of: this, clients: () => this.clients(), signal });
    kept.made = made;
    if (made instanceof Promise)
      made.catch((error: unknown) => {
        if (error instanceof LeftOut) delete kept.made;
      });
    return made;
  }

  override close(reason: CloseReason): void {
    this.source.remove(this);
    super.close(reason);
  }

  protected onWatched(watched: boolean): void {
    if (watched) {
      // It may have been forgotten between being asked for and being watched.
      if (!this.source.renditions.has(this.key)) this.source.renditions.set(this.key, this);
      this.source.add(this);
    } else {
      this.source.remove(this);
      this.#forget();
    }
  }

  protected onClosed(): void {
    this.#forget();
  }

  countLeft(viewer: Viewer): void {
    this.source.countLeft(viewer);
  }

  #forget(): void {
    if (this.source.renditions.get(this.key) === this) this.source.renditions.delete(this.key);
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#waiting = undefined;
    this.#working?.abort();
  }

  /** Make the newest frame, unless one is being made or it is too early. */
  #next(): void {
    if (this.#working || !this.#waiting || !this.watched) return;
    if (this.minIntervalMs > 0) {
      const now = this.clock.monotonic();
      if (now < this.#due) {
        this.#cancelTimer ??= this.clock.after(this.#due - now, () => {
          this.#cancelTimer = undefined;
          this.#next();
        });
        return;
      }
      // Counting on from when it was due keeps the average; after a pause it starts afresh.
      this.#due = (now - this.#due < this.minIntervalMs ? this.#due : now) + this.minIntervalMs;
    }
    const frame = this.#waiting;
    this.#waiting = undefined;
    this.#work(frame);
  }

  #work(frame: Frame): void {
    const controller = new AbortController();
    let content: Made | Promise<Made>;
    try {
      content = this.#contentOf(frame, controller.signal);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (!(content instanceof Promise)) {
      this.#done(frame, content);
      return;
    }
    this.#working = controller;
    content
      .then(
        (made) => this.#done(frame, made),
        (error: unknown) => (error instanceof LeftOut ? this.#leftOut(frame) : this.#fail(error)),
      )
      .finally(() => {
        this.#working = undefined;
        this.#next();
      });
  }

  /** The newest frame takes its turn. That is this one, when whoever had it made before left just now. */
  #leftOut(frame: Frame): void {
    if (!this.watched) return;
    this.#waiting ??= frame;
    this.#due = Number.NEGATIVE_INFINITY;
  }

  #done(frame: Frame, content: Made): void {
    if (!content || !this.watched || (this.latest && this.latest.seq >= frame.seq)) return;
    const now = this.clock.monotonic();
    this.#rate.add(now);
    if (!frame.substitute) this.rhythm.note(now);
    this.emit(new Frame(frame.seq, frame.capturedAt, content, frame.substitute));
  }

  #fail(error: unknown): void {
    this.failures++;
    this.lastError = error;
  }
}
