import type { ImageContent } from "#core/frame.ts";
import type { Clock } from "#core/clock.ts";
import { imageContent } from "#picture/inspect.ts";
import { validatePicture } from "#picture/validate.ts";

const EVERY_MS = 1000;

/**
 * Checks the pictures of one connection: the structure of each, and at most one a second, the first among them,
 * by decoding it. After one that does not decode each is decoded until one does.
 */
export class SampledCheck {
  readonly #clock: Clock;
  #dueMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Read no further until it resolves, or later pictures overtake this one.
   *
   * @throws {HubError} `bad-picture`, `too-large`
   */
  async admit(bytes: Uint8Array): Promise<ImageContent> {
    const content = imageContent(bytes);
    if (this.#clock.monotonic() >= this.#dueMs) {
      this.#dueMs = -Infinity;
      await validatePicture(content);
      this.#dueMs = this.#clock.monotonic() + EVERY_MS;
    }
    return content;
  }
}
