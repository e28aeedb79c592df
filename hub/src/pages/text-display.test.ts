import channelMemory from "#channel-memory/module.ts";
import access from "#access/module.ts";
import { HubError } from "#contract/errors.ts";
import type { ChannelControl } from "#core/control.ts";
import http from "#http/module.ts";
import monitor from "#monitor/module.ts";
import display from "#outputs/display/module.ts";
import live from "#outputs/live/module.ts";
import textScene from "#sources/text-scene/module.ts";
import store from "#store/module.ts";
import system from "#system/module.ts";
import { Attribute, createGrid, type TextGrid } from "@lightwell/wire/text/grid.ts";
import { QUADRANTS, SEXTANTS } from "@lightwell/wire/text/shapes/mosaics.ts";
import { asSceneState, type SceneState } from "@lightwell/wire/text/scene.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { describe, expect, it, onTestFinished } from "vitest";
import { bootHub, type TestHub } from "../testing/boot.ts";
import { OWN_ADDRESS } from "../testing/own-address.ts";
import { until } from "../testing/wait.ts";
import { useBrowser } from "./browser.fixture.ts";
import pages from "./module.ts";
import { expectAccessible, openAsAdmin, setHidden } from "./page-steps.fixture.ts";

const browser = useBrowser();
const boot = (settings: Record<string, unknown> = {}, options: { dataDir?: string } = {}) =>
  bootHub(
    [store, channelMemory, access, http, system, display, live, textScene, monitor, pages],
    { "pages.dir": browser.dir, "display.listen": false, "text-scene.enabled": false, ...settings },
    options,
  );
const bootScene = (settings: Record<string, unknown> = {}) => boot({ "text-scene.enabled": true, ...settings });

/** A picture of pixels, four bytes each. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const canvasOf = (page: Page) => page.locator("canvas[data-seq]");
const seqOf = async (page: Page) => Number((await canvasOf(page).getAttribute("data-seq")) ?? 0);
const sizeOf = async (page: Page) => [
  Number(await canvasOf(page).getAttribute("data-cols")),
  Number(await canvasOf(page).getAttribute("data-rows")),
];
const viewersOf = (hub: TestHub, name: string) =>
  [...hub.channels.open(name).viewers()].filter(({ info }) => info.output === "display");

/** The pixels of the canvas, as its drawing buffer holds them. */
async function pixelsOf(page: Page): Promise<Picture> {
  const { width, height, text } = await page.evaluate<{ width: number; height: number; text: string }>(`(() => {
    const canvas = document.querySelector("canvas[data-seq]");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let text = "";
    for (let i = 0; i < data.length; i += 8192) text += String.fromCharCode(...data.subarray(i, i + 8192));
    return { width: canvas.width, height: canvas.height, text: btoa(text) };
  })()`);
  return { width, height, data: Buffer.from(text, "base64") };
}

/** The part of the screen where the canvas is, as it is seen. */
async function seen(page: Page, { width, height }: Picture): Promise<Picture> {
  const box = await canvasOf(page).boundingBox();
  if (!box) throw new Error("there is no canvas");
  const ratio = await page.evaluate<number>("devicePixelRatio");
  const [left, top] = [box.x * ratio, box.y * ratio].map(Math.round);
  const data = await sharp(await page.screenshot({ scale: "device" }))
    .extract({ left: left ?? 0, top: top ?? 0, width, height })
    .ensureAlpha()
    .raw()
    .toBuffer();
  return { width, height, data };
}

const colourAt = ({ width, data }: Picture, x: number, y: number): number =>
  ((data[(y * width + x) * 4] ?? 0) << 16) |
  ((data[(y * width + x) * 4 + 1] ?? 0) << 8) |
  (data[(y * width + x) * 4 + 2] ?? 0);

/** Cells of which every pixel is known: grounds, full blocks, quadrants, sextants, reverse. */
function mosaic(cols: number, rows: number, seed: number): TextGrid {
  const grid = createGrid(cols, rows);
  let state = seed;
  const next = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let cell = 0; cell < cols * rows; cell++) {
    const { patterns } = next(2) === 0 ? QUADRANTS : SEXTANTS;
    grid.glyph[cell] = patterns[next(patterns.length)] ?? 0x20;
    grid.fg[cell] = next(0x1000000);
    grid.bg[cell] = next(0x1000000);
    grid.attr[cell] = next(8) === 0 ? Attribute.reverse : 0;
  }
  return grid;
}

/** What a grid of {@link mosaic} looks like, worked out from the definition of its glyphs alone. */
function expectMosaic(picture: Picture, grid: TextGrid): void {
  const [cellWidth, cellHeight] = [picture.width / grid.cols, picture.height / grid.rows];
  expect([cellWidth, cellHeight].map(Number.isInteger)).toEqual([true, true]);
  let wrong = 0;
  for (let cell = 0; cell < grid.cols * grid.rows; cell++) {
    const glyph = grid.glyph[cell] ?? 0;
    const { across, down, patterns } = patternsOf(glyph);
    const pattern = patterns.indexOf(glyph);
    const isReverse = (grid.attr[cell] ?? 0) !== 0;
    const [left, top] = [(cell % grid.cols) * cellWidth, Math.floor(cell / grid.cols) * cellHeight];
    for (let part = 0; part < across * down; part++) {
      const isInk = (pattern & (1 << part)) !== 0;
      const expected = (isInk !== isReverse ? grid.fg : grid.bg)[cell];
      const [column, row] = [part % across, Math.floor(part / across)];
      const edge = (count: number, size: number) => Math.round(count * size);
      for (let y = edge(row / down, cellHeight); y < edge((row + 1) / down, cellHeight); y++)
        for (let x = edge(column / across, cellWidth); x < edge((column + 1) / across, cellWidth); x++)
          if (colourAt(picture, left + x, top + y) !== expected) wrong++;
    }
  }
  expect(wrong).toBe(0);
}

const patternsOf = (glyph: number) => (SEXTANTS.patterns.includes(glyph) ? SEXTANTS : QUADRANTS);

function words(cols: number, rows: number, lines: readonly string[]): TextGrid {
  const grid = createGrid(cols, rows, 0xffc040, 0x102030);
  lines.forEach((line, row) =>
    Array.from(line).forEach((sign, col) => (grid.glyph[row * cols + col] = sign.codePointAt(0) ?? 0x20)),
  );
  return grid;
}

function channelOf(hub: TestHub, name: string) {
  const channel = hub.channels.open(name, { frozenTimeoutMs: 0, stallTimeoutMs: 3_600_000 });
  const publisher = channel.publisher("test");
  return { channel, show: (grid: TextGrid) => publisher.publish({ kind: "text", grid }).seq };
}

describe("the canvas", () => {
  it.each([1, 1.5, 2])(
    "shows exactly the cells that were sent, at %s device pixels to a CSS pixel",
    async (ratio) => {
      const hub = await boot();
      const { show } = channelOf(hub, "cells");
      show(mosaic(36, 12, 1));
      const page = await browser.open({ viewport: { width: 804, height: 604 }, deviceScaleFactor: ratio });
      await page.goto(`${hub.publicUrl}/text/cells`);
      await canvasOf(page).waitFor();
      // The first is a keyframe, the others are deltas: dense ones, and one of a few cells.
      for (let seed = 1; seed < 5; seed++) {
        const grid = mosaic(36, 12, seed);
        const seq = show(grid);
        await until("the newest frame", async () => (await seqOf(page)) === seq);
        expectMosaic(await pixelsOf(page), grid);
      }
      const few = mosaic(36, 12, 4);
      few.glyph.set([0x2588, 0x259a], 60);
      few.fg.set([0x123456, 0xabcdef], 60);
      const seq = show(few);
      await until("the changed cells", async () => (await seqOf(page)) === seq);
      const drawn = await pixelsOf(page);
      expectMosaic(drawn, few);
      // What is seen is what was drawn, pixel for pixel, below the bar that lies on top.
      await until("the bar is gone", () =>
        page.evaluate(`getComputedStyle(document.querySelector("#content a").parentElement).opacity === "0"`),
      );
      const screen = await seen(page, drawn);
      expect(Buffer.from(screen.data).equals(Buffer.from(drawn.data))).toBe(true);
    },
    60_000,
  );

  it("draws letters in the colours of their cell, bold and underlined ones with more ink", async () => {
    const hub = await boot();
    const { show } = channelOf(hub, "letters");
    const grid = words(20, 6, ["Hello", "Hello", "Hello"]);
    grid.attr.fill(Attribute.bold, 20, 25);
    grid.attr.fill(Attribute.underline, 40, 45);
    show(grid);
    const page = await browser.open({ viewport: { width: 800, height: 480 } });
    await page.goto(`${hub.publicUrl}/text/letters`);
    await canvasOf(page).waitFor();
    const picture = await pixelsOf(page);
    const [width, height] = [picture.width / 20, picture.height / 6];
    /** Pixels of a cell that are exactly ink, and those that are no mix of ink and ground. */
    const count = (col: number, row: number) => {
      let [ink, strange] = [0, 0];
      for (let y = row * height; y < (row + 1) * height; y++) {
        for (let x = col * width; x < (col + 1) * width; x++) {
          const colour = colourAt(picture, x, y);
          if (colour === 0xffc040) ink++;
          const share = ((colour >> 16) - 0x10) / (0xff - 0x10);
          const mixed = [0x20 + share * (0xc0 - 0x20), 0x30 + share * (0x40 - 0x30)];
          if (Math.abs(((colour >> 8) & 255) - (mixed[0] ?? 0)) > 2 || Math.abs((colour & 255) - (mixed[1] ?? 0)) > 2)
            strange++;
        }
      }
      return { ink, strange };
    };
    for (let col = 0; col < 5; col++) {
      const [plain, bold, underlined] = [count(col, 0), count(col, 1), count(col, 2)];
      expect([plain.strange, bold.strange, underlined.strange]).toEqual([0, 0, 0]);
      expect(plain.ink).toBeGreaterThan(20);
      expect(bold.ink).toBeGreaterThan(plain.ink);
      expect(underlined.ink).toBeGreaterThanOrEqual(plain.ink + width);
    }
    expect(count(7, 0)).toEqual({ ink: 0, strange: 0 });
  });

  it("fits its window, and what one viewer does leaves the others alone", async () => {
    const hub = await boot();
    const publisher = hub.channels.open("cam").publisher("test");
    const bytes = await sharp({ create: { width: 320, height: 180, channels: 3, background: "#c04020" } })
      .jpeg()
      .toBuffer();
    const shoot = () => publisher.publish({ kind: "image", format: "jpeg", bytes, width: 320, height: 180 });
    shoot();
    const timer = setInterval(shoot, 100);
    onTestFinished(() => clearInterval(timer));
    const [desk, phone] = await Promise.all([
      browser.open({ viewport: { width: 1280, height: 800 } }),
      browser.open({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 3 }),
    ]);
    await desk.goto(`${hub.publicUrl}/ascii/cam`);
    await phone.goto(`${hub.publicUrl}/ascii`);
    await until("a desk full of cells", async () => String(await sizeOf(desk)) === "160,50");
    await until("a phone full of cells", async () => String(await sizeOf(phone)) === "80,90");
    await desk.setViewportSize({ width: 800, height: 400 });
    await until("fewer cells", async () => String(await sizeOf(desk)) === "100,25");
    await desk.keyboard.press("+");
    await until("larger cells", async () => String(await sizeOf(desk)) === "80,20");
    await desk.keyboard.press("0");
    await until("cells that fit", async () => String(await sizeOf(desk)) === "100,25");
    expect(await sizeOf(phone)).toEqual([80, 90]);
  });
});

describe("the panel", () => {
  it("is made from the state and steers the scene for every viewer, whose state follows", async () => {
    const hub = await bootScene();
    const [operator, viewer] = await Promise.all([browser.open(), browser.open()]);
    await openAsAdmin(operator, hub.adminUrl, "/text/scene?panel");
    await viewer.goto(`${hub.publicUrl}/text/scene?panel`);
    for (const page of [operator, viewer]) await page.getByRole("complementary", { name: "Scene of scene" }).waitFor();
    await viewer.getByText("You may watch this scene. Operators steer it.").waitFor();
    expect(await viewer.getByRole("switch", { name: "Title on" }).isDisabled()).toBe(true);

    const brightness = async (page: Page) => {
      const picture = await pixelsOf(page);
      return colourAt(picture, picture.width >> 1, picture.height - 3) & 0xff;
    };
    expect(await brightness(viewer)).toBeLessThan(100);
    await operator.getByRole("combobox", { name: "Preset" }).selectOption("paper");
    for (const page of [operator, viewer]) {
      await until("white paper", async () => (await brightness(page)) > 180);
      await until(
        "the preset",
        async () => (await page.getByRole("combobox", { name: "Preset" }).inputValue()) === "paper",
      );
    }

    const border = {
      operator: operator.getByRole("switch", { name: "Border on" }),
      viewer: viewer.getByRole("switch", { name: "Border on" }),
    };
    const before = await border.viewer.isChecked();
    await border.operator.click();
    await until("the other switch", async () => (await border.viewer.isChecked()) !== before);

    await operator.getByRole("button", { name: "Clock" }).click();
    await operator.getByLabel("Show seconds").click();
    const state = () => asSceneState(hub.channels.open("scene").control?.state() ?? {});
    await until("the clock's seconds", () => state()?.stages["clock"]?.params["showSeconds"] !== undefined);
    await until("the selected stage", () => state()?.selected_stage === "clock");
    await operator.getByRole("slider", { name: "X" }).fill("20");
    await until("the clock's place", () => state()?.stages["clock"]?.params["x"] === 20);
    await viewer.getByRole("button", { name: "Clock selected" }).click();
    await until(
      "the place at the viewer's",
      async () => (await viewer.getByRole("slider", { name: "X" }).inputValue()) === "20",
    );
  });

  it("says at the field what the scene has against a value, and shows what holds", async () => {
    const hub = await boot();
    const { channel, show } = channelOf(hub, "odd");
    show(words(40, 12, ["odd"]));
    channel.control = {
      state: (): SceneState => ({
        stages: { rain: { enabled: true, params: { speed: 3 }, selected: false } },
        preset: null,
        presets: [],
        selected_stage: null,
      }),
      command: () => {
        throw new HubError("bad-request", "the rain takes 0 to 5");
      },
      onState: () => () => {},
    } satisfies ChannelControl;
    const page = await browser.open();
    await openAsAdmin(page, hub.adminUrl, "/text/odd?panel");
    await page.getByRole("button", { name: "Rain" }).click();
    const field = page.getByRole("spinbutton", { name: "Speed" });
    await field.fill("9");
    await page.getByText("the rain takes 0 to 5").first().waitFor();
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    await field.blur();
    expect(await field.inputValue()).toBe("3");
  });

  it("has keys for presets, stages and what else there is", async () => {
    const hub = await bootScene();
    const page = await browser.open();
    await openAsAdmin(page, hub.adminUrl, "/text/scene");
    await canvasOf(page).waitFor();
    const state = () => asSceneState(hub.channels.open("scene").control?.state() ?? {});
    await page.getByRole("button", { name: "Scene" }).waitFor();
    await page.keyboard.press("n");
    await until("the next preset", () => state()?.preset === "newsroom");
    const stages = Object.keys(state()?.stages ?? {});
    const second = stages[1] ?? "";
    const before = state()?.stages[second]?.enabled;
    await page.keyboard.press("2");
    await until("the second stage", () => state()?.stages[second]?.enabled === !before);
    const selected = stages.indexOf(state()?.selected_stage ?? "");
    await page.keyboard.press("ArrowDown");
    const next = stages[(selected + 1) % stages.length] ?? "";
    await until("the next stage", () => state()?.selected_stage === next);
    const was = state()?.stages[next]?.enabled;
    await page.keyboard.press("t");
    await until("it is switched", () => state()?.stages[next]?.enabled === !was);
    await page.keyboard.press("i");
    await page.getByText("80 × 24").waitFor();
    await page
      .getByText(/^\d+(\.\d)? ms$/)
      .first()
      .waitFor();
    await page.keyboard.press("p");
    await page.getByRole("complementary").waitFor();
    expect(new URL(page.url()).search).toBe("?panel=");
    await page.reload();
    await page.getByRole("complementary").waitFor();
  });
});

describe("a text display", () => {
  it("stops when its tab is hidden and goes on at once", async () => {
    const hub = await bootScene();
    const page = await browser.open();
    await page.goto(`${hub.publicUrl}/text/scene`);
    await canvasOf(page).waitFor();
    expect(viewersOf(hub, "scene")).toHaveLength(0 + 1);
    await setHidden(page, true);
    await until("nobody watches", () => viewersOf(hub, "scene").length === 0);
    const before = await seqOf(page);
    await setHidden(page, false);
    await until("it moves again", async () => (await seqOf(page)) > before);
  });

  it("comes back after the hub was restarted", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "lightwell-text-"));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const own = { "http.publicHost": OWN_ADDRESS };
    const first = await bootScene(own);
    const port = Number(new URL(first.publicUrl).port);
    const page = await browser.open();
    await page.goto(`${first.publicUrl}/text/scene`);
    await canvasOf(page).waitFor();
    await first.close();
    await page
      .getByText(/Connection lost|refused/)
      .first()
      .waitFor();
    await page.evaluate(`delete document.querySelector("canvas").dataset.seq`);
    await bootScene({ ...own, "http.publicPort": port });
    await until("a frame of the new hub", () => canvasOf(page).count());
    await page
      .getByText(/Connection lost|refused/)
      .first()
      .waitFor({ state: "detached" });
  });

  it("waits for a channel that is not there yet, and asks for a token for a private one", async () => {
    const hub = await boot();
    const secret = hub.channels.open("secret");
    secret.settings = { ...secret.settings, visibility: "private" };
    const page = await browser.open();
    await page.goto(`${hub.publicUrl}/text/secret`);
    await page.getByText("There is no channel “secret” yet, or it is private").waitFor();
    await page.getByRole("link", { name: "Log in" }).waitFor();
    hub.channels.open("silent");
    await page.goto(`${hub.publicUrl}/text/silent`);
    await page.getByText("Waiting for the first picture").waitFor();
    await page.goto(`${hub.publicUrl}/text/later`);
    await page.getByText("There is no channel “later” yet").waitFor();
    channelOf(hub, "later").show(words(40, 12, ["here"]));
    await until("its text", () => canvasOf(page).count());
  });

  it("is read aloud as words, without the figures around them", async () => {
    const hub = await boot();
    const { show } = channelOf(hub, "news");
    show(words(30, 4, ["┌────────────────┐", "│ Doors open at 7 ▓▓ ⣿", "└────────────────┘"]));
    const page = await browser.open();
    await page.goto(`${hub.publicUrl}/text/news`);
    const log = page.getByRole("log", { name: "Words on news" });
    await until("the words", async () => (await log.innerText()).trim() === "Doors open at 7");
    show(words(30, 4, ["", "Doors are open"]));
    await until("the new words", async () => (await log.innerText()).trim() === "Doors are open");
    expect(await log.getAttribute("aria-live")).toBe("polite");
  });

  it("lets text be selected by mouse and by keyboard, and copied", async () => {
    const hub = await boot();
    const { show } = channelOf(hub, "news");
    show(words(20, 5, ["first line", "second line", "third line"]));
    const page = await browser.open({
      viewport: { width: 800, height: 500 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await page.goto(`${hub.publicUrl}/text/news`);
    await canvasOf(page).waitFor();
    const box = await canvasOf(page).boundingBox();
    if (!box) throw new Error("there is no canvas");
    const [width, height] = [box.width / 20, box.height / 5];
    const at = (col: number, row: number) => [box.x + (col + 0.5) * width, box.y + (row + 0.5) * height] as const;
    await page.mouse.move(...at(6, 1));
    await page.mouse.down();
    await page.mouse.move(...at(2, 2));
    await page.mouse.move(...at(4, 2));
    await page.mouse.up();
    await page.getByText("Held while text is selected").waitFor();
    const clipboard = () => page.evaluate<string>("navigator.clipboard.readText()");
    await page.keyboard.press("Control+c");
    await until("the selected words", async () => (await clipboard()) === " line\nthird");
    // It stands still as long as something is selected.
    const before = await seqOf(page);
    const newest = show(words(20, 5, ["changed"]));
    await page.keyboard.press("Control+a");
    await page.getByRole("button", { name: "Copy" }).click();
    await until("all words", async () => (await clipboard()).startsWith("first line\nsecond line\nthird line"));
    expect(await seqOf(page)).toBe(before);
    await page.keyboard.press("Escape");
    await until("it goes on", async () => (await seqOf(page)) === newest);
    for (let i = 0; i < 7; i++) await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Control+c");
    await until("the changed word", async () => (await clipboard()) === "changed");
  });

  it("is reached from the wall, from a channel's page and from the control room", async () => {
    const hub = await bootScene();
    const page = await browser.open();
    await page.goto(hub.publicUrl);
    await page.locator('[data-channel="scene"]').click();
    await page.waitForURL(`${hub.publicUrl}/text/scene`);
    await page.goto(`${hub.publicUrl}/watch/scene`);
    await page.getByRole("link", { name: "As text" }).click();
    await page.waitForURL(`${hub.publicUrl}/text/scene`);
    await page.getByRole("link", { name: "All channels" }).click();
    await page.waitForURL(`${hub.publicUrl}/`);
    const desk = await browser.open();
    await openAsAdmin(desk, hub.adminUrl, "/channels/scene");
    await desk.getByRole("link", { name: "Open text display" }).click();
    await until("its text", () => canvasOf(desk).count());
  });
});

describe.each([
  { what: "dark, on a desk", options: { colorScheme: "dark" } },
  { what: "light, on a desk", options: { colorScheme: "light" } },
  { what: "dark, on a phone", options: { colorScheme: "dark", viewport: { width: 390, height: 844 }, isMobile: true } },
] as const)("accessibility, $what", ({ options }) => {
  it("is without fault, watching and steering, and no page is wider than the screen", async () => {
    const hub = await bootScene();
    const page = await browser.open({ ...options, reducedMotion: "reduce" });
    const check = async () => {
      await canvasOf(page).waitFor();
      await expectAccessible(page);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    };
    await page.goto(`${hub.publicUrl}/text/scene?panel`);
    await page.getByRole("complementary").waitFor();
    await check();
    await openAsAdmin(page, hub.adminUrl, "/text/scene?panel");
    await page.getByRole("button", { name: "Title" }).click();
    await page.getByRole("textbox", { name: "Text" }).waitFor();
    await page.getByText("Keys", { exact: true }).click();
    await page.keyboard.press("i");
    await page.keyboard.press("Shift+ArrowRight");
    await check();
  });
});
