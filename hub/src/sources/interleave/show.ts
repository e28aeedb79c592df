import type { Log } from "#contract/log.ts";
import type { Clock } from "#core/clock.ts";
import type { ImageContent } from "#core/frame.ts";
import type { LiveChannel, Publisher } from "#core/live-channel.ts";
import { Rate } from "#core/rate.ts";
import { figuresOf, type Shown } from "./figures.ts";
import { FolderUse } from "./folder-use.ts";
import { CURRENT_LAG, Lag } from "./lag.ts";
import { layOut, type Layout, type SideBySide } from "./layout.ts";
import { Prefetch, type Ready } from "./prefetch.ts";
import { countPictures, readSets, sameSets, slotAt, type Sets, type Slot } from "./sets.ts";
import { SlotPictures } from "./slot-pictures.ts";
import { countAt, dueAt, type Pace } from "./timeline.ts";

export interface ShowOptions {
  readonly dir: string;
  readonly floatDir: string | undefined;
  readonly ips: number | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly epochMs: number;
  readonly prefetch: number;
  readonly watch: boolean;
  readonly sideBySide: SideBySide;
}

/** Loads that run at once: one for each of the two layers' decodes leaves a core for the rest. */
const PARALLEL_LOADS = 2;
const RESCAN_MS = 2000;
/** How much of the time may go into loading while nobody watches. At least a picture a second is loaded. */
const UNWATCHED_SHARE = 0.2;
/** A picture that stands longer than this is published again: the channel is live, not stalled. */
const REPEAT_MS = 4000;
const EMPTY: Sets = { main: [], float: [] };

interface OnShow extends Shown {
  readonly content: ImageContent;
}

/** The display loop: shows what the clock says, loaded ahead, and knows how well that goes. */
export class Show {
  readonly #options: ShowOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #channel: LiveChannel;
  readonly #publisher: Publisher;
  readonly #prefetch: Prefetch<{ readonly slot: Slot; readonly content: ImageContent }>;
  readonly #pictures: SlotPictures;
  readonly #mainUse = new FolderUse();
  readonly #floatUse = new FolderUse();
  readonly #rate = new Rate();
  readonly #lag = new Lag();
  readonly #cancels: Array<() => void> = [];
  #sets: Sets = EMPTY;
  #layout: Layout | undefined;
  #shown: OnShow | undefined;
  #lastCount: number | undefined;
  #lastStride = 0;
  #publishedAtMs = 0;
  #onTime = false;
  #misses = 0;
  #lastMiss: number | null = null;
  #cancelTick: (() => void) | undefined;
  #closed = false;

  constructor(options: ShowOptions, clock: Clock, log: Log, channel: LiveChannel) {
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.#channel = channel;
    this.#publisher = channel.publisher(`interleave ${options.dir}`);
    this.#pictures = new SlotPictures(options.sideBySide, clock, log);
    this.#prefetch = new Prefetch(
      (count) => this.#load(count),
      PARALLEL_LOADS,
      () => this.#showDue(),
    );
  }

  /** Read the folders and begin. */
  async open(): Promise<void> {
    await this.#scan();
    if (this.#closed) return;
    this.#cancels.push(
      this.#channel.onWatchedChange(() => this.#tick()),
      this.#rescanLater(),
    );
    this.#tick();
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#cancels) cancel();
    this.#cancelTick?.();
    this.#prefetch.clear();
    this.#publisher.close();
  }

  /** The figures of `/data`: playback, folders and errors. */
  figures(): Record<string, unknown> {
    const pace = this.#pace;
    const count = pace && countAt(pace, this.#clock.now());
    return figuresOf({
      nowMs: this.#clock.monotonic(),
      count,
      slot: pace && count !== undefined ? slotAt(this.#sets, count, pace.ips) : undefined,
      shown: this.#shown,
      sets: this.#sets,
      stride: this.#stride,
      fps: this.#rate.perSecond(this.#clock.monotonic()),
      depth: this.#prefetch.depth,
      slope: this.#lag.slope,
      onTime: this.#onTime,
      misses: this.#misses,
      lastMiss: this.#lastMiss,
      mainUse: this.#mainUse,
      floatUse: this.#floatUse,
      failures: this.#pictures.failures,
    });
  }

  get #pace(): Pace | undefined {
    return this.#layout && { ips: this.#layout.ips, epochMs: this.#options.epochMs };
  }

  /** Counts between two pictures: every one is shown, unless nobody watches and they cost too much for that. */
  get #stride(): number {
    const ips = this.#layout?.ips ?? 1;
    if (this.#channel.watched) return 1;
    return Math.max(1, Math.min(Math.round(ips), Math.ceil((this.#pictures.tookMs * ips) / 1000 / UNWATCHED_SHARE)));
  }

  /** Show what is due, see to what comes, and sleep until the next picture. */
  #tick(): void {
    this.#cancelTick?.();
    const pace = this.#pace;
    if (this.#closed || !pace) return;
    const stride = this.#stride;
    const current = Math.floor(countAt(pace, this.#clock.now()) / stride) * stride;
    this.#followClock(current, stride);
    this.#lookAhead(pace, current, stride);
    this.#showDue();
    // What was not asked for because of another stride is no miss.
    if (current !== this.#lastCount && stride === this.#lastStride) this.#judge(pace, current);
    this.#lastCount = current;
    this.#lastStride = stride;
    this.#repeat(pace);
    const wait = dueAt(pace, current + stride) - this.#clock.now();
    this.#cancelTick = this.#clock.after(Math.min(REPEAT_MS, Math.max(1, Math.ceil(wait))), () => this.#tick());
  }

  /** The clock of the machine was set back: do not wait until it has caught up. */
  #followClock(current: number, stride: number): void {
    if (!this.#shown || this.#shown.count <= current + (this.#options.prefetch + 1) * stride) return;
    this.#prefetch.clear();
    this.#shown = { ...this.#shown, count: current - 1 };
  }

  #lookAhead(pace: Pace, current: number, stride: number): void {
    if (this.#sets.main.length === 0) return;
    // What takes longer to load than the time that is left comes too late: begin behind it.
    const lead = this.#shown ? Math.floor((this.#pictures.tookMs * pace.ips) / 1000 / stride) : 0;
    const first = this.#shown && this.#shown.count >= current ? 1 : 0;
    const depth = stride === 1 ? this.#options.prefetch : 1;
    const counts: number[] = [];
    for (let ahead = Math.max(first, lead); ahead <= lead + depth; ahead++) counts.push(current + ahead * stride);
    this.#prefetch.want(counts);
  }

  /** Was the picture there when its time came? */
  #judge(pace: Pace, current: number): void {
    const slot = slotAt(this.#sets, current, pace.ips);
    this.#onTime = slot !== undefined && this.#shown?.count === current;
    if (!slot || !this.#shown) return;
    this.#lag.note(this.#clock.monotonic(), current - this.#shown.count);
    if (this.#onTime || this.#prefetch.isEmpty(current)) return;
    this.#misses++;
    this.#lastMiss = slot.index;
  }

  #showDue(): void {
    const pace = this.#pace;
    if (this.#closed || !pace) return;
    const due = this.#prefetch.takeDue(countAt(pace, this.#clock.now()));
    const next = due ?? (this.#shown ? undefined : this.#prefetch.takeFirst());
    if (next && !(this.#shown && next.count <= this.#shown.count)) this.#display(next);
  }

  #display({ count, value: { slot, content } }: Ready<{ readonly slot: Slot; readonly content: ImageContent }>): void {
    const same = this.#shown?.content === content;
    const atMs = this.#clock.monotonic();
    this.#shown = { count, slot, content, atMs };
    this.#rate.add(atMs);
    this.#mainUse.note(slot.main);
    if (slot.floatPath !== undefined) this.#floatUse.note(slot.float);
    if (!same) this.#publish(content);
  }

  #publish(content: ImageContent): void {
    this.#publishedAtMs = this.#clock.monotonic();
    this.#publisher.publish(content);
  }

  /** A picture that is still the right one counts as delivered, however long it stands. */
  #repeat(pace: Pace): void {
    if (!this.#shown || this.#sets.main.length === 0) return;
    if (this.#clock.monotonic() - this.#publishedAtMs < REPEAT_MS - 1) return;
    const lag = countAt(pace, this.#clock.now()) - this.#shown.count;
    if (lag <= CURRENT_LAG * this.#stride) this.#publish(this.#shown.content);
  }

  async #load(count: number): Promise<{ readonly slot: Slot; readonly content: ImageContent } | undefined> {
    const layout = this.#layout;
    const slot = layout && slotAt(this.#sets, count, layout.ips);
    if (!slot) return undefined;
    const content = await this.#pictures.of(slot, layout);
    return content && { slot, content };
  }

  #rescanLater(): () => void {
    let cancel = () => undefined as void;
    const isDone = () => !this.#options.watch && this.#sets.main.length > 0;
    const run = async () => {
      const beganMs = this.#clock.monotonic();
      await this.#scan();
      if (this.#closed) return;
      this.#tick();
      if (isDone()) return;
      // A large folder on a slow disk is read for at most a twentieth of the time.
      cancel = this.#clock.after(Math.max(RESCAN_MS, 20 * (this.#clock.monotonic() - beganMs)), () => void run());
    };
    if (!isDone()) cancel = this.#clock.after(RESCAN_MS, () => void run());
    return () => cancel();
  }

  async #scan(): Promise<void> {
    const { dir, floatDir } = this.#options;
    let problem = "";
    const sets = await readSets(dir, floatDir, (reason) => (problem ||= reason));
    if (sets.main.length === 0) problem ||= `the folder ${dir} holds no pictures (JPEG, PNG, WebP)`;
    this.#pictures.reread();
    if (problem !== this.#publisher.status && problem) this.#log.warn({}, `${problem}; waiting for pictures`);
    this.#publisher.status = problem;
    this.#publisher.fault = sets.main.length === 0 ? problem : "";
    if (sameSets(sets, this.#sets)) return;
    if (sets.main.length > 0) this.#layout ??= await layOut(sets, this.#options);
    this.#sets = sets;
    this.#pictures.forget();
    this.#prefetch.clear();
    this.#mainUse.resize(sets.main.length);
    this.#floatUse.resize(sets.float.length);
    if (problem) return;
    this.#log.info(
      {
        folders: sets.main.length,
        pictures: countPictures(sets.main),
        floats: countPictures(sets.float),
        ...this.#layout,
      },
      "showing pictures",
    );
  }
}
