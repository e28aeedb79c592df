import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import access from "#access/module.ts";
import { describeOutput } from "#contract/conformance/output.ts";
import { Frame, type Content } from "#core/frame.ts";
import http from "#http/module.ts";
import store from "#store/module.ts";
import fc from "fast-check";
import { decodeLiveFrame } from "@lightwell/wire/live.ts";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { ADMIN_TOKEN, bootHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import { LiveClient } from "./client.fixture.ts";
import { frameMessage } from "./frame-message.ts";
import live from "./module.ts";

const modules = [store, access, http, live];

const pixels = await sharp({ create: { width: 64, height: 36, channels: 3, background: "#804020" } })
  .jpeg()
  .toBuffer();

/** A small JPEG with a number behind its end, where decoders do not look. */
function picture(number: number): Content {
  const bytes = Buffer.concat([pixels, Buffer.from([number >> 8, number & 255])]);
  return { kind: "image", format: "jpeg", bytes, width: 64, height: 36 };
}

const numberOf = (bytes: Uint8Array): number => ((bytes.at(-2) ?? 0) << 8) | (bytes.at(-1) ?? 0);

let latest: Awaited<ReturnType<typeof bootHub>>;

describeOutput("live", {
  async start() {
    latest = await bootHub(modules);
    return latest;
  },
  content: picture,
  viewerToken: ADMIN_TOKEN,
  async connect(channel, token) {
    const client = await LiveClient.connect(latest.publicUrl, { query: token ? `?token=${token}` : "" });
    client.watch(channel);
    const { refused } = await client.message("watching");
    if (refused[0]) throw new Error(refused[0].reason);
    let taken = 0;
    return {
      next: () => until("a picture", () => client.frames[taken]).then((frame) => (taken++, numberOf(frame.bytes))),
      pause: () => client.socket.pause(),
      resume: () => client.socket.resume(),
      // One connection carries many channels: the end of one is told, the connection goes on.
      closed: until("the end", () => client.closed ?? client.messages.find(({ type }) => type === "gone")),
      close: () => client.close(),
    };
  },
});

async function open({ channels = ["a"], ...settings }: { channels?: string[]; [path: string]: unknown } = {}) {
  const hub = await bootHub(modules, settings);
  const publishers = channels.map((name) => hub.channels.open(name).publisher("test"));
  const publish = (number: number) => publishers.map((publisher) => publisher.publish(picture(number)));
  return { hub, publish };
}

describe("many channels over one connection", () => {
  it("carries forty at once", async () => {
    const names = Array.from({ length: 40 }, (_, index) => `c${index}`);
    const { hub, publish } = await open({ channels: names });
    const client = await LiveClient.connect(hub.publicUrl);
    client.watch(...names);
    const { channels } = await client.message("watching");
    for (let number = 1; number <= 5; number++) {
      publish(number);
      await until(
        `picture ${number} of every channel`,
        () =>
          new Set(client.frames.filter(({ bytes }) => numberOf(bytes) === number).map(({ channel }) => channel))
            .size === 40,
      );
    }
    expect(new Set(client.frames.map(({ channel }) => channel))).toEqual(new Set(channels.map(({ id }) => id)));
  });

  it("has at most one picture of a channel under way, and the next is the newest", async () => {
    const { hub, publish } = await open({ channels: ["a", "b"] });
    const client = await LiveClient.connect(hub.publicUrl, { acknowledges: false });
    client.watch("a", "b");
    await client.message("watching");
    publish(1);
    await until("one picture of each", () => client.frames.length === 2);
    for (let number = 2; number <= 20; number++) publish(number);
    const [first] = client.frames;
    if (first) client.ack(first);
    await until("the next of the one that was acknowledged", () => client.frames.length === 3);
    expect(client.frames.map(({ bytes }) => numberOf(bytes))).toEqual([1, 1, 20]);
    expect(client.frames[2]?.channel).toBe(first?.channel);
  });

  it("ignores acknowledgements of what is not under way", async () => {
    const { hub, publish } = await open();
    const client = await LiveClient.connect(hub.publicUrl, { acknowledges: false });
    client.watch("a");
    publish(1);
    const frame = await client.frame();
    for (const seq of [frame.seq + 1, 0, 4_294_967_295]) client.ack({ ...frame, seq });
    client.ack({ ...frame, channel: 999 });
    publish(2);
    client.say("not JSON");
    await client.message("error");
    expect(client.frames).toHaveLength(1);
  });

  it("writes a frame once for all clients", async () => {
    const frame = new Frame(1, 0, picture(1));
    expect(frameMessage(frame, 7)).toBe(frameMessage(frame, 7));
    const { hub, publish } = await open();
    const clients = await Promise.all([1, 2, 3].map(() => LiveClient.connect(hub.publicUrl)));
    for (const client of clients) client.watch("a");
    publish(77);
    const frames = await Promise.all(clients.map((client) => client.frame()));
    expect(frames.map(({ bytes }) => numberOf(bytes))).toEqual([77, 77, 77]);
  });

  it.each([1, 101, 102, 65_511, 65_512, 300_000])("frames a picture of %i bytes as RFC 6455 says", async (length) => {
    const bytes = new Uint8Array(length).fill(7);
    const message = frameMessage(new Frame(3, 5, { kind: "image", format: "jpeg", bytes, width: 2, height: 2 }), 9);
    const server = createServer().on("upgrade", (request, socket, head) =>
      new WebSocketServer({ noServer: true }).handleUpgrade(request, socket, head, () => socket.write(message ?? "")),
    );
    await once(server.listen(0, "127.0.0.1"), "listening");
    const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const [data] = (await once(socket, "message")) as [Buffer];
    socket.terminate();
    server.close();
    const received = decodeLiveFrame(new Uint8Array(data).buffer);
    expect([received?.seq, received?.channel, received?.bytes.length]).toEqual([3, 9, length]);
  });

  it("keeps text messages and pictures apart when both are many", async () => {
    const { hub, publish } = await open({ channels: ["a", "b", "c"] });
    const client = await LiveClient.connect(hub.publicUrl);
    client.watch("a", "b", "c");
    await client.message("watching");
    for (let number = 1; number <= 30; number++) {
      publish(number);
      client.watch("a", "b", "c");
      client.socket.ping();
      await new Promise(setImmediate);
    }
    await until(
      "the last picture of each",
      () => client.frames.filter(({ bytes }) => numberOf(bytes) === 30).length >= 3,
    );
    expect(client.closed).toBeUndefined();
  });
});

describe("the set of channels", () => {
  it("is replaced by each watch", async () => {
    const { hub, publish } = await open({ channels: ["a", "b"] });
    const client = await LiveClient.connect(hub.publicUrl);
    client.watch("a");
    publish(1);
    await client.frame();
    client.watch("b");
    await client.frame(({ channel }) => channel === hub.channels.get("b")?.id);
    expect([...(hub.channels.get("a")?.viewers() ?? [])]).toEqual([]);
    expect([...(hub.channels.get("b")?.viewers() ?? [])]).toHaveLength(1);
  });

  it("keeps a viewer whose wish did not change", async () => {
    const { hub, publish } = await open({ channels: ["a", "b"] });
    publish(1);
    const client = await LiveClient.connect(hub.publicUrl);
    client.watch("a");
    await client.frame();
    const [before] = hub.channels.get("a")?.viewers() ?? [];
    client.watch("a", "b");
    await client.frame(({ channel }) => channel === hub.channels.get("b")?.id);
    expect([...(hub.channels.get("a")?.viewers() ?? [])]).toEqual([before]);
  });

  it("scales to the width that was asked for", async () => {
    const hub = await bootHub(modules);
    const bytes = await sharp({ create: { width: 1280, height: 720, channels: 3, background: "#123456" } })
      .jpeg()
      .toBuffer();
    hub.channels
      .open("a")
      .publisher("test")
      .publish({ kind: "image", format: "jpeg", bytes, width: 1280, height: 720 });
    const client = await LiveClient.connect(hub.publicUrl);
    client.say({ type: "watch", channels: [{ name: "a", width: 350, fps: 10 }] });
    const frame = await client.frame();
    expect([frame.format, frame.width, frame.height]).toEqual(["jpeg", 320, 180]);
  });

  it("sends a channel that comes later, and one that comes back", async () => {
    const { hub } = await open({ channels: [] });
    const client = await LiveClient.connect(hub.publicUrl);
    client.watch("late");
    expect((await client.message("watching")).refused[0]?.code).toBe("not-found");
    hub.channels.open("late").publisher("test").publish(picture(5));
    await client.frame(({ bytes }) => numberOf(bytes) === 5);
    hub.channels.remove("late");
    expect((await client.message("gone")).name).toBe("late");
    hub.channels.open("late").publisher("test").publish(picture(6));
    await client.frame(({ bytes }) => numberOf(bytes) === 6);
  });

  it("tells how all channels are at once, not with the next second", async () => {
    const { hub, publish } = await open();
    publish(1);
    const client = await LiveClient.connect(hub.publicUrl);
    for (let round = 0; round < 5; round++) {
      client.say({ type: "watch", channels: [], status: false });
      client.say({ type: "watch", channels: [], status: true });
      client.say({ type: "dance" });
    }
    await until("five errors", () => client.messages.filter(({ type }) => type === "error").length === 5);
    const types = client.messages.map(({ type }) => type);
    // A regular one comes between now and then.
    expect(types.filter((type) => type === "status").length).toBeGreaterThanOrEqual(5);
    expect(types.slice(0, 4)).toEqual(["watching", "watching", "status", "error"]);
  });

  it("says that a channel fails, and why to operators only", async () => {
    const { hub } = await open({ channels: ["a"] });
    hub.channels.open("a").publisher("test").fault = "no disk";
    const failing = async (query: string) => {
      const client = await LiveClient.connect(hub.publicUrl, { query });
      client.say({ type: "watch", channels: [], status: true });
      const a = (await client.message("status")).channels.find(({ name }) => name === "a");
      return [a?.failing, a?.fault];
    };
    for (const publisher of hub.channels.open("a").publishers) if (publisher.fault === "") publisher.close();
    expect(await failing("")).toEqual([true, undefined]);
    expect(await failing(`?token=${ADMIN_TOKEN}`)).toEqual([true, "no disk"]);
  });

  it("shows private channels to those who may, and hides them from the rest", async () => {
    const { hub, publish } = await open({ channels: ["a"] });
    const secret = hub.channels.open("secret");
    secret.settings = { ...secret.settings, visibility: "private" };
    secret.publisher("test").publish(picture(9));
    publish(1);
    const stranger = await LiveClient.connect(hub.publicUrl);
    stranger.say({ type: "watch", channels: [{ name: "a" }, { name: "secret" }], status: true });
    expect((await stranger.message("watching")).refused.map(({ name, code }) => [name, code])).toEqual([
      ["secret", "not-found"],
    ]);
    expect((await stranger.message("status")).channels.map(({ name }) => name)).toEqual(["a"]);
    const admin = await LiveClient.connect(hub.publicUrl, { query: `?token=${ADMIN_TOKEN}` });
    admin.say({ type: "watch", channels: [{ name: "secret" }], status: true });
    await admin.frame(({ bytes }) => numberOf(bytes) === 9);
    expect((await admin.message("status")).channels.map(({ name }) => name)).toEqual(["a", "secret"]);
    expect(stranger.frames.some(({ channel }) => channel === secret.id)).toBe(false);
  });

  it("says nothing of a private channel that comes, and shows it when it becomes public", async () => {
    const { hub } = await open({ "channels.named": { later: { visibility: "private" } } });
    const client = await LiveClient.connect(hub.publicUrl);
    client.watch("later");
    await client.message("watching");
    const later = hub.channels.open("later");
    later.publisher("test").publish(picture(9));
    client.say({ type: "watch", channels: [{ name: "later" }, { name: "none" }] });
    const answers = () => client.messages.filter((message) => message.type === "watching");
    await until("the next answer", () => answers().find(({ refused }) => refused.length === 2));
    expect(answers()).toHaveLength(2);
    later.settings = { ...later.settings, visibility: "public" };
    await client.frame(({ bytes }) => numberOf(bytes) === 9);
  });

  it("loses a channel that becomes private", async () => {
    const { hub, publish } = await open();
    publish(1);
    const client = await LiveClient.connect(hub.publicUrl);
    client.watch("a");
    await client.frame();
    const channel = hub.channels.open("a");
    channel.settings = { ...channel.settings, visibility: "private" };
    expect((await client.message("gone")).reason).toBe("forbidden");
    expect([...channel.viewers()]).toEqual([]);
  });
});

describe("a hidden tab", () => {
  it("gets nothing and costs nothing, is not closed for it, and has the newest picture at once on return", async () => {
    const { hub, publish } = await open({ "hub.viewerTimeoutMs": 1000 });
    const client = await LiveClient.connect(hub.publicUrl);
    client.say({ type: "watch", channels: [{ name: "a", width: 320 }], status: true });
    publish(1);
    await client.frame();
    client.say({ type: "pause" });
    const channel = hub.channels.open("a");
    await until("it is detached", () => !channel.watched);
    expect(channel.renditions.size).toBe(0);
    const before = client.frames.length;
    // Another client's status messages tell the time: three seconds are longer than the timeout.
    const watcher = await LiveClient.connect(hub.publicUrl);
    watcher.say({ type: "watch", channels: [], status: true });
    for (let number = 2; number <= 10; number++) publish(number);
    await until(
      "four statuses, the first at once",
      () => watcher.messages.filter(({ type }) => type === "status").length >= 4,
    );
    expect(client.frames).toHaveLength(before);
    expect(client.closed).toBeUndefined();
    client.say({ type: "resume" });
    await client.frame(({ bytes }) => numberOf(bytes) === 10);
    expect(client.frames).toHaveLength(before + 1);
  });

  it("may be hidden from the start", async () => {
    const { hub, publish } = await open();
    publish(1);
    const client = await LiveClient.connect(hub.publicUrl);
    client.say({ type: "pause" });
    client.watch("a");
    await client.message("watching");
    expect([...hub.channels.open("a").viewers()]).toEqual([]);
    client.say({ type: "resume" });
    await client.frame();
  });
});

describe("bad clients", () => {
  it("are closed when they acknowledge nothing, and the reason says so", async () => {
    const { hub, publish } = await open({ "hub.viewerTimeoutMs": 1000 });
    const client = await LiveClient.connect(hub.publicUrl, { acknowledges: false });
    client.watch("a");
    publish(1);
    await until("it is closed", () => client.closed);
    expect(client.closed).toEqual({ code: 1008, reason: "this connection acknowledged nothing for too long" });
    expect(client.frames).toHaveLength(1);
    expect([...hub.channels.open("a").viewers()]).toEqual([]);
  });

  it.each([
    ["no JSON", "hello", /JSON/],
    ["an unknown type", { type: "dance" }, /type/],
    [
      "too many channels",
      { type: "watch", channels: Array.from({ length: 65 }, (_, i) => ({ name: `c${i}` })) },
      /channels/,
    ],
    ["a number for a name", { type: "watch", channels: [{ name: 7 }] }, /name/],
    ["a huge width", { type: "watch", channels: [{ name: "a", width: 1e12 }] }, /width/],
  ])("are told what is wrong with %s", async (_, message, reason) => {
    const { hub } = await open();
    const client = await LiveClient.connect(hub.publicUrl);
    client.say(message);
    expect((await client.message("error")).reason).toMatch(reason);
    expect(client.closed).toBeUndefined();
  });

  it("are told that pictures are not published here", async () => {
    const { hub } = await open();
    const client = await LiveClient.connect(hub.publicUrl);
    client.socket.send(Buffer.alloc(10));
    expect((await client.message("error")).reason).toMatch(/\/ws/);
  });

  it("are closed for a message that is too large", async () => {
    const { hub } = await open();
    const client = await LiveClient.connect(hub.publicUrl);
    client.say("x".repeat(20_000));
    await until("it is closed", () => client.closed);
    expect(client.closed?.code).toBe(1009);
  });

  it("are closed after many bad messages", async () => {
    const { hub } = await open();
    const client = await LiveClient.connect(hub.publicUrl);
    for (let i = 0; i < 30; i++) client.say("nonsense");
    await until("it is closed", () => client.closed);
    expect(client.closed).toEqual({ code: 1008, reason: "too many bad messages" });
  });

  it("are closed when they change their mind hundreds of times a second", async () => {
    const { hub } = await open();
    const client = await LiveClient.connect(hub.publicUrl);
    for (let i = 0; i < 300; i++) client.watch(i % 2 ? "a" : "b");
    await until("it is closed", () => client.closed);
    expect(client.closed).toEqual({ code: 1008, reason: "too many changes in a second" });
  });

  it("are refused with a wrong token, and when there are too many", async () => {
    const { hub } = await open({ "live.maxConnections": 1 });
    await expect(LiveClient.connect(hub.publicUrl, { query: "?token=wrong" })).rejects.toThrow(/401/);
    const first = await LiveClient.connect(hub.publicUrl);
    await expect(LiveClient.connect(hub.publicUrl)).rejects.toThrow(/503/);
    first.close();
    await until("there is room again", () => LiveClient.connect(hub.publicUrl).catch(() => undefined));
  });

  it("never disturb who watches beside them", async () => {
    const { hub, publish } = await open();
    const good = await LiveClient.connect(hub.publicUrl);
    good.watch("a");
    await good.message("watching");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.json(), fc.string(), fc.uint8Array()), { maxLength: 10 }),
        async (messages) => {
          const bad = await LiveClient.connect(hub.publicUrl);
          for (const message of messages) bad.socket.send(message);
          bad.close();
        },
      ),
      { numRuns: 50 },
    );
    publish(123);
    await good.frame(({ bytes }) => numberOf(bytes) === 123);
    expect(good.closed).toBeUndefined();
  });
});

describe("the end", () => {
  it("leaves no viewer behind when clients vanish", async () => {
    const { hub, publish } = await open();
    publish(1);
    for (let i = 0; i < 50; i++) {
      const client = await LiveClient.connect(hub.publicUrl);
      client.watch("a");
      await client.frame();
      client.close();
    }
    await until("all are gone", () => !hub.channels.open("a").watched);
    expect(hub.channels.open("a").renditions.size).toBe(0);
  });

  it("is told to clients when the hub closes", async () => {
    const { hub, publish } = await open();
    publish(1);
    const client = await LiveClient.connect(hub.publicUrl);
    client.watch("a");
    await client.frame();
    await hub.close();
    await until("it is closed", () => client.closed);
    expect(client.closed).toEqual({ code: 1001, reason: "the hub is closing" });
  });
});
