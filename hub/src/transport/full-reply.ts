import type { Socket } from "node:net";

const BODY = "Server Full";
const REPLY =
  `HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${BODY.length}\r\n` +
  `Retry-After: 10\r\nConnection: close\r\n\r\n${BODY}`;
/** A connection that is ended with unread bytes takes what was sent along: the peer has so long to read it. */
const READ_WITHIN_MS = 1000;
/** So many may be read at once; they need descriptors too, and in a flood nobody reads. */
const MOST_AT_ONCE = 16;

let telling = 0;

/** Tell a peer of an HTTP server that there is no room, where one can be told, and end the connection. Nothing of it is read. */
export function sayFull(socket: Socket): void {
  if (telling >= MOST_AT_ONCE) {
    socket.destroy();
    return;
  }
  telling++;
  const timer = setTimeout(() => socket.destroy(), READ_WITHIN_MS);
  socket.once("close", () => {
    telling--;
    clearTimeout(timer);
  });
  socket.on("error", () => socket.destroy());
  // Its request must not be carried out once it has been refused.
  socket.pause();
  socket.end(REPLY, "latin1");
}
