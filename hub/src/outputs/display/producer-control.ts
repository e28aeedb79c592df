import { HubError } from "#contract/errors.ts";
import type { Cancel } from "#core/clock.ts";
import type { ChannelControl } from "#core/control.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import { sourceCommand, type SourceCommand, type SourceState } from "@lightwell/wire/text/scene.ts";

/** Lets viewers steer a producer: its state is theirs to see, their commands are sent to it. */
export class ProducerControl implements ChannelControl {
  readonly #channel: LiveChannel;
  readonly #forward: (command: SourceCommand) => void;
  readonly #listeners = new Set<(state: SourceState) => void>();
  #state: SourceState | undefined;

  constructor(channel: LiveChannel, forward: (command: SourceCommand) => void) {
    this.#channel = channel;
    this.#forward = forward;
  }

  /** Take the channel's control, unless a source inside the hub has it. The last producer that came has it. */
  claim(): void {
    const { control } = this.#channel;
    if (control === undefined || control instanceof ProducerControl) this.#channel.control = this;
  }

  release(): void {
    if (this.#channel.control === this) this.#channel.control = undefined;
    this.#listeners.clear();
  }

  state(): SourceState | undefined {
    return this.#state;
  }

  setState(state: SourceState): void {
    this.#state = state;
    if (this.#channel.control === undefined) this.claim();
    for (const listener of this.#listeners) listener(state);
  }

  command(command: unknown): void {
    if (this.#channel.control !== this) throw new HubError("unavailable", "the producer has left: try again");
    const { success, data } = sourceCommand.safeParse(command);
    if (!success) throw new HubError("bad-request", "a command for a producer is a JSON object");
    this.#forward(data);
  }

  onState(listener: (state: SourceState) => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
