import type { Watcher } from "#core/channel.ts";
import type { Frame } from "#core/frame.ts";
import type { LiveChannel } from "#core/live-channel.ts";

/** Shows one channel's live frames in another that is stalled. */
export class Follower implements Watcher {
  readonly #from: LiveChannel;
  readonly #to: LiveChannel;

  constructor(from: LiveChannel, to: LiveChannel) {
    this.#from = from;
    this.#to = to;
    from.add(this);
  }

  offer(frame: Frame): void {
    // The channel may have come back since: not one more frame of the other then.
    if (!frame.substitute && this.#to.health.state === "stalled") this.#to.substitute(frame.content);
  }

  close(): void {}

  stop(): void {
    this.#from.remove(this);
  }
}
