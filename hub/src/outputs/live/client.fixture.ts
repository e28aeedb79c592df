import { decodeLiveFrame, liveServerMessage, type LiveFrame, type LiveServerMessage } from "@lightwell/wire/live.ts";
import { WebSocket } from "ws";
import { until } from "../../testing/wait.ts";

/** A real client of `/ws/live` that keeps all it was sent and acknowledges only when it is told to. */
export class LiveClient {
  readonly socket: WebSocket;
  readonly frames: LiveFrame[] = [];
  readonly messages: LiveServerMessage[] = [];
  /** Acknowledge each frame when it comes. */
  acknowledges: boolean;
  closed: { readonly code: number; readonly reason: string } | undefined;

  static async connect(
    url: string,
    { acknowledges = true, query = "" }: { acknowledges?: boolean; query?: string } = {},
  ): Promise<LiveClient> {
    const socket = new WebSocket(`${url.replace("http", "ws")}/ws/live${query}`);
    const client = new LiveClient(socket, acknowledges);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return client;
  }

  private constructor(socket: WebSocket, acknowledges: boolean) {
    this.socket = socket;
    this.acknowledges = acknowledges;
    socket.on("message", (data: Buffer, binary) => {
      if (!binary) {
        this.messages.push(liveServerMessage.parse(JSON.parse(data.toString())));
        return;
      }
      const frame = decodeLiveFrame(new Uint8Array(data).buffer);
      if (!frame) throw new Error("the hub sent a binary message that is no frame");
      this.frames.push(frame);
      if (this.acknowledges) this.ack(frame);
    });
    socket.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
  }

  say(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  watch(...names: string[]): void {
    this.say({ type: "watch", channels: names.map((name) => ({ name })) });
  }

  ack({ channel, seq }: LiveFrame): void {
    this.say({ type: "ack", channel, seq });
  }

  /** The last message of a type, once there is one that fits. */
  message<Type extends LiveServerMessage["type"]>(
    type: Type,
    fits: (message: Extract<LiveServerMessage, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<LiveServerMessage, { type: Type }>> {
    return until(`a message "${type}"`, () =>
      this.messages.findLast(
        (message): message is Extract<LiveServerMessage, { type: Type }> =>
          message.type === type && fits(message as Extract<LiveServerMessage, { type: Type }>),
      ),
    );
  }

  frame(fits: (frame: LiveFrame) => boolean = () => true): Promise<LiveFrame> {
    return until("a frame", () => this.frames.findLast(fits));
  }

  close(): void {
    this.socket.terminate();
  }
}
