import type { SceneState } from "@lightwell/wire/text/scene.ts";
import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import type { Cancel, Clock } from "#core/clock.ts";
import type { ChannelControl } from "#core/control.ts";
import type { LiveChannel, Publisher } from "#core/live-channel.ts";
import { applyCommand } from "./commands.ts";
import { stateOf, type Scene } from "./scene.ts";

/** Nobody watching, the latest frame is still never much older than a second. */
const IDLE_FPS = 1;

/** When a frame is to be drawn, and its number at the scene's rate. Both follow from the clock alone. */
export interface FrameTime {
  readonly timeMs: number;
  readonly frame: number;
}

export interface ScenePlayerOptions {
  /** Who publishes, for people. */
  readonly label: string;
  readonly fps: number;
  /** What is shown first. */
  readonly scene: Scene;
  /** Called with every scene that a command has led to. */
  readonly onScene?: (scene: Scene) => void;
}

/**
 * Plays a scene into a channel: at its full rate while somebody watches, once a second otherwise, and lets viewers
 * steer it. Frames begin at whole multiples of the frame time since the epoch, so that hubs with one time show one picture.
 */
export class ScenePlayer implements ChannelControl {
  readonly #channel: LiveChannel;
  readonly #publisher: Publisher;
  readonly #clock: Clock;
  readonly #fps: number;
  readonly #draw: (scene: Scene, time: FrameTime, publisher: Publisher) => TextGrid;
  readonly #onScene: ((scene: Scene) => void) | undefined;
  readonly #listeners = new Set<(state: SceneState) => void>();
  readonly #cancelListening: Cancel;
  #scene: Scene;
  #frame = -1;
  #cancelTimer: Cancel | undefined;
  #stopped = false;

  constructor(
    channel: LiveChannel,
    { label, fps, scene, onScene }: ScenePlayerOptions,
    draw: (scene: Scene, time: FrameTime, publisher: Publisher) => TextGrid,
  ) {
    this.#scene = scene;
    this.#onScene = onScene;
    this.#channel = channel;
    this.#clock = channel.clock;
    this.#fps = fps;
    this.#draw = draw;
    this.#publisher = channel.publisher(label);
    channel.control = this;
    this.#cancelListening = channel.onWatchedChange(() => this.#play());
    this.#play();
  }

  state(): SceneState {
    return stateOf(this.#scene);
  }

  command(command: unknown): void {
    this.#scene = applyCommand(this.#scene, command);
    this.#onScene?.(this.#scene);
    const state = this.state();
    for (const listener of this.#listeners) listener(state);
  }

  onState(listener: (state: SceneState) => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
    this.#cancelListening();
    this.#listeners.clear();
    this.#publisher.close();
    if (this.#channel.control === this) this.#channel.control = undefined;
  }

  /** Show the frame of now, unless it is out already, and see to the next one. */
  #play(): void {
    this.#cancelTimer?.();
    if (this.#stopped || this.#channel.closed) return;
    const now = this.#clock.now();
    const frame = Math.floor((now * this.#fps) / 1000);
    if (frame !== this.#frame) {
      this.#frame = frame;
      const grid = this.#draw(this.#scene, { timeMs: (frame * 1000) / this.#fps, frame }, this.#publisher);
      this.#publisher.publish({ kind: "text", grid }, now);
    }
    const rate = this.#channel.watched ? this.#fps : IDLE_FPS;
    const next = ((Math.floor((now * rate) / 1000) + 1) * 1000) / rate;
    // Rounded up: a timer that fires before its frame would find the old one.
    this.#cancelTimer = this.#clock.after(Math.max(1, Math.ceil(next - this.#clock.now())), () => this.#play());
  }
}
