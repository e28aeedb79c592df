import { HubError } from "#contract/errors.ts";
import type { Identity } from "#contract/services.ts";
import type { Channels } from "#core/registry.ts";

/** Bounds how many channels one token may bring into being: one that makes up names would take all there can be. */
export class NewNames {
  readonly #channels: Channels;
  readonly #max: number;
  readonly #byToken = new Map<string, Set<string>>();

  constructor(channels: Channels, max: number) {
    this.#channels = channels;
    this.#max = max;
  }

  /** @throws {HubError} `full` when the channel is not there and this token has made too many of those that are. */
  check(identity: Identity | undefined, channelName: string): void {
    const made = identity && this.#byToken.get(identity.id);
    if (!made || made.size < this.#max || this.#channels.get(channelName)) return;
    for (const name of made) if (!this.#channels.get(name)) made.delete(name);
    if (made.size >= this.#max)
      throw new HubError(
        "full",
        `the token "${identity.name}" has made ${this.#max} channels already: close one, or see push.maxChannelsPerToken`,
      );
  }

  /** Note that a channel is about to be opened. Without a token there are only names that the operator listed. */
  opening(identity: Identity | undefined, channelName: string): void {
    if (!identity || this.#channels.get(channelName)) return;
    this.check(identity, channelName);
    const made = this.#byToken.get(identity.id);
    if (made) made.add(channelName);
    else this.#byToken.set(identity.id, new Set([channelName]));
  }
}
