import { WebSocket } from "ws";
import { until } from "../../testing/wait.ts";

/** A real client of the ASCII WebSocket that keeps all it was sent. */
export class AsciiClient {
  readonly socket: WebSocket;
  readonly messages: string[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;

  /** Rejects with the status of the answer when the hub refuses. */
  static async connect(url: string, options: { readonly headers?: Record<string, string> } = {}): Promise<AsciiClient> {
    const socket = new WebSocket(url.replace("http", "ws"), options);
    const client = new AsciiClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return client;
  }

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data, binary) => {
      if (binary) throw new Error("the hub sent a binary message");
      this.messages.push(String(data));
    });
    socket.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
  }

  say(message: object | string): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Lines of the last picture, without their colours. */
  get lines(): string[] {
    const last = this.messages.findLast((message) => message.startsWith("\x1b[H")) ?? "";
    return last
      .slice(3)
      .replaceAll(/\x1b\[[\d;]*m/g, "")
      .split("\r\n");
  }

  shows(fits: (lines: string[]) => boolean): Promise<unknown> {
    return until("a picture that fits", () => fits(this.lines));
  }

  sized(cols: number, rows: number): Promise<unknown> {
    return until(`a picture of ${cols}×${rows}`, () => {
      const { lines } = this;
      return lines.length === rows && lines.every((line) => [...line].length === cols);
    });
  }
}
