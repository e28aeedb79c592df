import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { EncodedFrame } from "@lightwell/wire/text/codec.ts";
import { createGrid } from "@lightwell/wire/text/grid.ts";
import { expect, onTestFinished, test } from "vitest";
import { binaryMessage, textMessage } from "../../hub/src/transport/web-socket-message.ts";
import { until } from "../../hub/src/testing/wait.ts";
import { connect } from "./index.ts";

/** A server of WebSockets that says what the test likes, as no hub would. */
async function startNonsense() {
  const sockets: Duplex[] = [];
  const heard: string[] = [];
  const server = createServer();
  server.on("upgrade", ({ headers }, socket) => {
    const accept = createHash("sha1").update(`${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
    socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        `Sec-WebSocket-Accept: ${accept.digest("base64")}\r\n\r\n`,
    );
    socket.on("error", () => undefined);
    socket.on("data", (data: Buffer) => {
      for (let at = 0; at < data.length;) {
        // A short length, or one of 16 bits; then the mask and what it masks.
        const short = (data[at + 1] ?? 0) & 0x7f;
        const start = at + (short === 126 ? 4 : 2);
        const length = short === 126 ? data.readUInt16BE(at + 2) : short;
        const mask = data.subarray(start, start + 4);
        const payload = data.subarray(start + 4, start + 4 + length).map((byte, k) => byte ^ (mask[k % 4] ?? 0));
        heard.push(Buffer.from(payload).toString());
        at = start + 4 + length;
      }
    });
    sockets.push(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const client = connect(`http://127.0.0.1:${port}`);
  onTestFinished(() => client.close());
  return {
    client,
    heard,
    say: async (...messages: (string | Uint8Array)[]) => {
      const socket = await until("a connection", () => sockets.at(-1));
      for (const message of messages)
        socket.write(typeof message === "string" ? textMessage(message) : binaryMessage(message));
    },
    asked: (type: string) => heard.filter((message) => message.includes(`"${type}"`)).length,
  };
}

const plain = (bytes: Uint8Array) => bytes;
const frameOf = (seq: number) => {
  const grid = createGrid(20, 5);
  grid.glyph[0] = 0x30 + seq;
  return new EncodedFrame(seq, grid, plain);
};

const NONSENSE = ["", "{", "null", '{"type":"dance"}', '{"type":"frame"}', '{"type":"state","state":7}'];

test("a viewer lets nonsense pass, and asks once for a keyframe when it has lost its place", async () => {
  const { client, say, asked } = await startNonsense();
  const watch = client.watch("a");
  const next = watch.next();
  await until("the hello", () => asked("hello") === 1);
  await say(...NONSENSE, new Uint8Array(0), new Uint8Array(7), new Uint8Array(100).fill(0xff));
  await say(frameOf(3).deltaFrom(frameOf(2)), frameOf(4).deltaFrom(frameOf(3)));
  await until("the request", () => asked("keyframe_request") === 1);
  await say(frameOf(5).key());
  expect((await next).value).toMatchObject({ seq: 5 });
  await until("the acknowledgement", () => asked("ack") === 1);
  expect(asked("keyframe_request")).toBe(1);
  await say(frameOf(7).deltaFrom(frameOf(6)));
  await until("the next request", () => asked("keyframe_request") === 2);
});

test("a producer lets nonsense pass, and sends a keyframe when asked", async () => {
  const { client, say, asked, heard } = await startNonsense();
  const channel = client.channel("a", { cols: 20, rows: 5 });
  channel.showLines(["hello"]);
  await until("the hello", () => asked("hello") === 1);
  const limits = { fps: 60, cells: 1000, messageBytes: 1000 };
  await say(...NONSENSE, new Uint8Array(9));
  await say(JSON.stringify({ type: "welcome", version: 1, role: "producer", channel: "a", limits }));
  const keys = () => heard.filter((message) => message.startsWith("K")).length;
  await until("a keyframe", () => keys() === 1);
  const refusals: string[] = [];
  channel.on("refused", ({ code }) => refusals.push(code));
  const complaints = ["too_fast", "bad_frame"].map((code) => JSON.stringify({ type: "error", code, message: "no" }));
  await say(...complaints, '{"type":"keyframe_request"}');
  await until("another", () => keys() === 2);
  // What a network bunches is no complaint about the program.
  expect(refusals).toEqual(["bad_frame"]);
});

test("a viewer of pictures lets nonsense pass", async () => {
  const { client, say, asked } = await startNonsense();
  const watch = client.watchPictures("a");
  const next = watch.next();
  await until("the wish", () => asked("watch") === 1);
  await say(...NONSENSE, new Uint8Array(3), new Uint8Array(24), new Uint8Array(60).fill(0xff));
  watch.close();
  expect(await next).toEqual({ done: true, value: undefined });
});
