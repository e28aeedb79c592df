import type { LiveChannel } from "#core/live-channel.ts";
import type { ProducerClient, ProducerEventInput } from "@lightwell/wire/text/producer-messages.ts";

/** Who watches a channel, on all outputs, and what changed since the last look. */
export class Audience {
  readonly #channel: LiveChannel;
  #known = new Map<string, ProducerClient>();
  #count: number | undefined;

  constructor(channel: LiveChannel) {
    this.#channel = channel;
  }

  /** The events since the last call; a client that came and left in between is not mentioned. */
  changes(): ProducerEventInput[] {
    const events: ProducerEventInput[] = [];
    const now = new Map<string, ProducerClient>();
    let count = 0;
    for (const { info } of this.#channel.viewers()) {
      count++;
      const key = `${info.output} ${info.name}`;
      // A client that changed its size has a new viewer, but is the same client.
      now.set(key, this.#known.get(key) ?? { name: info.name.slice(0, 200), output: info.output });
    }
    for (const [key, client] of now) if (!this.#known.has(key)) events.push({ type: "client_connected", client });
    for (const [key, client] of this.#known) if (!now.has(key)) events.push({ type: "client_disconnected", client });
    this.#known = now;
    if (count !== this.#count) events.push({ type: "viewers", count });
    this.#count = count;
    return events;
  }
}
