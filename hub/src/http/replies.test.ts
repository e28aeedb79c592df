import { once } from "node:events";
import type { AddressInfo } from "node:net";
import Fastify from "fastify";
import { expect, onTestFinished, test } from "vitest";
import { connect } from "./raw-peer.fixture.ts";
import { endUnreadReplies } from "./replies.ts";

const LARGE = Buffer.alloc(32 * 1024 * 1024, "x");
const TIMEOUT_MS = 1000;

async function ask() {
  const app = Fastify();
  endUnreadReplies(app, TIMEOUT_MS);
  app.get("/large", async () => LARGE);
  const ended = new Promise<"finished" | "cut">((resolve) =>
    app.addHook("onRequest", async (_request, { raw }) => {
      raw.once("close", () => resolve(raw.writableFinished ? "finished" : "cut"));
    }),
  );
  await app.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  const peer = connect(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`);
  peer.socket.write("GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  return { peer, ended };
}

test("who does not read its reply is cut off", async () => {
  const { peer, ended } = await ask();
  peer.socket.pause();
  expect(await ended).toBe("cut");
  const closed = once(peer.socket, "close");
  peer.socket.resume();
  await closed;
  expect(peer.said().length).toBeLessThan(LARGE.length);
});

test("who reads slowly, for much longer than the time, gets all of it", async () => {
  const { peer, ended } = await ask();
  peer.socket.on("data", () => peer.socket.pause());
  // One chunk now and then: all of it would take five seconds; after three, the rest at once.
  const sip = setInterval(() => peer.socket.resume(), 10);
  const gulp = setTimeout(() => {
    clearInterval(sip);
    peer.socket.removeAllListeners("data").on("data", () => undefined);
    peer.socket.resume();
  }, 3 * TIMEOUT_MS);
  onTestFinished(() => {
    clearInterval(sip);
    clearTimeout(gulp);
  });
  expect(await ended).toBe("finished");
});
