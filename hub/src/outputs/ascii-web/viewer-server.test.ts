import { once } from "node:events";
import { connect, type AddressInfo } from "node:net";
import { HubError } from "#contract/errors.ts";
import { until } from "#testing/wait.ts";
import { expect, onTestFinished, test } from "vitest";
import { viewerServer } from "./viewer-server.ts";

test.each([
  ["no HTTP at all", "NONSENSE\r\n\r\n"],
  ["a WebSocket that is refused", "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"],
])("a peer that never closes its side keeps no connection after %s", async (_what, bytes) => {
  const refuse = () => {
    throw new HubError("full", "no place");
  };
  const server = viewerServer(10, () => undefined, refuse).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const peer = connect({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", allowHalfOpen: true });
  onTestFinished(() => void peer.destroy());
  peer.on("error", () => undefined);
  let said = "";
  peer.setEncoding("utf8").on("data", (text: string) => (said += text));
  peer.write(bytes);
  await once(peer, "end");
  expect(said).toMatch(/^HTTP\/1.1 (400|503) /);
  const open = () => new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));
  await until("the connection to be gone", async () => (await open()) === 0);
});
