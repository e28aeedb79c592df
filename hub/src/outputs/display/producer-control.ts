import { HubError } from "#contract/errors.ts";
import type { Cancel } from "#core/clock.ts";
import type { ChannelControl } from "#core/control.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import type { SceneState } from "@lightwell/wire/text/scene.ts";

/** Lets viewers steer a producer: its state is theirs to see, their commands are sent to it. */
export class ProducerControl implements ChannelControl {
  readonly #channel: LiveChannel;
  readonly #forward: (command: unknown) => void;
  readonly #listeners = new Set<(state: SceneState) => void>();
  #state: SceneState | undefined;

  constructor(channel: LiveChannel, forward: (command: unknown) => void) {
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

  state(): SceneState | undefined {
    return this.#state;
  }

  setState(state: SceneState): void {
    this.#state = state;
    if (this.#channel.control === undefined) this.claim();
    for (const listener of this.#listeners) listener(state);
  }

  command(command: unknown): void {
    if (this.#channel.control !== this) throw new HubError("unavailable", "the producer has left: try again");
    this.#forward(command);
  }

  onState(listener: (state: SceneState) => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
