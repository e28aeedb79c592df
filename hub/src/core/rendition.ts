import { Channel } from "./channel.ts";
import type { Cancel } from "./clock.ts";
import { Encoding, Frame, type Content } from "./frame.ts";
import { Rate } from "./rate.ts";
import type { CloseReason, Viewer } from "./viewer.ts";

/**
 * Makes a rendition's content from a source frame. Undefined leaves this frame out.
 * A rejection or throw counts as a failure of the rendition, and the frame is left out.
 */
export type Transform = (frame: Frame) => Content | undefined | Promise<Content | undefined>;

/** What a rendition leaves out. */
export interface Thinning {
  /**
   * At least so many ms between two frames, on average; 0: every frame. The first of a burst is made at
   * once and the last one always, when its time has come: by one timer per rendition.
   */
  readonly minIntervalMs?: number;
}

const derived = new Encoding<Content | undefined | Promise<Content | undefined>>("rendition");

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
  #working = false;
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
    this.#next();
  }

  /** One source frame in this rendition, made now or shared with whoever made it before. */
  contentOf(frame: Frame): Content | undefined | Promise<Content | undefined> {
    return frame.encoded(derived, () => this.#transform(frame), this.key);
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
    let content: Content | undefined | Promise<Content | undefined>;
    try {
      content = this.contentOf(frame);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (!(content instanceof Promise)) {
      this.#done(frame, content);
      return;
    }
    this.#working = true;
    content
      .then(
        (made) => this.#done(frame, made),
        (error: unknown) => this.#fail(error),
      )
      .finally(() => {
        this.#working = false;
        this.#next();
      });
  }

  #done(frame: Frame, content: Content | undefined): void {
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
