import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Log } from "#contract/log.ts";
import { systemClock } from "#core/clock.ts";
import { ManualClock } from "#core/manual-clock.ts";
import { until } from "../testing/wait.ts";
import { handleOf, kernelCalls } from "./kernel-calls.ts";
import type { PacedSocket } from "./paced-socket.ts";
import { Pacer } from "./pacer.ts";
import { sendQueueOf } from "./queue-table.ts";

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A paced connection to a real client on loopback, and what its user hears. */
async function open({ allowHalfOpen = false } = {}) {
  const heard = { ready: 0, progress: 0, gone: 0 };
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = connect({ port, host: "127.0.0.1", allowHalfOpen });
  const [accepted] = (await once(server, "connection")) as [Socket];
  accepted.resume();
  client.on("error", () => undefined);
  const paced = new Pacer(systemClock, silent).take(accepted, {
    ready: () => void heard.ready++,
    progress: () => void heard.progress++,
    gone: () => void heard.gone++,
  });
  onTestFinished(() => {
    client.destroy();
    accepted.destroy();
    server.close();
  });
  return { client, accepted, paced, heard };
}

/** A buffer that says which one it is, all over. */
const numbered = (number: number, length: number) => Buffer.alloc(length, number & 255);

/** What a client receives; it reads at once or, with a rate, this many bytes a second. */
function receive(client: Socket, bytesPerSecond?: number) {
  const received: Buffer[] = [];
  client.on("data", (chunk: Buffer) => {
    received.push(chunk);
    if (bytesPerSecond === undefined) return;
    client.pause();
    setTimeout(() => client.resume(), (chunk.length * 1000) / bytesPerSecond);
  });
  return () => Buffer.concat(received);
}

/** The numbers of the buffers in a stream, each of which must be whole. */
function numbersIn(bytes: Buffer, length: number): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < bytes.length; at += length) {
    const part = bytes.subarray(at, at + length);
    const first = part[0] ?? -1;
    expect(part.equals(Buffer.alloc(length, first))).toBe(true);
    numbers.push(first);
  }
  return numbers;
}

/** Offers buffers as fast as a source does, and sends one whenever the socket takes it. */
async function offer(paced: PacedSocket, heard: { readonly ready: number }, count: number, length: number) {
  const sent: number[] = [];
  let idle = true;
  let readyBefore = heard.ready;
  for (let number = 0; number < count; number++) {
    if (!idle && heard.ready > readyBefore) idle = true;
    readyBefore = heard.ready;
    if (idle) {
      idle = paced.write(numbered(number, length));
      sent.push(number);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return sent;
}

describe("a paced socket", () => {
  it("sends every buffer whole and in order to a peer that keeps up", async () => {
    const { client, paced, heard } = await open();
    const received = receive(client);
    const sent = await offer(paced, heard, 60, 50_000);
    await until("the last byte", () => received().length === sent.length * 50_000);
    expect(numbersIn(received(), 50_000)).toEqual(sent);
    expect(sent).toHaveLength(60);
    expect(paced.paced).toBe(false);
  });

  it("skips buffers for a slow peer, tears none, and sends what is under way before it ends", async () => {
    const { client, paced, heard } = await open();
    const received = receive(client, 400_000);
    const sent = await offer(paced, heard, 150, 60_000);
    expect(paced.paced).toBe(true);
    expect(sent.length).toBeLessThan(100);
    expect(heard.progress).toBeGreaterThan(0);
    await until("it is busy", () => paced.busy || !paced.write(numbered(255, 60_000)));
    paced.end();
    await until("the end", () => heard.gone === 1);
    expect(received().length % 60_000).toBe(0);
    numbersIn(received(), 60_000);
  });

  it("is busy for good when the peer does not read, and holds little for it", async () => {
    const { client, paced, heard, accepted } = await open();
    client.pause();
    await offer(paced, heard, 60, 200_000);
    expect(paced.busy).toBe(true);
    const { ready } = heard;
    await offer(paced, heard, 20, 200_000);
    expect(heard.ready).toBe(ready);
    const handle = handleOf(accepted);
    const queued = handle && kernelCalls().calls?.queuedBytes(handle.fd);
    expect((queued ?? 0) + accepted.writableLength).toBeLessThan(2_000_000);
  });

  it("hands everything to the kernel when it ends, so that the process need not wait for a slow peer", async () => {
    const { client, paced, accepted } = await open();
    client.pause();
    for (let number = 0; !paced.busy; number++) paced.write(numbered(number, 300_000));
    paced.end(Buffer.from("bye"));
    await until("nothing waits in the process", () => accepted.writableLength === 0);
    const received = receive(client);
    client.resume();
    await once(client, "end");
    const bytes = received();
    expect(bytes.subarray(-3).toString()).toBe("bye");
    numbersIn(bytes.subarray(0, -3), 300_000);
  });

  it.each([
    ["resets", (client: Socket) => void client.resetAndDestroy()],
    ["leaves", (client: Socket) => void client.destroy()],
  ])("is gone, once, when the peer %s, and takes writes without harm", async (_, leave) => {
    const { client, paced, heard } = await open();
    receive(client);
    paced.write(numbered(1, 50_000));
    leave(client);
    await until("it is gone", () => (paced.write(numbered(2, 50_000)), heard.gone === 1));
    expect(paced.write(numbered(3, 50_000))).toBe(false);
    paced.end();
    paced.abort();
    expect(heard.gone).toBe(1);
  });

  it("is gone when the connection had closed before it was taken over", async () => {
    const { client, accepted } = await open();
    client.destroy();
    await once(accepted, "close");
    const heard = { gone: 0 };
    const paced = new Pacer(systemClock, silent).take(accepted, {
      ready: () => undefined,
      gone: () => void heard.gone++,
    });
    expect(paced.write(numbered(1, 50_000))).toBe(false);
    await until("it is gone", () => heard.gone === 1);
  });

  it("cuts off a peer that does not close, also when it is ended as soon as it is ready", async () => {
    const clock = new ManualClock();
    const { client, accepted } = await open({ allowHalfOpen: true });
    let ready = 0;
    const paced: PacedSocket = new Pacer(clock, silent).take(accepted, {
      ready: () => (ready++, paced.end()),
      gone: () => undefined,
    });
    client.pause();
    while (paced.write(numbered(1, 300_000)) || !paced.paced) clock.advance(20);
    client.resume();
    await until("it is ready", () => (clock.advance(20), ready > 0));
    await until("it is cut off", () => (clock.advance(100), accepted.destroyed));
    await until("no timer", () => (clock.advance(20), clock.pending === 0));
  });

  it("sends what was queued in Node before it goes past it to the kernel", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const [accepted] = (await once(server, "connection")) as [Socket];
    onTestFinished(() => {
      client.destroy();
      accepted.destroy();
      server.close();
    });
    client.pause();
    let before = 0;
    for (; accepted.writableLength === 0; before++) accepted.write(numbered(before, 100_000));
    const paced = new Pacer(systemClock, silent).take(accepted, { ready: () => undefined, gone: () => undefined });
    // So small that it goes in one slice: how fast more would go to a reader that has just slept is not the question here.
    paced.write(numbered(before, 100));
    const received = receive(client);
    client.resume();
    const queued = before * 100_000;
    await until("all of it", () => received().length === queued + 100);
    expect(numbersIn(received().subarray(0, queued), 100_000)).toEqual(
      Array.from({ length: before }, (_, i) => i & 255),
    );
    expect(received().subarray(queued).equals(numbered(before, 100))).toBe(true);
  });
});

describe.runIf(process.platform === "linux")("the kernel's figures", () => {
  it("tell what a peer has not taken, by TCP_INFO and by the table", async () => {
    const { client, accepted } = await open();
    client.pause();
    for (let i = 0; i < 50; i++) accepted.write(numbered(i, 100_000));
    const handle = handleOf(accepted);
    const { calls, why } = kernelCalls();
    expect(why).toBe("");
    const queued = () => (handle && calls?.queuedBytes(handle.fd)) ?? 0;
    await until("a queue", () => queued() > 100_000);
    expect(await until("the table", () => sendQueueOf(accepted))).toBeGreaterThan(100_000);
    const info = handle && calls?.tcpInfo(handle.fd);
    expect(info?.ackedBytes).toBeGreaterThan(0);
    expect(info?.notSentBytes).toBeGreaterThan(0);
  });

  it("are refused for a descriptor that is none", () => {
    const { calls } = kernelCalls();
    expect(calls?.tcpInfo(-1)).toBeUndefined();
    expect(calls?.queuedBytes(-1)).toBeUndefined();
    expect(calls?.limitNotSent(-1, 1)).toBe(false);
    expect(calls?.send(-1, Buffer.from("x"))).toBe(-1);
  });
});
