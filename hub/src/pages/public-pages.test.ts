import channelMemory from "#channel-memory/module.ts";
import access from "#access/module.ts";
import http from "#http/module.ts";
import monitor from "#monitor/module.ts";
import display from "#outputs/display/module.ts";
import live from "#outputs/live/module.ts";
import store from "#store/module.ts";
import system from "#system/module.ts";
import { createGrid } from "@lightwell/wire/text/grid.ts";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { bootHub, type TestHub } from "../testing/boot.ts";
import { until } from "../testing/wait.ts";
import { useBrowser } from "./browser.fixture.ts";
import pages from "./module.ts";
import { expectAccessible } from "./page-steps.fixture.ts";

const browser = useBrowser();
const boot = (settings: Record<string, unknown> = {}) =>
  bootHub([store, channelMemory, access, http, system, display, live, monitor, pages], {
    "pages.dir": browser.dir,
    "display.listen": false,
    ...settings,
  });

async function show(hub: TestHub, name: string, width: number, height: number): Promise<void> {
  const bytes = await sharp({ create: { width, height, channels: 3, background: "#c04020" } })
    .jpeg()
    .toBuffer();
  hub.channels.open(name).publisher("test").publish({ kind: "image", format: "jpeg", bytes, width, height });
}

const tileOf = (page: Page, name: string) => page.locator(`[data-channel="${name}"]`);
async function boxOf(page: Page, name: string) {
  const box = await tileOf(page, name).boundingBox();
  if (!box) throw new Error(`there is no tile of ${name}`);
  return box;
}
const drawn = (page: Page, name: string) =>
  until(`a picture of ${name}`, () => tileOf(page, name).locator("canvas[data-seq]").count());

describe("tiles of the wall", () => {
  const shapes = { wide: 16 / 9, tall: 3 / 4, panorama: 7 / 3, words: 80 / 48 };

  async function openWall(options: Parameters<typeof browser.open>[0]) {
    const hub = await boot({ "channels.stallTimeoutMs": 3_600_000 });
    await Promise.all([show(hub, "wide", 640, 360), show(hub, "tall", 480, 640), show(hub, "panorama", 700, 300)]);
    hub.channels
      .open("words")
      .publisher("test")
      .publish({ kind: "text", grid: createGrid(80, 24) });
    const page = await browser.open(options);
    await page.goto(hub.publicUrl);
    for (const name of Object.keys(shapes)) await until(`a tile of ${name}`, () => tileOf(page, name).count());
    return { hub, page };
  }

  it("have the shapes of what they show, do not overlap, and fit a desk without scrolling", async () => {
    const { page } = await openWall({ viewport: { width: 1440, height: 900 } });
    await Promise.all(Object.keys(shapes).map((name) => drawn(page, name)));
    const boxes = await Promise.all(Object.keys(shapes).map((name) => boxOf(page, name)));
    Object.values(shapes).forEach((shape, index) => {
      const { width = 0, height = 1 } = boxes[index] ?? {};
      expect(width / height).toBeCloseTo(shape, 1);
    });
    for (const [index, a] of boxes.entries()) {
      for (const b of boxes.slice(index + 1)) {
        const apart = a.x + a.width < b.x || b.x + b.width < a.x || a.y + a.height < b.y || b.y + b.height < a.y;
        expect(apart).toBe(true);
      }
    }
    expect(await page.evaluate("document.documentElement.scrollHeight <= innerHeight")).toBe(true);
    await expectAccessible(page);
  });

  it("keep their picture when a channel takes another shape and everything moves", async () => {
    const { hub, page } = await openWall({ viewport: { width: 1440, height: 900 } });
    await drawn(page, "wide");
    const canvas = tileOf(page, "wide").locator("canvas");
    await canvas.evaluate((element) => element.setAttribute("data-mark", "same"));
    await show(hub, "tall", 1600, 900);
    await until("the new shape", async () => {
      const { width, height } = await boxOf(page, "tall");
      return Math.abs(width / height - 16 / 9) < 0.05;
    });
    expect(await canvas.getAttribute("data-mark")).toBe("same");
  });

  it("fill a phone, with letters that have room", async () => {
    const { page } = await openWall({ viewport: { width: 390, height: 844 }, isMobile: true });
    expect((await boxOf(page, "wide")).width).toBe(366);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    for (const name of Object.keys(shapes)) {
      const { x, width } = await boxOf(page, name);
      const label = await tileOf(page, name).getByText(name, { exact: true }).boundingBox();
      expect(label && label.x >= x && label.x + label.width <= x + width).toBe(true);
    }
    await expectAccessible(page);
  });
});

describe("public pages", () => {
  it("say once that the hub is gone, on a text too", async () => {
    const hub = await boot();
    hub.channels
      .open("words")
      .publisher("test")
      .publish({ kind: "text", grid: createGrid(80, 24) });
    const page = await browser.open();
    await page.goto(`${hub.publicUrl}/text/words`);
    await page.locator("canvas[data-seq]").waitFor();
    await hub.close();
    await page.getByText(/Connection lost/).waitFor();
    await until("both connections are gone", () => page.locator("canvas.grayscale").count());
    expect(await page.getByText(/Connection (lost|refused)/).count()).toBe(1);
  });

  it("lead on from an address that does not exist, and back from the log-in", async () => {
    const hub = await boot();
    const page = await browser.open();
    await page.goto(`${hub.publicUrl}/nowhere`);
    await expectAccessible(page);
    await page.getByRole("link", { name: "Go to the wall" }).click();
    await page.getByText("This wall shows every channel").waitFor();
    await page.goto(`${hub.publicUrl}/login`);
    await page.getByText("Paste a token of this hub to watch its private channels.").waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "Go to the wall" }).click();
    await page.getByText("This wall shows every channel").waitFor();
    expect(page.url()).toBe(`${hub.publicUrl}/`);
  });

  it("have links to a channel that are announced as what they are", async () => {
    const hub = await boot();
    await show(hub, "cam", 640, 360);
    const page = await browser.open();
    await page.goto(`${hub.publicUrl}/watch/cam`);
    await page.getByRole("button", { name: "Links" }).click();
    const dialog = page.getByRole("dialog", { name: "Links" });
    await dialog.waitFor();
    expect(await dialog.getByText(`${hub.publicUrl}/snapshot/cam`).count()).toBe(1);
    await expectAccessible(page);
  });
});
