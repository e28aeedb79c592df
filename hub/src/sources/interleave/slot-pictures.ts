import { messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { Clock } from "#core/clock.ts";
import type { ImageContent } from "#core/frame.ts";
import { composeLayers } from "#picture/layers.ts";
import { Failures } from "./failures.ts";
import { isSideBySide, type Layout, type SideBySide } from "./layout.ts";
import type { Slot } from "./sets.ts";

/** Makes the pictures of slots from their files, and remembers which could not be made and how long it takes. */
export class SlotPictures {
  readonly failures = new Failures();
  readonly #sideBySideOption: SideBySide;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #sideBySide = new Map<string, Promise<boolean>>();
  #last: { readonly key: string; readonly content: Promise<ImageContent | undefined> } | undefined;
  #tookMs = 0;

  constructor(sideBySide: SideBySide, clock: Clock, log: Log) {
    this.#sideBySideOption = sideBySide;
    this.#clock = clock;
    this.#log = log;
  }

  /** What a picture takes to load, in ms, of late. */
  get tookMs(): number {
    return this.#tookMs;
  }

  /** The picture of a slot; undefined when its files cannot be shown, which is tried again later. */
  async of(slot: Slot, layout: Layout): Promise<ImageContent | undefined> {
    const key = `${slot.mainPath}\n${slot.floatPath ?? ""}`;
    if (this.#last?.key !== key) {
      if (this.failures.isKnown(key, this.#clock.monotonic())) return undefined;
      this.#last = { key, content: this.#compose(slot, key, layout) };
    }
    return this.#last.content;
  }

  /** The files may have changed: read the next picture anew. */
  reread(): void {
    this.#last = undefined;
  }

  /** These are other files now. */
  forget(): void {
    this.reread();
    this.#sideBySide.clear();
    this.failures.forget();
  }

  async #compose(slot: Slot, key: string, { width, height }: Layout): Promise<ImageContent | undefined> {
    const beganMs = this.#clock.monotonic();
    try {
      const main = { path: slot.mainPath, sideBySide: await this.#holdsOpacity(slot.mainPath, "main") };
      const float = slot.floatPath && {
        path: slot.floatPath,
        sideBySide: await this.#holdsOpacity(slot.floatPath, "float"),
      };
      const content = await composeLayers({ width, height, main, float: float || undefined });
      const tookMs = this.#clock.monotonic() - beganMs;
      this.#tookMs = this.#tookMs === 0 ? tookMs : this.#tookMs * 0.8 + tookMs * 0.2;
      return content;
    } catch (error) {
      this.failures.note(key, slot.index, error, this.#clock.monotonic());
      this.#log.warn({ index: slot.index, error: messageOf(error) }, "a picture is passed over");
      return undefined;
    }
  }

  /** Asked once per folder, as its files are of one kind; of the next file where one cannot be read. */
  async #holdsOpacity(path: string, set: "main" | "float"): Promise<boolean> {
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    const known = await this.#sideBySide.get(folder)?.catch(() => undefined);
    if (known !== undefined) return known;
    const answer = isSideBySide(path, set, this.#sideBySideOption);
    this.#sideBySide.set(folder, answer);
    return answer;
  }
}
