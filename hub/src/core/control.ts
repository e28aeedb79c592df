import type { Cancel } from "./clock.ts";
import type { SourceState } from "@lightwell/wire/text/scene.ts";

/** Lets viewers steer the source of a channel: a text scene, or a producer that listens for commands. */
export interface ChannelControl {
  /** What the source does now; undefined when it has not said. */
  state(): SourceState | undefined;
  /**
   * Carry out the `command` of a viewer, as it came. The new state is told to all listeners.
   * An unknown command or a bad parameter throws an error whose message says the remedy, and changes nothing.
   */
  command(command: unknown): void;
  /** Hear every change of the state. */
  onState(listener: (state: SourceState) => void): Cancel;
}
