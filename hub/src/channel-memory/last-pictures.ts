import { messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { Frame } from "#core/frame.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import type { PictureFolder } from "./picture-folder.ts";

/** A channel's picture is written at most this often: flash memory wears out. */
const WRITE_EVERY_MS = 10_000;
const COMPLAIN_EVERY_MS = 60_000;

interface Followed {
  /** What was written last. */
  frame?: Frame;
  triedAt: number;
}

/** Keeps the newest picture of every channel that it follows in a folder, one write at a time. */
export class LastPictures {
  readonly #folder: PictureFolder;
  readonly #log: Log;
  readonly #followed = new Map<LiveChannel, Followed>();
  #writing: Promise<void> | undefined;
  #complainedAt = -Infinity;

  constructor(folder: PictureFolder, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  follow(channel: LiveChannel): void {
    if (!this.#followed.has(channel)) this.#followed.set(channel, { triedAt: -Infinity });
  }

  /** Show what was kept of this channel, until its source comes. */
  async restore(channel: LiveChannel): Promise<void> {
    const kept = await this.#folder.read(channel.name);
    if (kept) channel.restore(kept.content, kept.capturedAt, kept.gapMs);
  }

  async forget(name: string): Promise<void> {
    for (const channel of this.#followed.keys()) if (channel.name === name) this.#followed.delete(channel);
    await this.#writing;
    await this.#folder.delete(name);
  }

  /** Begin to write what is due. */
  tick(): void {
    this.#writing ??= this.#write(WRITE_EVERY_MS).finally(() => (this.#writing = undefined));
  }

  /** Write what is new, however lately the channel was written. */
  async flush(): Promise<void> {
    await this.#writing;
    await this.#write(0);
  }

  async #write(everyMs: number): Promise<void> {
    for (const [channel, followed] of this.#followed) {
      const { live, clock } = channel;
      // What was restored stands in its file already.
      if (!live || channel.published === 0 || live === followed.frame || live.content.kind !== "image") continue;
      if (clock.monotonic() - followed.triedAt < everyMs) continue;
      followed.triedAt = clock.monotonic();
      const { content, capturedAt } = live;
      try {
        const picture = { content, capturedAt, gapMs: channel.rhythm.longestMs };
        if (await this.#folder.write(channel.name, picture, (name) => this.#mayGo(name))) followed.frame = live;
      } catch (error) {
        this.#complain(channel, messageOf(error));
      }
      if (channel.closed) this.#followed.delete(channel);
    }
  }

  /** Those that come all the time keep their place; else each would take another's. */
  #mayGo(name: string): boolean {
    for (const channel of this.#followed.keys()) if (channel.name === name && channel.published > 0) return false;
    return true;
  }

  #complain({ name, clock }: LiveChannel, error: string): void {
    if (clock.monotonic() - this.#complainedAt < COMPLAIN_EVERY_MS) return;
    this.#complainedAt = clock.monotonic();
    this.#log.warn({ channel: name, error }, "the last picture cannot be kept for after a restart");
  }
}
