import { describe, expect, it } from "vitest";
import { MultipartParser } from "./multipart.ts";
import type { PartMemory } from "./multipart-buffer.ts";

/** Memory that keeps book. */
function countingMemory() {
  const pieces: Uint8Array[] = [];
  const finished: Uint8Array[] = [];
  const memory: PartMemory = {
    allocate(bytes) {
      const piece = new Uint8Array(bytes);
      pieces.push(piece);
      return piece;
    },
    finished: (body) => void finished.push(body),
  };
  const allocatedBytes = () => pieces.reduce((sum, { length }) => sum + length, 0);
  return { memory, pieces, finished, allocatedBytes };
}

const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
/** A JPEG as far as its markers go, of this many bytes. */
const picture = (bytes: number) => `\xff\xd8\xff\xda\x00\x02${"s".repeat(bytes - 8)}\xff\xd9`;
const withLength = (body: string) => `Content-Length: ${body.length}\r\n\r\n${body}\r\n--x\r\n`;
const withoutLength = (body: string) => `\r\n${body}\r\n--x\r\n`;

describe("the memory of a part", () => {
  it.each([
    ["with", withLength],
    ["without", withoutLength],
  ])("is allocated once for each picture of a camera, %s a length, and given out as it is", (_name, write) => {
    const { memory, pieces, finished } = countingMemory();
    const parser = new MultipartParser("x", {}, memory);
    const sizes = [100_000, 97_000, 103_000, 100_000, 95_000, 101_000];
    const stream = latin1(`--x\r\n${sizes.map((size) => write(picture(size))).join("")}`);
    const parts = [];
    for (let at = 0; at < stream.length; at += 30_000) parts.push(...parser.push(stream.subarray(at, at + 30_000)));
    expect(parts.map(({ body }) => body.length)).toEqual(sizes);
    // The first is of a size that nobody could expect.
    const later = parts.slice(1).map(({ body }) => body);
    expect(pieces.slice(-later.length).map(({ buffer }) => buffer)).toEqual(later.map(({ buffer }) => buffer));
    expect(finished).toEqual(parts.map(({ body }) => body));
    for (const { body } of parts) expect(body.buffer.byteLength).toBeLessThan(body.length * 1.34);
  });

  it("is never shared: what is given out stays as it is whatever comes next", () => {
    const { memory } = countingMemory();
    const parser = new MultipartParser("x", {}, memory);
    const bodies = Array.from({ length: 40 }, (_, i) => picture(500 + i * 997) + (i % 3 ? "" : "\0\0"));
    const stream = latin1(`--x\r\n${bodies.map((body, i) => (i % 2 ? withLength : withoutLength)(body)).join("")}`);
    const parts = [];
    for (let at = 0; at < stream.length; at += 7919) parts.push(...parser.push(stream.subarray(at, at + 7919)));
    expect(parts).toHaveLength(bodies.length);
    expect(new Set(parts.map(({ body }) => body.buffer)).size).toBe(bodies.length);
    for (const [i, { body }] of parts.entries()) expect(bodies[i]?.startsWith(String.fromCharCode(...body))).toBe(true);
  });

  it("is no more than was received, whatever length is declared, and little for little parts", () => {
    const { memory, allocatedBytes } = countingMemory();
    const parser = new MultipartParser("x", {}, memory);
    const lie = "Content-Length: 8000000\r\n\r\nlittle\r\n--x\r\n";
    parser.push(latin1(`--x\r\n${lie.repeat(1000)}`));
    const silent = "\r\nlittle\r\n--x\r\n";
    parser.push(latin1(silent.repeat(1000)));
    expect(allocatedBytes()).toBeLessThan(200_000);
  });
});
