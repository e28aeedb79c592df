import { readFileSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { HubError, messageOf } from "#contract/errors.ts";
import { AddressCap } from "#transport/address-cap.ts";
import { createServer, STATUS_CODES } from "#transport/node-http.ts";

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // Not every browser takes a WebSocket to the page's own host for 'self'.
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors *",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};

const files = new Map(
  [
    { path: "/", file: "viewer.html", type: "text/html; charset=utf-8" },
    { path: "/viewer.js", file: "viewer.js", type: "text/javascript; charset=utf-8" },
    { path: "/viewer.css", file: "viewer.css", type: "text/css; charset=utf-8" },
  ].map(({ path, file, type }) => [path, { type, bytes: readFileSync(new URL(file, import.meta.url)) }]),
);

/**
 * An HTTP server with the viewer page, whose every WebSocket is handed on; that may throw a HubError. It waits
 * for `ready`. An address may have `maxPerAddress` connections.
 */
export function viewerServer(
  maxPerAddress: number,
  ready: (request: IncomingMessage) => Promise<void> | undefined,
  accept: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): Server {
  const server = createServer({ maxHeaderSize: 8 * 1024, requestTimeout: 10_000, keepAliveTimeout: 5000 }, answer);
  new AddressCap(maxPerAddress).guard(server);
  server.on("upgrade", (request, socket, head) => {
    // Without a listener an error of the connection would end the process.
    socket.on("error", () => socket.destroy());
    const take = () => {
      try {
        accept(request, socket, head);
      } catch (error) {
        refuse(socket, error);
      }
    };
    const wait = ready(request);
    if (wait) void wait.then(take);
    else take();
  });
  server.on("clientError", (_error, socket) => {
    // Not left to the peer: one that never closes its side would hold the connection for ever.
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", () => socket.destroy());
    else socket.destroy();
  });
  return server;
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const found = files.get(request.url?.split("?", 1)[0] ?? "");
  const isRead = request.method === "GET" || request.method === "HEAD";
  // A body that nobody reads would keep the connection busy.
  request.resume();
  if (!found || !isRead) {
    response.writeHead(found ? 405 : 404, {
      ...HEADERS,
      "content-type": "text/plain",
      ...(found && { allow: "GET, HEAD" }),
    });
    response.end(found ? "Method Not Allowed\n" : "Not Found\n");
    return;
  }
  response.writeHead(200, { ...HEADERS, "content-type": found.type, "content-length": found.bytes.length });
  response.end(request.method === "HEAD" ? undefined : found.bytes);
}

function refuse(socket: Duplex, error: unknown): void {
  const { status, code } = error instanceof HubError ? error : { status: 500, code: "internal" };
  const detail = error instanceof HubError ? messageOf(error) : "the hub ran into a defect";
  const body = JSON.stringify({ status, code, detail });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
