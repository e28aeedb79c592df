import { OPENING } from "./part.ts";

/** Of every stream. `Connection: close` because the reply ends with the connection: no length, no chunks. */
export const STREAM_HEADERS = {
  "Content-Type": "multipart/x-mixed-replace; boundary=frame",
  "Cache-Control": "no-store, no-cache, must-revalidate, max-age=0",
  Pragma: "no-cache",
  Connection: "close",
  // nginx would collect pictures until its buffers are full.
  "X-Accel-Buffering": "no",
} as const;

/** Head of the reply and the first boundary. `headers` are those that the listener puts on every reply. */
export function openingOf(headers: Readonly<Record<string, unknown>>): Buffer {
  const own = new Set(Object.keys(STREAM_HEADERS).map((name) => name.toLowerCase()));
  const lines = [
    ...Object.entries(STREAM_HEADERS),
    ...Object.entries(headers).filter(([name, value]) => !own.has(name.toLowerCase()) && value !== undefined),
  ].map(([name, value]) => `${name}: ${String(value)}\r\n`);
  return Buffer.from(`HTTP/1.1 200 OK\r\n${lines.join("")}\r\n${OPENING}`, "latin1");
}
