import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundaryOf, MultipartParser } from "./multipart.ts";
import { JpegEnd } from "./multipart-jpeg.ts";

const text = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);
const bytes = (latin1: string) => Uint8Array.from(latin1, (char) => char.charCodeAt(0));

/** A JPEG as far as its markers go: an EXIF segment with a thumbnail inside, a scan with stuffing. */
const jpeg = (scan = "scan") =>
  `\xff\xd8\xff\xe1\x00\x10Exif\xff\xd8thumb\xff\xd9x\xff\xda\x00\x04ab${scan}\xff\x00\xff\xd3more\xff\xd9`;

function parse(stream: string, boundary: string | undefined, limits = {}) {
  const parser = new MultipartParser(boundary, limits);
  const parts = [...parser.push(bytes(stream)), ...parser.end()];
  return { bodies: parts.map((part) => text(part.body)), parts, parser };
}

const A = jpeg("first");
const B = jpeg("second");
const esp = "123456789000000000000987654321";
const long = (body: string) => `Content-Length: ${body.length}\r\n\r\n${body}`;

describe("the multipart parser", () => {
  it.each<[string, string | undefined, string]>([
    ["as RFC 2046 has it", "x", `--x\r\nContent-Type: image/jpeg\r\n${long(A)}\r\n--x\r\n${long(B)}\r\n--x--\r\n`],
    ["the next boundary in the same write", "frame", `--frame\r\n${long(A)}\r\n--frame\r\n${long(B)}\r\n--frame\r\n`],
    ["a missing first boundary", "x", `Content-Type: image/jpeg\r\n${long(A)}\r\n--x\r\n${long(B)}\r\n`],
    ["a missing first boundary and header", "x", `${A}\r\n--x\r\n${long(B)}\r\n`],
    ["boundary=--x, sent as --x", "--x", `--x\r\n${long(A)}\r\n--x\r\n${long(B)}\r\n`],
    ["boundary=--x, sent as ----x", "--x", `----x\r\n${long(A)}\r\n----x\r\n${long(B)}\r\n`],
    ["boundary=x, sent as ----x", "x", `----x\r\n${long(A)}\r\n----x\r\n${long(B)}\r\n`],
    ["a doubled boundary line", "x", `--x\r\n--x\r\n${long(A)}\r\n--x\r\n--x\r\n${long(B)}\r\n`],
    ["an undeclared boundary", undefined, `--any\r\n${long(A)}\r\n--any\r\n${long(B)}\r\n`],
    ["another boundary than declared", "x", `--other\r\n${long(A)}\r\n--other\r\n${long(B)}\r\n`],
    ["no length", "x", `--x\r\nContent-Type: image/jpeg\r\n\r\n${A}\r\n--x\r\n\r\n${B}\r\n--x\r\n`],
    ["no length and no line break before the boundary", "x", `--x\r\n\r\n${A}--x\r\n\r\n${B}--x\r\n`],
    ["bytes of padding behind a picture", "x", `--x\r\n\r\n${A}\0\0\0\r\n--x\r\n\r\n${B}\0\r\n--x\r\n`],
    ["bare line feeds", "x", `--x\nContent-Length: ${A.length}\n\n${A}\n--x\n\n${B}\n--x\n`],
    ["a length too short", "x", `--x\r\nContent-Length: 9\r\n\r\n${A}\r\n--x\r\n${long(B)}\r\n`],
    ["a length too long", "x", `--x\r\nContent-Length: 4000\r\n\r\n${A}\r\n--x\r\n${long(B)}\r\n--x\r\n`],
    ["a length that is no number", "x", `--x\r\nContent-Length: ten\r\n\r\n${A}\r\n--x\r\n${long(B)}\r\n`],
    ["a length of nothing", "x", `--x\r\nContent-Length: 0\r\n\r\n${A}\r\n--x\r\n${long(B)}\r\n`],
    ["the ESP32-CAM's order of writes", esp, `\r\n--${esp}\r\n${long(A)}\r\n--${esp}\r\n${long(B)}`],
    ["the older ESP32-CAM, boundary last", esp, `${long(A)}\r\n--${esp}\r\n${long(B)}\r\n--${esp}\r\n`],
    ["a preamble", "x", `This is a stream.\r\nEnjoy\r\n--x\r\n${long(A)}\r\n--x\r\n${long(B)}\r\n`],
    ["a part that is empty", "x", `--x\r\n\r\n\r\n--x\r\n${long(A)}\r\n--x\r\n${long(B)}\r\n`],
    ["header lines that are none", "x", `--x\r\nnonsense\r\n: x\r\n${long(A)}\r\n--x\r\n${long(B)}\r\n`],
    ["a picture straight after the boundary", "x", `--x\r\n${A}\r\n--x\r\n${B}\r\n`],
    ["a closing boundary between parts", "x", `--x\r\n${long(A)}\r\n--x--\r\n--x\r\n${long(B)}\r\n--x--`],
  ])("reads two pictures from a stream with %s", (_name, boundary, stream) => {
    expect(parse(stream, boundary).bodies).toEqual([A, B]);
  });

  it("gives a picture at once, without waiting for the next boundary", () => {
    for (const head of [`--x\r\nContent-Length: ${A.length}\r\n\r\n`, "--x\r\n\r\n"]) {
      const parser = new MultipartParser("x");
      expect(parser.push(bytes(head + A)).map((part) => text(part.body))).toEqual([A]);
    }
  });

  it("ends a part that is no JPEG at the boundary or at the end of the body", () => {
    expect(parse("--x\r\n\r\none\r\n--x\r\nContent-Length: 3\r\n\r\ntwo\r\n--x\r\n\r\nthree", "x").bodies).toEqual([
      "one",
      "two",
      "three",
    ]);
  });

  it("leaves out a picture that the end of the body cut short", () => {
    expect(parse(`--x\r\n\r\n${A.slice(0, -9)}`, "x").bodies).toEqual([]);
    expect(parse(`--x\r\n${long(A).slice(0, -9)}`, "x").bodies).toEqual([]);
  });

  it("gives the headers in lower case", () => {
    const { parts } = parse(`--x\r\nContent-TYPE:image/jpeg\r\nX-Timestamp: 1.5 \r\n${long(A)}\r\n--x\r\n`, "x");
    expect(Object.fromEntries(parts[0]?.headers ?? [])).toEqual({
      "content-type": "image/jpeg",
      "x-timestamp": "1.5",
      "content-length": `${A.length}`,
    });
  });

  it("leaves out what is beyond the limits, counts it and goes on", () => {
    const big = jpeg("z".repeat(2000));
    const after = `\r\n--x\r\n${long(B)}\r\n`;
    const limits = { maxPartBytes: 500, maxHeaderBytes: 200 };
    for (const stream of [
      `--x\r\n${long(big)}${after}`,
      `--x\r\n\r\n${big}${after}`,
      `--x\r\n\r\n${"z".repeat(70_000)}${after}`,
      `--x\r\nA: ${"a".repeat(300)}\r\n\r\n${A}${after}`,
      `--x\r\n${"A: a\r\n".repeat(40)}\r\n${A}${after}`,
    ]) {
      const { bodies, parser } = parse(stream, "x", limits);
      expect(bodies).toEqual([B]);
      expect(parser.oversized).toBe(1);
    }
  });

  it("gives the same parts however the bytes were cut", () => {
    const piece = fc.constantFrom(
      "--x\r\n",
      "--x--\r\n",
      "----x\n",
      "--y\r\n",
      "\r\n",
      "\n",
      "-",
      "--",
      "-".repeat(50),
      "Content-Length: 5\r\n",
      `Content-Length: ${A.length}\r\n`,
      "Content-Length: 90\r\n",
      "X: y\r\n",
      A,
      B,
      A.slice(0, 20),
      "\xff",
      "\xd8",
      "\xff\xd9",
      "plain",
      "z".repeat(150),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 25 }),
        fc.constantFrom("x", "--x", undefined),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 }),
        (pieces, boundary, cuts) => {
          const stream = bytes(pieces.join(""));
          const limits = { maxPartBytes: 120, maxHeaderBytes: 100 };
          const whole = new MultipartParser(boundary, limits);
          const cut = new MultipartParser(boundary, limits);
          const expected = [...whole.push(stream), ...whole.end()];
          const got = [];
          for (let at = 0, i = 0; at < stream.length; i++) {
            const size = cuts[i % cuts.length] ?? 1;
            got.push(...cut.push(stream.subarray(at, at + size)));
            at += size;
          }
          got.push(...cut.end());
          expect(got).toEqual(expected);
          expect(cut.oversized).toBe(whole.oversized);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("survives 100,000 fuzzed inputs without a throw and without keeping more than a part", () => {
    const random = generator(7);
    const seeds = [
      `--x\r\nContent-Type: image/jpeg\r\n${long(A)}\r\n--x\r\n\r\n${B}\r\n--x--\r\n`,
      `\r\n--${esp}\r\n${long(A)}`,
      `${A}${B}--x\r\n--x\r\n`,
    ].map(bytes);
    const maxPartBytes = 256;
    const maxHeaderBytes = 128;
    let most = 0;
    for (let run = 0; run < 100_000; run++) {
      const parser = new MultipartParser(run % 3 ? "x" : undefined, { maxPartBytes, maxHeaderBytes });
      const input = mutate(seeds[run % seeds.length] ?? new Uint8Array(0), random);
      for (let at = 0; at < input.length;) {
        const size = 1 + random(200);
        for (const part of parser.push(input.subarray(at, at + size)))
          expect(part.body.length).toBeLessThanOrEqual(maxPartBytes);
        most = Math.max(most, parser.bufferedBytes);
        at += size;
      }
      parser.end();
      if (parser.bufferedBytes !== 0) expect(parser.bufferedBytes).toBe(0);
    }
    // A part, a boundary line that is not over yet, and the chunk that came last.
    expect(most).toBeLessThan(maxPartBytes + 300 + 200);
  });

  it("holds no more than a part of an endless one", () => {
    const parser = new MultipartParser("x", { maxPartBytes: 100_000 });
    parser.push(bytes("--x\r\n\r\n"));
    let most = 0;
    const chunk = new Uint8Array(1_000_000).fill(10);
    for (let i = 0; i < 50; i++) {
      parser.push(chunk);
      most = Math.max(most, parser.bufferedBytes);
    }
    expect(most).toBeLessThan(200_000);
    expect(parser.oversized).toBe(1);
  });
});

describe("the boundary of a content type", () => {
  it.each([
    ["multipart/x-mixed-replace; boundary=frame", "frame"],
    ["multipart/x-mixed-replace;boundary=--x", "--x"],
    ['multipart/x-mixed-replace; charset=a; Boundary="a b\\"c"', 'a b"c'],
    ["multipart/x-mixed-replace; boundary=x; y=z", "x"],
    ["multipart/x-mixed-replace", undefined],
    ["multipart/x-mixed-replace; boundary=", undefined],
  ])("%s", (type, expected) => expect(boundaryOf(type)).toBe(expected));
});

describe("the end of a JPEG", () => {
  it("is found at the same place however the bytes arrive", () => {
    const all = bytes(`${A}rest`);
    const end = new JpegEnd();
    const found = [];
    for (let size = 0; size <= all.length; size++) found.push(end.find(all.subarray(0, size)));
    expect(found.indexOf(A.length)).toBe(A.length);
    expect(found.slice(0, A.length)).toEqual(Array(A.length).fill(-1));
  });

  it("is found behind damaged markers", () => {
    expect(new JpegEnd().find(bytes("\xff\xd8garbage\xff\xd9"))).toBe(11);
    expect(new JpegEnd().find(bytes("\xff\xd8\xff\xe0\x00\x00zz\xff\xd9"))).toBe(10);
  });
});

/** A small generator (mulberry32): the same cases in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function mutate(seed: Uint8Array, random: (below: number) => number): Uint8Array {
  let result = Array.from(seed);
  for (let edits = random(8); edits > 0; edits--) {
    const at = random(result.length + 1);
    const kind = random(4);
    if (kind === 0) result[at] = random(256);
    else if (kind === 1) result.splice(at, random(40));
    else if (kind === 2) result.splice(at, 0, ...result.slice(random(result.length + 1)).slice(0, random(80)));
    else result = result.slice(0, 1200).concat(Array.from({ length: random(300) }, () => random(256)));
  }
  return Uint8Array.from(result);
}
