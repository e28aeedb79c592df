import { allowed } from "#contract/visible.ts";
import type { Channel } from "#core/channel.ts";
import type { Clock } from "#core/clock.ts";
import type { Frame } from "#core/frame.ts";
import { Viewer, type CloseReason, type Transport, type ViewerInfo } from "#core/viewer.ts";
import type { PacedSocket } from "#transport/paced-socket.ts";
import type { Pacer } from "#transport/pacer.ts";
import type { Socket } from "node:net";
import { mjpegPart } from "./part.ts";

/** A repeated picture may take this much of a slow viewer's time: new ones must not wait for old ones. */
const REPEAT_SHARE = 0.25;

/** One connection that receives a stream of parts. */
export class StreamViewer implements Transport {
  readonly viewer: Viewer;
  readonly #socket: PacedSocket;
  readonly #checkRights: () => void;
  readonly #clock: Clock;
  #sentAt = 0;
  #repeatAt = 0;

  /** Sends `opening` and begins to follow the channel; `gone` is called once when the connection has closed. */
  constructor(
    channel: Channel,
    info: ViewerInfo,
    connection: {
      readonly pacer: Pacer;
      readonly socket: Socket;
      readonly opening: Buffer;
      readonly clock: Clock;
      readonly checkRights: () => void;
    },
    gone: () => void,
  ) {
    const viewer = new Viewer(channel, connection.clock, info, this);
    this.viewer = viewer;
    this.#checkRights = connection.checkRights;
    this.#clock = connection.clock;
    this.#socket = connection.pacer.take(connection.socket, {
      ready: () => viewer.ready(),
      progress: () => viewer.progress(),
      gone: () => {
        viewer.detach();
        gone();
      },
    });
    this.#socket.write(connection.opening);
  }

  send(frame: Frame): boolean {
    const part = mjpegPart(frame);
    if (!part) return true;
    this.viewer.bytes += part.length;
    this.#sentAt = this.#clock.monotonic();
    return this.#socket.write(part);
  }

  /** Show the last picture once more, unless that would hold up a slow viewer or be more than it asked for. */
  repeat(nowMs: number): void {
    const { lastSent, channel } = this.viewer;
    if (!lastSent || nowMs < this.#repeatAt || nowMs < this.#sentAt + channel.minIntervalMs) return;
    const takesMs = this.#socket.takesMs(mjpegPart(lastSent)?.length ?? 0);
    this.#repeatAt = nowMs + takesMs / REPEAT_SHARE;
    this.viewer.repeat();
  }

  /** End it when its token or session is good no more. */
  review(): void {
    if (!this.mayStay()) this.viewer.close("forbidden");
  }

  mayStay(): boolean {
    return allowed(this.#checkRights);
  }

  /** Ends after a whole part; a peer that takes nothing would never get there. */
  close(reason: CloseReason): void {
    if (reason === "not-reading") this.#socket.abort();
    else this.#socket.end();
  }

  /** Give up what is left to send. */
  abort(): void {
    this.#socket.abort();
  }
}
