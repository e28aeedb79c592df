import { deflateRawSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EncodedFrame, FrameDecoder, type Deflate, type Inflate } from "./codec.ts";
import { TextCodecError } from "./codec-error.ts";
import { MAX_BODY_BYTES } from "./codec-header.ts";
import { StreamFrameDecoder } from "./codec-stream.ts";
import { createGrid } from "./grid.ts";
import { PAIR_KINDS, sampleGridPair } from "./samples.fixture.ts";

const inflate: Inflate = (bytes, maxBytes) => inflateRawSync(bytes, { maxOutputLength: maxBytes });
const deflated: Deflate = (bytes) => deflateRawSync(bytes);
const stored: Deflate = (bytes) => bytes;

/** The error code that a decoder gives for a message after a 4×2 keyframe, or "fine". */
function outcome(message: Uint8Array, cols = 4, rows = 2): string {
  const decoder = new FrameDecoder(inflate);
  const held = decoder.decode(new EncodedFrame(1, createGrid(cols, rows), deflated).key());
  try {
    decoder.decode(message);
    return "fine";
  } catch (error) {
    if (!(error instanceof TextCodecError)) throw error;
    expect(decoder.last).toBe(held);
    return error.code;
  }
}

/** A stored message: frame 2, on frame 1 unless it stands alone. */
const message = (type: string, ...body: number[]): Uint8Array =>
  Uint8Array.of(type.charCodeAt(0), 0, 2, 0, 0, 0, "KCR".includes(type) ? 0 : 1, 0, ...body);

describe("hostile bytes", () => {
  test.each([
    ["nothing", new Uint8Array(0), "truncated"],
    ["half a header", Uint8Array.of(0x4b, 0, 1), "truncated"],
    ["an unknown type", message("X"), "malformed"],
    ["unknown flags", Uint8Array.of(0x4e, 2, 2, 0, 0, 0, 1, 0), "malformed"],
    ["a keyframe that names a base", Uint8Array.of(0x4b, 0, 2, 0, 0, 0, 1, 0), "malformed"],
    ["a delta that names none", Uint8Array.of(0x4e, 0, 2, 0, 0, 0, 0, 0), "malformed"],
    ["a delta on a frame never sent", Uint8Array.of(0x4e, 0, 2, 0, 0, 0, 9, 0), "missing-base"],
    ["no change with a body", message("N", 0), "malformed"],
    ["a clear with a body", message("C", 0), "malformed"],
    ["a resize without a size", message("R", 4), "truncated"],
    ["a resize to nothing", message("R", 0, 0, 4, 0), "malformed"],
    ["a resize beyond the largest grid", message("R", 0xff, 0xff, 4, 0), "too-large"],
    ["a keyframe beyond the largest grid", message("K", 0xe8, 3, 0xff, 0xff, 0, 0), "too-large"],
    ["a keyframe of no cells", message("K", 0, 0, 0, 0, 0, 0), "malformed"],
    ["a keyframe with a motion", message("K", 1, 0, 1, 0, 0x20, 0, 0, 0), "malformed"],
    ["a reserved filter", message("D", 3, 0), "malformed"],
    ["a reserved motion", message("L", 0x30, 0), "malformed"],
    ["a reserved mode bit", message("D", 0x80, 0), "malformed"],
    ["a mask with an eleventh plane", message("D", 0, 0x80, 0x08), "malformed"],
    ["a stacked frame with background planes", message("D", 4, 0x80, 1), "malformed"],
    ["a dense delta in place that moves", message("D", 0x10, 0, 0), "malformed"],
    ["a moved delta that stands still", message("L", 0, 0), "malformed"],
    ["a sparse delta that warps", message("S", 0x20, 0, 0, 0, 0), "malformed"],
    ["a sparse delta that filters", message("S", 1, 0, 0), "malformed"],
    ["a missing plane", message("D", 0, 1, 65, 65), "truncated"],
    ["bytes after the planes", message("D", 0, 0, 1), "malformed"],
    ["a glyph above Unicode", message("D", 0, 4, 0x11, 0, 0, 0, 0, 0, 0, 0), "malformed"],
    ["an endless varint", message("S", 0, 0xff, 0xff, 0xff, 0xff, 0xff), "malformed"],
    ["more runs than cells", message("S", 0, 0, 9), "malformed"],
    ["a run past the end", message("S", 0, 0, 1, 7, 1), "malformed"],
    ["a gap past the end", message("S", 0, 0, 1, 0xff, 0xff, 0xff, 0x7f, 0), "malformed"],
    ["a band below the grid", message("L", 0x10, 0, 1, 1, 2, 0, 2), "malformed"],
    ["a band of no rows", message("L", 0x10, 0, 1, 0, 0, 0, 2), "malformed"],
    ["a band from beyond the sides", message("L", 0x10, 0, 1, 0, 1, 8, 0), "malformed"],
    ["more bands than bytes", message("L", 0x10, 0, 0xff, 0xff, 0xff, 0x7f), "truncated"],
    ["a warp out of the picture", message("L", 0x20, 0, 0xff, 0xff, 0x7f, 0), "malformed"],
  ])("%s is refused", (_, bytes, code) => {
    expect(outcome(bytes)).toBe(code);
  });

  test("a deflate bomb is cut off", async () => {
    const body = deflateRawSync(new Uint8Array(MAX_BODY_BYTES + 1));
    const bomb = Uint8Array.of(0x4b, 1, 2, 0, 0, 0, 0, 0, ...body);
    expect(outcome(bomb)).toBe("malformed");
    await expect(new StreamFrameDecoder().decode(bomb)).rejects.toMatchObject({ code: "too-large" });
  });

  test("every truncation of every type fails cleanly", () => {
    for (const kind of PAIR_KINDS) {
      const { base, grid } = sampleGridPair(kind, 40, 16, 11);
      for (const deflate of [stored, deflated]) {
        const first = new EncodedFrame(1, base, deflate);
        const second = new EncodedFrame(2, grid, deflate);
        for (const whole of [second.key(), second.deltaFrom(first)]) {
          for (let length = 0; length < whole.length; length += length < 80 ? 1 : 37) {
            const decoder = new FrameDecoder(inflate);
            decoder.decode(first.key());
            expect(() => decoder.decode(whole.subarray(0, length))).toThrow(TextCodecError);
          }
        }
      }
    }
  });

  test("random bytes and random damage give a grid in bounds or a typed error", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PAIR_KINDS),
        fc.nat(),
        fc.boolean(),
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (kind, seed, whole, damage) => {
          const { base, grid } = sampleGridPair(kind, 12, 6, seed);
          const first = new EncodedFrame(1, base, stored);
          const second = new EncodedFrame(2, grid, whole ? stored : deflated);
          const bytes = second.deltaFrom(first).slice();
          for (const [at, value] of damage) bytes[at % bytes.length] = value;
          const decoder = new FrameDecoder(inflate);
          decoder.decode(first.key());
          try {
            const shown = decoder.decode(bytes).grid;
            return shown.glyph.length === shown.cols * shown.rows && shown.glyph.every((glyph) => glyph <= 0x10ffff);
          } catch (error) {
            return error instanceof TextCodecError;
          }
        },
      ),
      { numRuns: 20_000 },
    );
    fc.assert(
      fc.property(fc.constantFrom(..."KSDLNCR"), fc.uint8Array({ maxLength: 60 }), (type, body) => {
        expect(["fine", "truncated", "malformed", "too-large", "missing-base"]).toContain(
          outcome(message(type, ...body)),
        );
      }),
      { numRuns: 10_000 },
    );
  });
});
