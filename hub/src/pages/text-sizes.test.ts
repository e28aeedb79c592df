import channelMemory from "#channel-memory/module.ts";
import access from "#access/module.ts";
import http from "#http/module.ts";
import display from "#outputs/display/module.ts";
import live from "#outputs/live/module.ts";
import monitor from "#monitor/module.ts";
import store from "#store/module.ts";
import system from "#system/module.ts";
import { createGrid, type TextGrid } from "@lightwell/wire/text/grid.ts";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { describe, expect, it, onTestFinished } from "vitest";
import { bootHub, type TestHub } from "../testing/boot.ts";
import { until } from "../testing/wait.ts";
import { useBrowser } from "./browser.fixture.ts";
import pages from "./module.ts";
import { expectAccessible, setHidden } from "./page-steps.fixture.ts";

const browser = useBrowser();
const boot = () =>
  bootHub([store, channelMemory, access, http, system, display, live, monitor, pages], {
    "pages.dir": browser.dir,
    "display.listen": false,
  });

const canvasOf = (page: Page) => page.locator("canvas[data-seq]");
const shownSize = async (page: Page) => {
  const canvas = canvasOf(page);
  return `${await canvas.getAttribute("data-cols")}×${await canvas.getAttribute("data-rows")}`;
};
const boxOf = async (page: Page) => {
  const box = await canvasOf(page).boundingBox();
  if (!box) throw new Error("there is no canvas");
  return box;
};
const seqOf = async (page: Page) => Number(await canvasOf(page).getAttribute("data-seq"));

/** Colour of a pixel of the canvas, by its place in cells. */
const colourAt = (page: Page, col: number, row: number): Promise<number> =>
  page.evaluate(`(() => {
    const canvas = document.querySelector("canvas[data-seq]");
    const x = Math.floor(((${col} + 0.5) * canvas.width) / Number(canvas.dataset.cols));
    const y = Math.floor(((${row} + 0.5) * canvas.height) / Number(canvas.dataset.rows));
    const [r, g, b] = canvas.getContext("2d").getImageData(x, y, 1, 1).data;
    return (r << 16) | (g << 8) | b;
  })()`);

/** Every cell in a colour of its own: what is cut off or moved is seen. */
function tiles(cols: number, rows: number): TextGrid {
  const grid = createGrid(cols, rows);
  for (let cell = 0; cell < cols * rows; cell++) grid.bg[cell] = Math.imul(cell + 1, 0x9e3779b1) >>> 8;
  return grid;
}

function channelOf(hub: TestHub, name: string) {
  const channel = hub.channels.open(name, { frozenTimeoutMs: 0, stallTimeoutMs: 3_600_000 });
  const publisher = channel.publisher("test");
  return { channel, show: (grid: TextGrid) => publisher.publish({ kind: "text", grid }).seq };
}

describe("a text of any size", () => {
  it.each([
    { what: "larger than a client may ask for", cols: 500, rows: 130 },
    { what: "of one row", cols: 60, rows: 1 },
    { what: "of three cells", cols: 3, rows: 1 },
  ])("$what is shown whole, as large as fits", async ({ cols, rows }) => {
    const hub = await boot();
    const grid = tiles(cols, rows);
    channelOf(hub, "sized").show(grid);
    const page = await browser.open({ viewport: { width: 1000, height: 600 } });
    await page.goto(`${hub.publicUrl}/text/sized`);
    await until("all of its cells", async () => (await shownSize(page)) === `${cols}×${rows}`);
    for (const cell of [0, cols - 1, cols * (rows - 1), cols * rows - 1, (cols * rows) >> 1])
      expect(await colourAt(page, cell % cols, Math.floor(cell / cols))).toBe(grid.bg[cell]);
    const { x, y, width, height } = await boxOf(page);
    expect([x, y, 1000 - x - width, 600 - y - height].every((margin) => margin >= 0)).toBe(true);
    // One more pixel for each cell would not fit.
    expect(width + cols > 1000 || height + rows > 600).toBe(true);
  });

  it("can be read at a usual size, moved by keys, and made to fit again", async () => {
    const hub = await boot();
    channelOf(hub, "large").show(tiles(300, 100));
    const page = await browser.open({ viewport: { width: 800, height: 500 } });
    await page.goto(`${hub.publicUrl}/text/large`);
    await until("all of its cells", async () => (await shownSize(page)) === "300×100");
    const fitting = await boxOf(page);
    await page.getByRole("button", { name: "Readable size" }).click();
    await until("cells of eight pixels", async () => (await boxOf(page)).width === 2400);
    expect(await boxOf(page)).toMatchObject({ x: 0, y: 0, height: 1600 });
    expect(await shownSize(page)).toBe("300×100");
    await expectAccessible(page);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    await until("it has moved", async () => {
      const { x, y } = await boxOf(page);
      return x === -64 && y === -64;
    });
    expect(page.url()).toBe(`${hub.publicUrl}/text/large`);
    await page.keyboard.press("-");
    await until("smaller cells", async () => (await boxOf(page)).width === 1800);
    await page.keyboard.press("z");
    await until("it fits", async () => (await boxOf(page)).width === fitting.width);
    expect(await boxOf(page)).toEqual(fitting);
  });

  it("is selected in the cells that are pointed at, also when it was moved", async () => {
    const hub = await boot();
    const grid = createGrid(200, 60);
    Array.from("Deep in the page").forEach((sign, i) => (grid.glyph[50 * 200 + 150 + i] = sign.charCodeAt(0)));
    channelOf(hub, "deep").show(grid);
    const page = await browser.open({
      viewport: { width: 800, height: 500 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await page.goto(`${hub.publicUrl}/text/deep`);
    await canvasOf(page).waitFor();
    await page.keyboard.press("z");
    await until("cells of eight pixels", async () => (await boxOf(page)).width === 1600);
    await page.evaluate(`document.querySelector("[role=region]").scrollTo(9999, 9999)`);
    const { x, y } = await boxOf(page);
    expect(x + 1600).toBeLessThanOrEqual(800);
    await page.mouse.move(x + 150.5 * 8, y + 50.5 * 16);
    await page.mouse.down();
    await page.mouse.move(x + 165.5 * 8, y + 50.5 * 16);
    await page.mouse.up();
    await page.getByRole("button", { name: "Copy" }).click();
    await until(
      "the words",
      async () => (await page.evaluate("navigator.clipboard.readText()")) === "Deep in the page",
    );
  });

  it("stays a text at the address for pictures", async () => {
    const hub = await boot();
    channelOf(hub, "words").show(tiles(30, 9));
    const page = await browser.open();
    await page.goto(`${hub.publicUrl}/ascii/words`);
    await until("its own cells", async () => (await shownSize(page)) === "30×9");
    expect(await page.getByRole("combobox").count()).toBe(0);
  });
});

describe("a hidden tab", () => {
  it("keeps its connection, costs nothing, and shows the newest frame at once when it is seen", async () => {
    const hub = await boot();
    const { channel, show } = channelOf(hub, "words");
    show(tiles(30, 9));
    const page = await browser.open();
    await page.goto(`${hub.publicUrl}/text/words`);
    await canvasOf(page).waitFor();
    let more = 0;
    page.on("websocket", () => more++);
    await setHidden(page, true);
    await until("nobody watches", () => !channel.watched);
    let newest = 0;
    for (let cols = 31; cols < 40; cols++) newest = show(tiles(cols, 9));
    await setHidden(page, false);
    await until("the newest frame", async () => (await seqOf(page)) === newest);
    expect(await shownSize(page)).toBe("39×9");
    expect(more).toBe(0);
  });
});

describe("the look of a picture", () => {
  async function openPicture() {
    const hub = await boot();
    const pixels = Buffer.from(Uint8Array.from({ length: 320 * 180 * 3 }, (_, i) => (i * 7) % 256));
    const bytes = await sharp(pixels, { raw: { width: 320, height: 180, channels: 3 } })
      .jpeg()
      .toBuffer();
    const publisher = hub.channels.open("cam").publisher("test");
    const shoot = () => publisher.publish({ kind: "image", format: "jpeg", bytes, width: 320, height: 180 });
    shoot();
    const timer = setInterval(shoot, 100);
    onTestFinished(() => clearInterval(timer));
    return hub;
  }
  const rendition = (hub: TestHub) =>
    [...hub.channels.open("cam").renditions.keys()].find((key) => key.startsWith("text"));

  it("is chosen in the bar or by keys, kept in the address, and still there after a reload", async () => {
    const hub = await openPicture();
    const page = await browser.open();
    await page.goto(`${hub.publicUrl}/ascii/cam`);
    await canvasOf(page).waitFor();
    const [glyphs, colours] = [
      page.getByRole("combobox", { name: "Glyphs" }),
      page.getByRole("combobox", { name: "Colours" }),
    ];
    expect([await glyphs.inputValue(), await colours.inputValue()]).toEqual(["quadrant", "24bit"]);
    await glyphs.selectOption("Braille dots");
    await colours.selectOption("One colour");
    await until("braille of one colour", () => rendition(hub)?.includes("braille") && rendition(hub)?.includes("mono"));
    expect(new URL(page.url()).search).toBe("?glyphs=braille&depth=mono");
    await page.reload();
    await until("the same again", () => rendition(hub)?.includes("braille") && rendition(hub)?.includes("mono"));
    expect(await glyphs.inputValue()).toBe("braille");
    // Two keys before the page is drawn anew, as on a busy machine.
    await page.evaluate('for (const key of ["g", "d"]) document.dispatchEvent(new KeyboardEvent("keydown", { key }))');
    await until("letters in all colours", () => rendition(hub)?.includes("ascii") && !rendition(hub)?.includes("mono"));
    expect(new URL(page.url()).search).toBe("?glyphs=ascii");
    await expectAccessible(page);
  });

  it("has no more glyphs than there are: an address with others shows what is usual", async () => {
    const hub = await openPicture();
    const page = await browser.open({ viewport: { width: 390, height: 844 }, isMobile: true });
    await page.goto(`${hub.publicUrl}/ascii/cam?glyphs=crayon`);
    await canvasOf(page).waitFor();
    expect(await page.getByRole("combobox", { name: "Glyphs" }).inputValue()).toBe("quadrant");
    await expectAccessible(page);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  });
});
