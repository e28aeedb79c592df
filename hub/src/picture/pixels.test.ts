import { beforeAll, describe, expect, it, vi } from "vitest";
import { createGrid } from "@lightwell/wire/text/grid.ts";
import { Frame, type ImageContent } from "#core/frame.ts";
import * as engine from "./engine.ts";
import { pixelsOf } from "./pixels.ts";
import { noisyPicture, plainPicture } from "./testing.ts";

let noise: ImageContent;

beforeAll(async () => {
  noise = await noisyPicture(320, 240);
});

const frameOf = (content: ImageContent) => new Frame(1, 0, content);

/** How often bytes are decoded while `run` runs. */
async function decodes(run: () => Promise<unknown>): Promise<number> {
  const load = await engine.loadEngine();
  let count = 0;
  const spy = vi.spyOn(engine, "loadEngine").mockResolvedValue((input, options) => {
    if (!options?.raw) count++;
    return load(input, options);
  });
  try {
    await run();
  } finally {
    spy.mockRestore();
  }
  return count;
}

describe("the pixels of a frame", () => {
  it("are RGB of the wished size, whatever the proportions", async () => {
    const red = frameOf(await plainPicture(320, 240, { format: "png", colour: "#c03020" }));
    const { data, ...rest } = await pixelsOf(red, { resize: { width: 30, height: 7 } });
    expect(rest).toEqual({ width: 30, height: 7, channels: 3 });
    expect(data.length).toBe(30 * 7 * 3);
    expect([...data.subarray(-3)]).toEqual([0xc0, 0x30, 0x20]);
  });

  it("are RGB on black also for grey and transparent pictures", async () => {
    const load = await engine.loadEngine();
    const base = load(noise.bytes as Buffer);
    for (const bytes of [
      await base.clone().greyscale().png().toBuffer(),
      await base.clone().ensureAlpha(0).png().toBuffer(),
    ]) {
      const content: ImageContent = { kind: "image", format: "png", bytes, width: 320, height: 240 };
      const { data, channels } = await pixelsOf(frameOf(content), { resize: { width: 4, height: 4 } });
      expect([channels, data.length]).toEqual([3, 48]);
    }
  });

  it("are cut out of the resized picture", async () => {
    const frame = frameOf(noise);
    const whole = await pixelsOf(frame, { resize: { width: 40, height: 30 } });
    const crop = { left: 7, top: 4, width: 5, height: 3 };
    const cut = await pixelsOf(frame, { resize: { width: 40, height: 30 }, crop });
    expect([cut.width, cut.height]).toEqual([5, 3]);
    for (let y = 0; y < 3; y++) {
      const from = ((4 + y) * 40 + 7) * 3;
      expect([...cut.data.subarray(y * 15, y * 15 + 15)]).toEqual([...whole.data.subarray(from, from + 15)]);
    }
  });

  it("come from one decode for all who ask in the same turn, and for those who ask for less later", async () => {
    const frame = frameOf(noise);
    const count = await decodes(async () => {
      const sizes = [40, 160, 80].map((width) => pixelsOf(frame, { resize: { width, height: 90 } }));
      const all = await Promise.all([...sizes, pixelsOf(frame, { resize: { width: 160, height: 90 } })]);
      expect(all.map(({ width }) => width)).toEqual([40, 160, 80, 160]);
      await pixelsOf(frame, { resize: { width: 20, height: 20 } });
    });
    expect(count).toBe(1);
  });

  it("are decoded again for one who wants more later, and then shared again", async () => {
    const frame = frameOf(noise);
    const count = await decodes(async () => {
      await pixelsOf(frame, { resize: { width: 20, height: 90 } });
      await pixelsOf(frame, { resize: { width: 160, height: 30 } });
      await pixelsOf(frame, { resize: { width: 150, height: 90 } });
    });
    expect(count).toBe(2);
  });

  it("are those of drawn text for a text frame", async () => {
    const grid = createGrid(10, 4, 0xffffff, 0x102030);
    for (const cell of [0, 1, 10, 11]) grid.glyph[cell] = 0x2588;
    const { data, width } = await pixelsOf(new Frame(1, 0, { kind: "text", grid }), {
      resize: { width: 10, height: 4 },
    });
    expect(width).toBe(10);
    expect([...data.subarray(0, 3)]).toEqual([255, 255, 255]);
    expect([...data.subarray(-3)]).toEqual([0x10, 0x20, 0x30]);
  });

  it.each([
    { resize: { width: 0, height: 5 } },
    { resize: { width: 1.5, height: 5 } },
    { resize: { width: Number.NaN, height: 5 } },
    { resize: { width: 9000, height: 9000 } },
    { resize: { width: 10, height: 10 }, crop: { left: 5, top: 0, width: 6, height: 1 } },
    { resize: { width: 10, height: 10 }, crop: { left: -1, top: 0, width: 5, height: 1 } },
  ])("are refused at a size out of bounds: %j", (wish) => {
    expect(() => pixelsOf(frameOf(noise), wish)).toThrow(expect.objectContaining({ code: "bad-request" }));
  });

  it("are not to be had of a picture that does not decode", async () => {
    const frame = frameOf({ ...noise, bytes: noise.bytes.subarray(0, 200) });
    await expect(pixelsOf(frame, { resize: { width: 4, height: 4 } })).rejects.toThrow();
  });
});
