import access from "#access/module.ts";
import http from "#http/module.ts";
import store from "#store/module.ts";
import { parseAnsiLines } from "@lightwell/wire/text/ansi.ts";
import { createGrid } from "@lightwell/wire/text/grid.ts";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium, type Page } from "playwright-core";
import { expect, it, onTestFinished } from "vitest";
import { until } from "../../testing/wait.ts";
import { bootHub } from "../../testing/boot.ts";
import { text } from "./grids.fixture.ts";
import display from "./module.ts";
import { CHROMIUM_PATH } from "../../testing/chromium.ts";

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`)).toEqual([]);
}

it(
  "the page shows the text in its colours, follows it, and says why there is nothing new",
  { timeout: 60_000 },
  async () => {
    const settings = { "display.port": 0, "display.pagePort": 0, "display.host": "127.0.0.1" };
    const hub = await bootHub([store, access, http, display], settings);
    const { pagePort } = (hub.service("report")?.figures()["display"] ?? {}) as { pagePort: number };
    const source = hub.channels.open("a").publisher("test");
    hub.channels.open("quiet");
    const show = (...lines: string[]) => source.publish(text(parseAnsiLines(lines, 20, 5)));
    show("\x1b[38;2;255;128;0;1mhot\x1b[0m <b>&amp;", "\x1b[7mturned");
    const browser = await chromium.launch({
      executablePath: CHROMIUM_PATH,
      args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
    });
    onTestFinished(() => browser.close());
    const page = await (await browser.newContext()).newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await page.goto(`http://127.0.0.1:${pagePort}/?channel=quiet`);
    await page.getByText("Connected. Waiting for the first picture of quiet …").waitFor();
    await expectAccessible(page);
    await page.goto(`http://127.0.0.1:${pagePort}/?channel=a`);
    const screen = page.locator("#screen");
    await screen.getByText("hot").waitFor();
    expect((await screen.locator("div").first().textContent())?.trimEnd()).toBe("hot <b>&amp;");
    expect(await screen.locator("div").count()).toBe(5);
    const look = (words: string) => screen.getByText(words).getAttribute("style");
    expect(await look("hot")).toBe("color: rgb(255, 128, 0); background: rgb(0, 0, 0); font-weight: bold;");
    expect(await look("turned")).toBe("color: rgb(0, 0, 0); background: rgb(192, 192, 192);");
    for (const viewport of [
      { width: 1280, height: 720 },
      { width: 390, height: 844 },
    ]) {
      await page.setViewportSize(viewport);
      await until("letters that fill the window", async () => {
        const { x = 0, y = 0, width = 0, height = 0 } = (await screen.boundingBox()) ?? {};
        const fits = x >= -1 && y >= -1 && x + width <= viewport.width + 1 && y + height <= viewport.height + 1;
        return fits && (width > viewport.width * 0.95 || height > viewport.height * 0.9);
      });
    }
    show("cold");
    await screen.getByText("cold").waitFor();
    expect(await screen.getByText("hot").count()).toBe(0);
    source.publish(text(createGrid(20, 5)));
    await screen.getByText("cold").waitFor({ state: "detached" });
    expect(complaints).toEqual([]);
    expect(await page.locator("#status").textContent()).toBe("");
    await expectAccessible(page);
    hub.channels.remove("a");
    await page.getByText("Refused: the channel was removed").waitFor();
    const again = hub.channels.open("a").publisher("test");
    again.publish(text(parseAnsiLines(["warm"], 20, 5)));
    await screen.getByText("warm").waitFor();
    const filter = () => page.evaluate("getComputedStyle(document.querySelector('#screen')).filter");
    expect(await filter()).toBe("none");
    await hub.close();
    await until("it to be grey", async () => String(await filter()).includes("grayscale(1)"));
    await page.getByText("The hub does not answer. Trying again …").waitFor();
    await expectAccessible(page);
  },
);
