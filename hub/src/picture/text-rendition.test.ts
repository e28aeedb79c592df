import { createGrid, type TextGrid } from "@lightwell/wire/text/grid.ts";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { Frame } from "#core/frame.ts";
import { ManualClock } from "#core/manual-clock.ts";
import { plainChannels } from "#testing/channels.ts";
import { until } from "../testing/wait.ts";
import { boundedSize, centred, classicRendition, textRendition } from "./text-rendition.ts";

function openChannel() {
  const clock = new ManualClock();
  return plainChannels(clock).open("a");
}

const picture = async (color: string) =>
  ({
    kind: "image",
    format: "jpeg",
    width: 320,
    height: 180,
    bytes: await sharp({ create: { width: 320, height: 180, channels: 3, background: color } })
      .jpeg()
      .toBuffer(),
  }) as const;

async function firstFrame(channel: ReturnType<typeof textRendition>): Promise<TextGrid> {
  let seen: Frame | undefined;
  channel.add({ offer: (frame) => (seen = frame), close: () => undefined });
  const frame = await until("a frame", () => seen);
  if (frame.content.kind !== "text") throw new Error("no text");
  return frame.content.grid;
}

const letters = (text: string) => {
  const lines = text.split("\n");
  const grid = createGrid(lines[0]?.length ?? 0, lines.length);
  lines
    .join("")
    .split("")
    .forEach((letter, i) => (grid.glyph[i] = letter.codePointAt(0) ?? 0));
  return grid;
};

const rowsOf = ({ cols, rows, glyph }: TextGrid) =>
  Array.from({ length: rows }, (_, y) => String.fromCodePoint(...glyph.subarray(y * cols, (y + 1) * cols)));

describe("a text rendition", () => {
  it("draws a picture at the wished size and shares the result among all who wish the same", async () => {
    const channel = openChannel();
    channel.publisher("test").publish(await picture("#204060"));
    const wishes = { cols: 40, rows: 11 };
    const grid = await firstFrame(textRendition(channel, wishes));
    expect([grid.cols, grid.rows]).toEqual([40, 11]);
    // A plain picture is plain cells of its colour, within what JPEG loses.
    const middle = grid.bg[5 * 40 + 20] ?? 0;
    expect(
      [middle >> 16, (middle >> 8) & 255, middle & 255].map(
        (value, i) => Math.abs(value - ([0x20, 0x40, 0x60][i] ?? 0)) <= 3,
      ),
    ).toEqual([true, true, true]);
    expect(textRendition(channel, wishes)).toBe(textRendition(channel, { rows: 11, cols: 40 }));
    expect(textRendition(channel, wishes)).not.toBe(textRendition(channel, { ...wishes, depth: "256" }));
  });

  it("passes a grid of the wished size through and centres another", async () => {
    const channel = openChannel();
    const grid = createGrid(80, 24);
    channel.publisher("test").publish({ kind: "text", grid });
    expect(await firstFrame(textRendition(channel, { cols: 80, rows: 24 }))).toBe(grid);
    const larger = await firstFrame(textRendition(channel, { cols: 100, rows: 30 }));
    expect([larger.cols, larger.rows]).toEqual([100, 30]);
  });

  it("draws a bounded number of sizes, whatever is wished", () => {
    const channel = openChannel();
    const watcher = { offer: () => undefined, close: () => undefined };
    const sizes = Array.from({ length: 100 }, (_, i) => textRendition(channel, { cols: 20 + i, rows: 10 }));
    for (const rendition of sizes) rendition.add(watcher);
    const watched = Array.from({ length: 100 }, (_, i) => {
      const rendition = textRendition(channel, { cols: 150 + i, rows: 10 });
      rendition.add({ ...watcher });
      return rendition;
    });
    expect(new Set(watched).size).toBeLessThanOrEqual(65);
    expect(channel.renditions.size).toBeLessThanOrEqual(165);
  });

  it("keeps sizes within bounds", () => {
    expect(boundedSize(1, 1)).toEqual({ cols: 20, rows: 5 });
    expect(boundedSize(9999, 9999)).toEqual({ cols: 400, rows: 120 });
    expect(boundedSize(80.4, 24.2)).toEqual({ cols: 80, rows: 24 });
  });
});

describe("a centred grid", () => {
  it("is padded on both sides", () => {
    expect(rowsOf(centred(letters("ab\ncd"), 4, 4))).toEqual(["    ", " ab ", " cd ", "    "]);
  });

  it("is cut on both sides", () => {
    expect(rowsOf(centred(letters("abcd\nefgh\nijkl\nmnop"), 2, 2))).toEqual(["fg", "jk"]);
  });

  it("is cut in one direction and padded in the other", () => {
    expect(rowsOf(centred(letters("abcd"), 2, 3))).toEqual(["  ", "bc", "  "]);
  });
});

describe("the classic rendition", () => {
  it("draws as the original does and gives its text", async () => {
    const channel = openChannel();
    channel.publisher("test").publish(await picture("#ffffff"));
    const { channel: classic, textOf } = classicRendition(channel, { width: 30, height: 10 });
    let frame: Frame | undefined;
    classic.add({ offer: (next) => (frame = next), close: () => undefined });
    const text = textOf(await until("a frame", () => frame));
    expect(text?.split("\r\n")).toHaveLength(10);
    expect(text).toMatch(/^\u001b\[38;5;\d+m@{30}\r\n/);
  });
});
