import access from "#access/module.ts";
import http from "#http/module.ts";
import store from "#store/module.ts";
import { createGrid, type TextGrid } from "@lightwell/wire/text/grid.ts";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { bootHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import asciiWeb from "./module.ts";
import { CHROMIUM_PATH } from "../../testing/chromium.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: CHROMIUM_PATH,
    args: ["--headless", "--no-sandbox", "--disable-gpu"],
  });
});
afterAll(() => browser.close());

async function open(port = 0) {
  const hub = await bootHub([store, access, http, asciiWeb], { "ascii-web.host": "127.0.0.1", "ascii-web.port": port });
  const line = hub
    .service("report")
    ?.lines()
    .find(({ message }) => message.startsWith("text over WebSocket"));
  return { hub, port: Number(/port=(\d+)/.exec(line?.message ?? "")?.[1]) };
}

async function pageOf(port: number, query = ""): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 800, height: 480 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("WebSocket connection to"))
      complaints.push(message.text());
  });
  onTestFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  await page.goto(`http://127.0.0.1:${port}/${query}`);
  return page;
}

/** Letters in three colours, row by row. */
function sample(text: string, cols: number, rows: number): TextGrid {
  const grid = createGrid(cols, rows);
  for (let i = 0; i < grid.glyph.length; i++) {
    grid.glyph[i] = text.charCodeAt(i % text.length);
    grid.fg[i] = [0xff8000, 0x0080ff, 0x80ff00][Math.floor(i / cols) % 3] ?? 0;
    grid.bg[i] = i % cols < 5 ? 0x102030 : 0;
  }
  return grid;
}

const textOf = (page: Page) =>
  page.locator("#screen").evaluate((screen) => [...screen.children].map((row) => row.textContent).join("\n"));

describe("the viewer page", () => {
  it("shows the text in its colours, under a policy without inline parts", async () => {
    const { hub, port } = await open();
    hub.channels
      .open("a")
      .publisher("test")
      .publish({ kind: "text", grid: sample("lightwell ", 40, 10) });
    const page = await pageOf(port, "?cols=40&rows=10");
    await until("the text", async () => (await textOf(page)) === Array(10).fill("lightwell ".repeat(4)).join("\n"));
    const looks = await page.evaluate(
      `[...document.querySelector("#screen").children[1].children].map((span) => {
        const { color, backgroundColor } = getComputedStyle(span);
        return [span.textContent.length, color, backgroundColor];
      })`,
    );
    expect(looks).toEqual([
      [5, "rgb(0, 128, 255)", "rgb(16, 32, 48)"],
      [35, "rgb(0, 128, 255)", "rgb(0, 0, 0)"],
    ]);
    const response = await fetch(`http://127.0.0.1:${port}/`);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'");
    expect(await response.text()).not.toMatch(/<script>|<style|style=|onload=/);
    await until("no note", async () => (await page.locator("#note").textContent()) === "");
  });

  it("asks for as many cells as the window has, and again when it changes", async () => {
    const { hub, port } = await open();
    hub.channels
      .open("a")
      .publisher("test")
      .publish({ kind: "text", grid: sample("x", 400, 120) });
    const page = await pageOf(port);
    const rows = () => page.locator("#screen > div").count();
    const fits = () =>
      page.evaluate(
        `(() => {
          const { children } = document.querySelector("#screen");
          return children.length > 0 && children.length === Math.floor(innerHeight / children[0].getBoundingClientRect().height);
        })()`,
      );
    await until("as many rows as fit", fits);
    const before = await rows();
    await page.setViewportSize({ width: 800, height: 900 });
    await until("more rows", async () => (await rows()) > before && (await fits()));
    expect(await page.evaluate(`document.querySelector("#screen").scrollWidth <= innerWidth`)).toBe(true);
  });

  it("costs nothing while it is hidden", async () => {
    const { hub, port } = await open();
    const channel = hub.channels.open("a");
    channel.publisher("test").publish({ kind: "text", grid: sample("x", 40, 10) });
    const page = await pageOf(port);
    await until("a viewer", () => [...channel.viewers()].length === 1);
    const hide = (hidden: boolean) =>
      page.evaluate(
        `Object.defineProperty(document, "hidden", { value: ${hidden}, configurable: true });
         document.dispatchEvent(new Event("visibilitychange"))`,
      );
    await hide(true);
    await until("no viewer", () => [...channel.viewers()].length === 0);
    await hide(false);
    await until("a viewer again", () => [...channel.viewers()].length === 1);
    expect(await textOf(page)).toContain("xxx");
  });

  it("comes back by itself when the hub does", async () => {
    const first = await open();
    first.hub.channels
      .open("a")
      .publisher("test")
      .publish({ kind: "text", grid: sample("before ", 40, 10) });
    const page = await pageOf(first.port, "?cols=40&rows=10");
    await until("the text", async () => (await textOf(page)).includes("before"));
    await first.hub.close();
    await until("a note", async () => (await page.locator("#note").textContent())?.includes("trying again"));
    const second = await open(first.port);
    second.hub.channels
      .open("a")
      .publisher("test")
      .publish({ kind: "text", grid: sample("after ", 40, 10) });
    await until("the new text", async () => (await textOf(page)).includes("after"));
    expect(await textOf(page)).not.toContain("before");
  });
});
