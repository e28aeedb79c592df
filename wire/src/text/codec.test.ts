import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeClear, encodeResize, EncodedFrame, FrameDecoder, type Deflate, type Inflate } from "./codec.ts";
import { decodeBody } from "./codec-decode.ts";
import { encodeDeltaBody, encodeKeyBody } from "./codec-encode.ts";
import { StreamFrameDecoder } from "./codec-stream.ts";
import { Attribute, createGrid, DEFAULT_FG, type TextGrid } from "./grid.ts";
import { copyGrid, firstDifference, PAIR_KINDS, sampleGridPair } from "./samples.fixture.ts";

const STRATEGY = {
  default: constants.Z_DEFAULT_STRATEGY,
  rle: constants.Z_RLE,
  huffman: constants.Z_HUFFMAN_ONLY,
} as const;
const deflate: Deflate = (bytes, strategy) => deflateRawSync(bytes, { level: 6, strategy: STRATEGY[strategy] });
const inflate: Inflate = (bytes, maxBytes) => inflateRawSync(bytes, { maxOutputLength: maxBytes });

const typeOf = (message: Uint8Array): string => String.fromCharCode(message[0] ?? 0);
const frames = (...grids: TextGrid[]): EncodedFrame[] => grids.map((grid, k) => new EncodedFrame(k + 1, grid, deflate));

/** The type of the delta between two grids, after it was checked to round-trip through real messages. */
function sendPair(base: TextGrid, grid: TextGrid): string {
  const [first, second] = frames(base, grid);
  if (first === undefined || second === undefined) throw new Error("two frames are expected");
  const decoder = new FrameDecoder(inflate);
  expect(firstDifference(decoder.decode(first.key()).grid, base)).toBeUndefined();
  const message = second.deltaFrom(first);
  expect(message.length).toBeLessThanOrEqual(Math.max(second.key().length, 8));
  expect(firstDifference(decoder.decode(message).grid, grid)).toBeUndefined();
  expect(firstDifference(new FrameDecoder(inflate).decode(second.key()).grid, grid)).toBeUndefined();
  return typeOf(message);
}

describe("a pair of grids", () => {
  test("100,000 fuzzed pairs survive as keyframe and as delta body", () => {
    // Small grids reach every branch of the layout; the sizes below reach the sampling and the searches.
    const types = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.constantFrom(...PAIR_KINDS),
        fc.integer({ min: 1, max: 14 }),
        fc.integer({ min: 1, max: 8 }),
        fc.nat(),
        (kind, cols, rows, seed) => {
          const { base, grid } = sampleGridPair(kind, cols, rows, seed);
          const delta = encodeDeltaBody(grid, base);
          if (delta === undefined) return false;
          types.set(delta.type, (types.get(delta.type) ?? 0) + 1);
          const key = decodeBody("K", encodeKeyBody(grid), undefined);
          return (
            firstDifference(decodeBody(delta.type, delta.body, base), grid) === undefined &&
            firstDifference(key, grid) === undefined
          );
        },
      ),
      { numRuns: 100_000 },
    );
    expect([...types.keys()].toSorted()).toEqual(["D", "L", "N", "S"]);
  });

  test("fuzzed pairs of screen size survive as deflated messages, never larger than the keyframe", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PAIR_KINDS),
        fc.integer({ min: 20, max: 170 }),
        fc.integer({ min: 8, max: 60 }),
        fc.nat(),
        (kind, cols, rows, seed) => {
          const { base, grid } = sampleGridPair(kind, cols, rows, seed);
          sendPair(base, grid);
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([
    ["the same", "same", "N"],
    ["edited", "edit", "S"],
    ["scrolled by whole cells", "scroll", "S"],
    ["panned by parts of a pixel", "pan", "L"],
  ] as const)("when it is %s, travels as %s → %s", (_, kind, type) => {
    const { base, grid } = sampleGridPair(kind, 100, 40, 5);
    expect(sendPair(base, grid)).toBe(type);
  });

  test("of different sizes travels as a keyframe", () => {
    expect(sendPair(createGrid(10, 4), createGrid(4, 10))).toBe("K");
  });

  test("that is wholly different travels as a keyframe when that is smaller", () => {
    const { base } = sampleGridPair("noise", 80, 24, 3);
    expect(sendPair(base, createGrid(80, 24))).toBe("K");
  });

  test("keeps glyphs beyond U+FFFF and attributes", () => {
    const base = createGrid(40, 10);
    const grid = copyGrid(base);
    grid.glyph.set([0x1fb00, 0x1cd00, 0x10ffff, 0xffff], 7);
    grid.attr.set([Attribute.bold, Attribute.underline | Attribute.reverse, 255], 7);
    expect(sendPair(base, grid)).toBe("S");
    expect(sendPair(grid, base)).toBe("S");
  });

  test("of the largest size survives", () => {
    const { base, grid } = sampleGridPair("edit", 1000, 500, 8);
    expect(sendPair(base, grid)).toBe("S");
  });
});

describe("an encoded frame", () => {
  test("builds each message once", () => {
    const { base, grid } = sampleGridPair("edit", 30, 10, 1);
    const [first, second] = frames(base, grid);
    expect(second?.key()).toBe(second?.key());
    if (first !== undefined) expect(second?.deltaFrom(first)).toBe(second?.deltaFrom(first));
  });

  test("names its base across the wrap of the sequence number", () => {
    const { base, grid } = sampleGridPair("edit", 30, 10, 2);
    const [before, after] = [new EncodedFrame(0xffffffff, base, deflate), new EncodedFrame(2 ** 32 + 1, grid, deflate)];
    const decoder = new FrameDecoder(inflate);
    decoder.decode(before.key());
    const message = after.deltaFrom(before);
    expect(typeOf(message)).toBe("S");
    expect(decoder.decode(message).seq).toBe(1);
  });

  test("falls back to a keyframe when the base is too far behind to be named", () => {
    const { base, grid } = sampleGridPair("edit", 30, 10, 2);
    const message = new EncodedFrame(70_000, grid, deflate).deltaFrom(new EncodedFrame(1, base, deflate));
    expect(typeOf(message)).toBe("K");
  });

  test("is stored when there is no deflate", () => {
    const { grid } = sampleGridPair("text", 20, 5, 9);
    const message = new EncodedFrame(1, grid, (bytes) => bytes).key();
    const decoder = new FrameDecoder(() => {
      throw new Error("nothing is deflated");
    });
    expect(firstDifference(decoder.decode(message).grid, grid)).toBeUndefined();
  });
});

describe("a decoder", () => {
  test("shows blanks after clear and after resize, and takes deltas on them", () => {
    const { base, grid } = sampleGridPair("text", 20, 5, 4);
    const decoder = new FrameDecoder(inflate);
    decoder.decode(new EncodedFrame(1, base, deflate).key());
    expect(firstDifference(decoder.decode(encodeClear(2)).grid, createGrid(20, 5))).toBeUndefined();
    const blank = new EncodedFrame(2, createGrid(20, 5, DEFAULT_FG), deflate);
    decoder.decode(new EncodedFrame(3, grid, deflate).deltaFrom(blank));
    expect(decoder.last?.seq).toBe(3);
    expect(firstDifference(decoder.decode(encodeResize(4, 300, 7)).grid, createGrid(300, 7))).toBeUndefined();
  });

  test("refuses a delta on a frame that it does not hold, and keeps its picture", () => {
    const { base, grid } = sampleGridPair("edit", 20, 5, 4);
    const [first, second] = frames(base, grid);
    const third = new EncodedFrame(3, base, deflate);
    const decoder = new FrameDecoder(inflate);
    if (first === undefined || second === undefined) throw new Error("two frames are expected");
    expect(() => decoder.decode(second.deltaFrom(first))).toThrow(expect.objectContaining({ code: "missing-base" }));
    decoder.decode(first.key());
    expect(() => decoder.decode(third.deltaFrom(second))).toThrow(expect.objectContaining({ code: "missing-base" }));
    expect(decoder.last?.seq).toBe(1);
    decoder.decode(second.deltaFrom(first));
    expect(decoder.last?.seq).toBe(2);
  });

  test("never changes a frame that it gave out", () => {
    const { base, grid } = sampleGridPair("scroll", 40, 12, 6);
    const [first, second] = frames(base, grid);
    const decoder = new FrameDecoder(inflate);
    if (first === undefined || second === undefined) throw new Error("two frames are expected");
    const shown = decoder.decode(first.key()).grid;
    decoder.decode(second.deltaFrom(first));
    expect(firstDifference(shown, base)).toBeUndefined();
  });
});

describe("the decoder on web streams", () => {
  test("applies messages in order although they are given at once", async () => {
    const kinds = ["noise", "edit", "text", "scroll", "picture"] as const;
    const grids = kinds.map((kind, k) => sampleGridPair(kind, 60, 20, k).grid);
    const sent = grids.map((grid, k) => new EncodedFrame(k + 1, grid, deflate));
    const decoder = new StreamFrameDecoder();
    const messages = sent.map((frame, k) => {
      const before = sent[k - 1];
      return before === undefined ? frame.key() : frame.deltaFrom(before);
    });
    const shown = await Promise.all(messages.map((message) => decoder.decode(message)));
    expect(shown.map((frame, k) => firstDifference(frame.grid, grids[k] ?? frame.grid))).toEqual(
      grids.map(() => undefined),
    );
    expect(decoder.last?.seq).toBe(grids.length);
  });

  test("refuses one bad message and goes on with the next", async () => {
    const { base, grid } = sampleGridPair("edit", 60, 20, 3);
    const [first, second] = frames(base, grid);
    if (first === undefined || second === undefined) throw new Error("two frames are expected");
    const broken = first.key().slice();
    broken.fill(0xff, 8);
    const decoder = new StreamFrameDecoder();
    const results = await Promise.allSettled([
      decoder.decode(broken),
      decoder.decode(first.key().subarray(0, 20)),
      decoder.decode(first.key()),
      decoder.decode(second.deltaFrom(first)),
    ]);
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected", "fulfilled", "fulfilled"]);
    expect(results[0]).toMatchObject({ reason: { name: "TextCodecError", code: "malformed" } });
    expect(decoder.last && firstDifference(decoder.last.grid, grid)).toBeUndefined();
  });

  test("refuses to queue without end", async () => {
    const decoder = new StreamFrameDecoder();
    const key = new EncodedFrame(1, createGrid(4, 2), deflate).key();
    const results = await Promise.allSettled(Array.from({ length: 200 }, () => decoder.decode(key)));
    expect(results.at(-1)).toMatchObject({ reason: { code: "overrun" } });
    await expect(decoder.decode(key)).resolves.toMatchObject({ seq: 1 });
  });
});
