import type { Socket } from "node:net";
import type { AddressCap } from "#transport/address-cap.ts";
import type { Manner, SessionHub } from "./session.ts";
import { Session } from "./session.ts";

const SERVER_FULL = "Server Full. Try again later.\r\n";
/** One that was turned away may take this long to read why. */
const REFUSAL_MS = 2000;
/** How long screens may take to be given back when the hub closes. */
const CLOSE_MS = 700;
const RIGHTS_EVERY_MS = 15_000;

/** Every connection of the output, on whichever port it came. */
export class Sessions {
  readonly #hub: SessionHub;
  readonly #max: number;
  readonly #cap: AddressCap;
  readonly #refused: () => void;
  readonly #open = new Set<Session>();
  readonly #turnedAway = new Set<Socket>();
  readonly #stops: readonly (() => void)[];
  #emptied: (() => void) | undefined;
  #cut: (() => void) | undefined;
  #names = 0;

  constructor(hub: SessionHub, max: number, cap: AddressCap, refused: () => void) {
    this.#hub = hub;
    this.#max = max;
    this.#cap = cap;
    this.#refused = refused;
    this.#stops = [
      hub.channels.onAdded(() => {
        for (const session of this.#open) session.onChannelAdded();
      }),
      hub.clock.every(RIGHTS_EVERY_MS, () => {
        for (const session of this.#open) session.checkRights();
      }),
    ];
  }

  /** Those that are served now. */
  *[Symbol.iterator](): Generator<Session> {
    for (const session of this.#open) if (!session.ended) yield session;
  }

  add(socket: Socket, manner: Manner): void {
    if (this.#cut || [...this].length >= this.#max || !this.#cap.admit(socket)) {
      this.#turnAway(socket);
      return;
    }
    const name = `telnet-${++this.#names}`;
    const session: Session = new Session(this.#hub, socket, { name, manner }, () => {
      this.#open.delete(session);
      if (this.#open.size === 0) this.#emptied?.();
    });
    this.#open.add(session);
  }

  /** Give every screen back, because the hub ends. Those that take too long are cut off. */
  leave(): void {
    this.#cut ??= this.#hub.clock.after(CLOSE_MS, () => {
      for (const session of this.#open) session.abort();
    });
    for (const session of this.#open) session.leave("The hub is closing.");
  }

  /** Resolves when every connection has closed. */
  async close(): Promise<void> {
    this.leave();
    for (const stop of this.#stops) stop();
    for (const socket of this.#turnedAway) socket.destroy();
    if (this.#open.size > 0) await new Promise<void>((resolve) => (this.#emptied = resolve));
    this.#cut?.();
  }

  #turnAway(socket: Socket): void {
    this.#refused();
    this.#turnedAway.add(socket);
    const cancel = this.#hub.clock.after(REFUSAL_MS, () => socket.destroy());
    socket.on("error", () => undefined);
    socket.once("close", () => {
      cancel();
      this.#turnedAway.delete(socket);
    });
    // What it says is read and dropped: unread bytes would turn the end into a reset, and the words would be lost.
    socket.resume();
    socket.end(SERVER_FULL);
  }
}
