import { createServer, connect, type AddressInfo } from "node:net";
import access from "#access/module.ts";
import http from "#http/module.ts";
import store from "#store/module.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ADMIN_TOKEN, bootHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import { DisplayClient } from "./client.fixture.ts";
import { colourful, numbered, numberOf, text } from "./grids.fixture.ts";
import display from "./module.ts";

const modules = [store, access, http, display];
const free = { "display.port": 0, "display.pagePort": 0, "display.host": "127.0.0.1" };

async function open(settings: Record<string, unknown> = {}) {
  const hub = await bootHub(modules, { ...free, ...settings });
  const ports = hub.service("report")?.figures()["display"];
  const { port, pagePort } = (ports ?? {}) as { port: number; pagePort: number };
  const source = hub.channels.open("a").publisher("test");
  return { hub, port, pagePort, source, url: `ws://127.0.0.1:${port}` };
}

describe("the ports of the original", () => {
  it("serve its clients, at any path", async () => {
    const { url, source } = await open();
    source.publish(text(numbered(4)));
    for (const path of ["", "/", "/anything?x=1"]) {
      const client = await DisplayClient.connect(url + path);
      expect(numberOf(await client.grid())).toBe(4);
      client.close();
    }
  });

  it("say on the WebSocket port where the page is", async () => {
    const { port, pagePort } = await open();
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    expect([answer.status, await answer.text()]).toEqual([426, expect.stringContaining(String(pagePort))]);
  });

  it("serve a page that may connect to the WebSocket port and nowhere else", async () => {
    const { port, pagePort } = await open();
    const answer = await fetch(`http://127.0.0.1:${pagePort}/?channel=a`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-security-policy")).toContain(`connect-src ws://*:${port};`);
    expect(await answer.text()).toContain(`data-port="${port}"`);
    expect((await fetch(`http://127.0.0.1:${pagePort}/x`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${pagePort}/`, { method: "POST" })).status).toBe(405);
  });

  it("refuse pages of other hosts, and take a session only from a page of their own", async () => {
    const { url, pagePort, source, hub } = await open();
    source.publish(text(numbered(1)));
    await expect(DisplayClient.connect(url, { Origin: "https://evil.example" })).rejects.toThrow("403");
    await expect(DisplayClient.connect(url, { Origin: "null" })).rejects.toThrow("403");
    const login = await fetch(`${hub.adminUrl}/api/login`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: hub.adminUrl },
      body: JSON.stringify({ token: ADMIN_TOKEN }),
    });
    const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect(cookie).not.toBe("");
    const controls = async (Origin: string) => {
      const client = await DisplayClient.connect(url, { Origin, Cookie: cookie });
      client.hello();
      return (await client.message("welcome"))["control"];
    };
    expect(await controls(`http://127.0.0.1:${pagePort}`)).toBe(true);
    expect(await controls("http://127.0.0.1:4321")).toBe(false);
  });

  it.each(["display.port", "display.pagePort"])("name the setting when %s is taken", async (option) => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    await expect(bootHub(modules, { ...free, [option]: port })).rejects.toMatchObject({
      code: "port-in-use",
      message: expect.stringContaining(option),
    });
    other.close();
  });
});

describe("a peer that behaves badly", () => {
  it("and reads nothing does not hold up the others, and gets the newest frame when it reads again", async () => {
    const { url, source } = await open();
    source.publish(text(colourful(1)));
    const stopped = await Promise.all(
      [true, false].map(async (hello) => {
        const client = await DisplayClient.connect(url);
        if (hello) client.hello();
        await client.grid();
        client.socket.pause();
        return client;
      }),
    );
    const reader = await DisplayClient.connect(url);
    reader.hello();
    for (let number = 2; number <= 30; number++) {
      source.publish(text(colourful(number)));
      await reader.grid((grid) => numberOf(grid) === number);
    }
    for (const client of stopped) {
      client.socket.resume();
      await client.grid((grid) => numberOf(grid) === 30);
      expect(client.problems).toEqual([]);
      expect(client.shown.length).toBeLessThan(30);
    }
  });

  it("and sends more messages than any client needs is told so and cut off", async () => {
    const { url } = await open();
    const client = await DisplayClient.connect(url);
    for (let i = 0; i < 400; i++) client.say({ type: "ping", t: i });
    expect(await client.message("refused")).toMatchObject({ code: "too_many" });
    expect((await client.end()).code).toBe(1008);
  });

  it("and says anything at all is answered or left, and the hub goes on", async () => {
    const { url, source } = await open();
    const fields = fc.record(
      {
        type: fc.constantFrom("hello", "resize", "ack", "command", "keyframe_request", "state_request", "ping"),
        version: fc.oneof(fc.integer(), fc.anything()),
        accept: fc.oneof(fc.array(fc.string()), fc.integer({ min: 0, max: 7 })),
        encoding: fc.constantFrom("binary", "base64", "x"),
        width: fc.double(),
        height: fc.double(),
        seq: fc.nat(),
        channel: fc.constantFrom("a", "b", ""),
        command: fc.anything(),
        t: fc.double(),
      },
      { requiredKeys: ["type"] },
    );
    const said = fc.oneof(
      fields.map((value) => JSON.stringify(value)),
      fc.string(),
      fc.json(),
      fc.uint8Array(),
    );
    for (let round = 0; round < 20; round++) {
      const client = await DisplayClient.connect(url);
      for (const message of fc.sample(said, 12)) client.say(message);
      client.say({ type: "ping", t: 1 });
      await until("an answer or the end", () => client.closed ?? client.heard.find(({ type }) => type === "pong"));
      client.close();
    }
    source.publish(text(numbered(2)));
    const client = await DisplayClient.connect(url);
    expect(numberOf(await client.grid())).toBe(2);
  });

  it("and speaks no WebSocket after the handshake is left", async () => {
    const { port, hub, source } = await open();
    source.publish(text(numbered(1)));
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(
      "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.resume();
    await until("a viewer", () => [...(hub.channels.get("a")?.viewers() ?? [])].length === 1);
    socket.write(Buffer.alloc(100, 0xff));
    await closed;
    await until("no viewer", () => [...(hub.channels.get("a")?.viewers() ?? [])].length === 0);
    expect(socket.destroyed).toBe(true);
  });

  it("shows in the metrics by mode", async () => {
    const { url, hub, source } = await open({ "display.maxViewers": 2 });
    source.publish(text(numbered(1)));
    const client = await DisplayClient.connect(url);
    client.hello();
    await client.grid();
    source.publish(text(numbered(2)));
    await client.grid((grid) => numberOf(grid) === 2);
    const old = await DisplayClient.connect(url);
    await old.grid();
    const third = await DisplayClient.connect(url);
    await third.message("refused");
    const metrics = (await hub.service("report")?.prometheus()) ?? "";
    for (const line of [
      'lightwell_display_viewers{mode="diff"} 1',
      'lightwell_display_messages_total{kind="keyframe"} 1',
      'lightwell_display_messages_total{kind="delta"} 1',
      'lightwell_display_messages_total{kind="json"} 1',
      'lightwell_display_refused_total{reason="full"} 1',
    ])
      expect(metrics).toContain(line);
    expect(metrics).toMatch(/lightwell_display_bytes_total [1-9]/);
  });
});
