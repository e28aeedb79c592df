import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../testing/wait.ts";
import { createServer } from "./node-http.ts";
import { takeTurns } from "./request-turns.ts";

const LARGE = Buffer.alloc(32 * 1024 * 1024, "x");

async function serve(onRequest: RequestListener, onUpgrade?: (request: IncomingMessage, socket: Socket) => void) {
  const server = createServer({}, onRequest);
  if (onUpgrade) server.on("upgrade", (request, socket) => onUpgrade(request, socket as Socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

function peerOf(port: number) {
  const socket = connect(port, "127.0.0.1");
  let said = "";
  socket.on("data", (bytes: Buffer) => (said += bytes.toString("latin1"))).on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  return { socket, said: () => said };
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

/** Answers each request with its method, path and body, a while later. */
function echo() {
  let [atOnce, most] = [0, 0];
  const handler: RequestListener = (request, response) => {
    most = Math.max(most, ++atOnce);
    response.once("close", () => atOnce--);
    void text(request).then((body) => setImmediate(() => response.end(`<${request.method} ${request.url} ${body}>`)));
  };
  return { handler, most: () => most };
}

const answers = (said: string) => said.match(/<[^<>]*>/g) ?? [];

test("pipelined requests are answered in their order, one at a time", async () => {
  const { handler, most } = echo();
  const { socket, said } = peerOf(await serve(handler));
  const paths = Array.from({ length: 500 }, (_, i) => `/${i}`);
  socket.write(paths.map(get).join(""));
  await until("all answers", () => answers(said()).length === paths.length);
  expect(answers(said())).toEqual(paths.map((path) => `<GET ${path} >`));
  expect(most()).toBe(1);
});

test("wherever the bytes are torn, bodies and heads are told apart", async () => {
  const { handler, most } = echo();
  const port = await serve(handler);
  const tricky = "a\r\n\r\nGET /not HTTP/1.1\r\n\r\n";
  const requests = [
    get("/a"),
    `POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: ${tricky.length}\r\n\r\n${tricky}`,
    "POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    `POST /d HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n\r\n\r\n\r\n3\r\nend\r\n0\r\n\r\n`,
    `POST /e HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nTrailer: x\r\n\r\n`,
    get("/f"),
  ].join("");
  const expected = [
    "<GET /a >",
    `<POST /b ${tricky}>`,
    "<POST /c >",
    "<POST /d \r\n\r\nend>",
    "<POST /e hi>",
    "<GET /f >",
  ];
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(requests.length), { maxLength: 8 }), async (cuts) => {
      const { socket, said } = peerOf(port);
      socket.setNoDelay(true);
      let from = 0;
      for (const to of [...cuts.sort((a, b) => a - b), requests.length]) {
        socket.write(requests.slice(from, to));
        from = to;
        // One write, one read, mostly.
        await new Promise((resolve) => setImmediate(resolve));
      }
      await until("all answers", () => answers(said()).length === expected.length);
      expect(answers(said())).toEqual(expected);
      socket.destroy();
    }),
    { numRuns: 60 },
  );
  expect(most()).toBe(1);
});

test("a client that waits to be asked for its body, behind another request, is asked", async () => {
  const { handler } = echo();
  const { socket, said } = peerOf(await serve(handler));
  socket.write(`${get("/a")}POST /b HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n`);
  await until("the word to go on", () => said().includes("100 Continue"));
  socket.write(`body${get("/c")}`);
  await until("all answers", () => answers(said()).length === 3);
  expect(answers(said())).toEqual(["<GET /a >", "<POST /b body>", "<GET /c >"]);
});

test("a WebSocket behind another request gets all that was sent for it", async () => {
  const { handler } = echo();
  let heard = "";
  const port = await serve(handler, (_request, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
    socket.on("data", (bytes: Buffer) => (heard += bytes.toString("latin1")));
  });
  const { socket, said } = peerOf(port);
  const upgrade = "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  socket.write(`${get("/a")}${upgrade}first\r\n\r\nsecond`);
  await until("the first bytes", () => heard === "first\r\n\r\nsecond");
  expect(answers(said())).toEqual(["<GET /a >"]);
  socket.write("third");
  await until("more bytes", () => heard.endsWith("third"));
});

test("an upgrade with a body is an ordinary request", async () => {
  const { handler } = echo();
  const port = await serve(handler, (_request, socket) => socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
  const { socket, said } = peerOf(port);
  socket.write(
    "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\nhi",
  );
  await until("the answer", () => answers(said()).length === 1);
  expect(answers(said())).toEqual(["<GET /ws hi>"]);
});

test("a client that has sent its last byte gets what it had asked for", async () => {
  const port = await serve((_request, response) => response.end("<whole>"));
  const { socket, said } = peerOf(port);
  socket.end(get("/a"));
  await once(socket, "close");
  expect(answers(said())).toEqual(["<whole>"]);
});

test.each([
  ["no Host", "GET / HTTP/1.1\r\n\r\n", "400"],
  ["an expectation that nobody knows", "GET / HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\n\r\n", "417"],
  ["bytes that are no request", "nonsense\r\n\r\n", "400"],
])("%s, sent 2000 times, is answered once, without asking a handler", async (_what, bytes, status) => {
  let asked = 0;
  const port = await serve((_request, response) => {
    asked++;
    response.end();
  });
  const { socket, said } = peerOf(port);
  socket.write(bytes.repeat(2000));
  await once(socket, "close");
  expect(
    said()
      .match(/^HTTP\/1.1 \d+/gm)
      ?.map((line) => line.slice(9)),
  ).toEqual([status]);
  expect(asked).toBe(0);
});

test("behind a reply that has not been read no request is even looked at", async () => {
  let asked = 0;
  const port = await serve((_request, response) => {
    asked++;
    response.end(LARGE);
  });
  const { socket, said } = peerOf(port);
  socket.pause();
  const sent = get("/").repeat(200_000);
  socket.write(sent);
  await until("the first request", () => asked === 1);
  // What the kernels hold of the rest; the hub itself takes some reads of 64 kB.
  await until("the client to be stopped", () => socket.writableLength > 0 && socket.bytesWritten > 0);
  expect(asked).toBe(1);
  expect(said()).toBe("");
});

async function serveLarge(replyTimeoutMs: number) {
  const server = createHttpServer();
  takeTurns(server, { replyTimeoutMs });
  const ended = new Promise<"finished" | "cut">((resolve) =>
    server.on("request", (_request, response) => {
      response.once("close", () => resolve(response.writableFinished ? "finished" : "cut"));
      response.end(LARGE);
    }),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { socket } = peerOf((server.address() as AddressInfo).port);
  socket.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  return { socket, ended };
}

test("a peer that does not read its reply is cut off, though it goes on sending", async () => {
  const { socket, ended } = await serveLarge(1000);
  socket.pause();
  const drip = setInterval(() => socket.write(get("/")), 100);
  onTestFinished(() => clearInterval(drip));
  expect(await ended).toBe("cut");
});

test("a peer that reads slowly, for much longer than the time, gets all of it", async () => {
  const { socket, ended } = await serveLarge(1000);
  socket.on("data", () => socket.pause());
  // One chunk now and then: all of it would take five seconds; after three, the rest at once.
  const sip = setInterval(() => socket.resume(), 10);
  const gulp = setTimeout(() => {
    clearInterval(sip);
    socket.removeAllListeners("data").on("data", () => undefined);
    socket.resume();
  }, 3000);
  onTestFinished(() => {
    clearInterval(sip);
    clearTimeout(gulp);
  });
  expect(await ended).toBe("finished");
});

test("a handler may think for longer than replies may wait", async () => {
  const server = createHttpServer((_request, response) => void setTimeout(() => response.end("<late>"), 700));
  takeTurns(server, { replyTimeoutMs: 200 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { socket, said } = peerOf((server.address() as AddressInfo).port);
  socket.write(get("/"));
  await until("the answer", () => answers(said()).length === 1);
});
