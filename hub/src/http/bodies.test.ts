import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { ManualClock } from "#core/manual-clock.ts";
import { until } from "#testing/wait.ts";
import Fastify from "fastify";
import { expect, onTestFinished, test } from "vitest";
import { limitBodies } from "./bodies.ts";
import { connect } from "./raw-peer.fixture.ts";

async function boot() {
  const clock = new ManualClock();
  const app = Fastify({ bodyLimit: 1000 });
  limitBodies(app, clock);
  let streamed = 0;
  app.addContentTypeParser("image/jpeg", (_request, payload, done) => done(null, payload));
  app.post("/whole", async () => "taken");
  app.post("/refused", { onRequest: async (_request, reply) => reply.code(401).send("no") }, async () => "");
  app.get("/stream", (_request, reply) => {
    reply.hijack();
    reply.raw.write("begun");
  });
  app.post("/endless", { config: { endlessBody: true } }, async (request) => {
    for await (const chunk of request.body as AsyncIterable<Buffer>) streamed += chunk.length;
    return "end";
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const send = (path: string, type: string, body: string) => {
    const peer = connect(url);
    peer.socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: 900\r\n\r\n${body}`,
    );
    return peer;
  };
  return { clock, url, send, streamed: () => streamed };
}

test("a body that does not come to its end is answered 408 and cut off", async () => {
  const { clock, send } = await boot();
  const peer = send("/whole", "application/json", "{");
  await until("the request to be seen", () => clock.pending > 0);
  clock.advance(30_000);
  await once(peer.socket, "close");
  expect(peer.said()).toMatch(/^HTTP\/1.1 408 /);
});

test("a body that comes whole leaves no timer", async () => {
  const { clock, send } = await boot();
  const peer = send("/whole", "application/json", JSON.stringify("x".repeat(898)));
  await until("the reply", () => peer.said().includes("taken"));
  expect(clock.pending).toBe(0);
});

test("a body is let run where the route says that it may be endless", async () => {
  const { clock, send, streamed } = await boot();
  const peer = send("/endless", "image/jpeg", "x".repeat(100));
  await until("the first bytes", () => streamed() === 100);
  clock.advance(3_600_000);
  peer.socket.write("x".repeat(800));
  await until("the reply", () => peer.said().includes("end"));
});

test("a reply that never ends is let run", async () => {
  const { clock, url } = await boot();
  const peer = connect(url);
  peer.socket.write("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  await until("the beginning", () => peer.said().includes("begun"));
  expect(clock.pending).toBe(0);
  clock.advance(3_600_000);
  expect(peer.said()).not.toContain("408");
});

test("who goes on sending after a refusal is listened to for a moment, then cut off", async () => {
  const { clock, send } = await boot();
  const peer = send("/refused", "application/json", "{");
  await until("the refusal", () => peer.said().includes("401"));
  await until("the timer", () => clock.pending > 0);
  clock.advance(5000);
  await once(peer.socket, "close");
});
