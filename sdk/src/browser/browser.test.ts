import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { ADMIN_TOKEN, type TestHub } from "../../../hub/src/testing/boot.ts";
import { OWN_ADDRESS } from "../../../hub/src/testing/own-address.ts";
import { until } from "../../../hub/src/testing/wait.ts";
import { connectTo, rowsOf, startHub } from "../hub.fixture.ts";
import { CHROMIUM_PATH } from "../../../hub/src/testing/chromium.ts";

const FLAGS =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
const here = fileURLToPath(new URL(".", import.meta.url));

/** What page.js leaves for us. */
declare const publish: (token: string) => Promise<{ readonly heard: string[]; close(): void }>;
declare const watch: () => { readonly seen: string[]; close(): Promise<void> };

let browser: Browser;
let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "lightwell-sdk-"));
  execFileSync("npx", ["rolldown", join(here, "page.js"), "--file", join(dir, "page.js"), "--platform", "browser"]);
  browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: FLAGS.split(" ") });
});

afterAll(async () => {
  await browser?.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A page of the hub's own origin with the bundled sdk in it; what it complains of fails the test. */
async function openPage({ publicUrl }: TestHub): Promise<Page> {
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  onTestFinished(async () => {
    await context.close();
    expect(errors).toEqual([]);
  });
  await page.goto(`${publicUrl}/readyz`);
  await page.addScriptTag({ path: join(dir, "page.js"), type: "module" });
  await page.waitForFunction(() => typeof watch === "function");
  return page;
}

test("a page publishes text and pictures, hears of viewers and commands, and leaves", async () => {
  const hub = await startHub();
  const client = connectTo(hub);
  const page = await openPage(hub);
  const producer = await page.evaluateHandle((token) => publish(token), ADMIN_TOKEN);
  const content = hub.channels.get("page")?.latest?.content;
  expect(content?.kind === "text" && rowsOf(content.grid).slice(0, 2)).toEqual([
    `┌─ page ${"─".repeat(31)}┐`,
    `│from a page${" ".repeat(27)}│`,
  ]);
  expect(hub.channels.get("canvas")?.latest?.content).toMatchObject({ format: "jpeg", width: 120, height: 80 });
  expect((await client.watch("page").next()).value?.grid.cols).toBe(40);
  const heard = () => producer.evaluate((made) => made.heard);
  await until("the news of a viewer", async () => (await heard()).includes("display"));
  await client.command("page", { action: "dance" });
  await until("the command", async () => (await heard()).includes("dance"));
  await producer.evaluate((made) => made.close());
  await until("the page to leave", () => hub.channels.get("page")?.publishers.size === 0);
});

test("a page watches text and pictures, and comes back when the hub does", async () => {
  const own = { "http.publicHost": OWN_ADDRESS };
  const first = await startHub(own);
  const port = Number(new URL(first.publicUrl).port);
  const client = connectTo(first);
  const channel = client.channel("news", { cols: 30, rows: 6 });
  channel.on("disconnected", () => undefined);
  channel.showLines(["one"]);
  await channel.flush();
  const page = await openPage(first);
  const viewer = await page.evaluateHandle(() => watch());
  const seen = () => viewer.evaluate((made) => made.seen);
  await until("the text", async () => (await seen()).includes("50 one"));
  await until("a picture", async () => (await seen()).some((line) => /^a picture of \d+ pixels$/.test(line)));
  await first.close();
  const second = await startHub({ ...own, "http.publicPort": port });
  channel.showLines(["two"]);
  await until("the text of the next hub", async () => (await seen()).includes("50 two"));
  await viewer.evaluate((made) => made.close());
  await until("the viewers to leave", () => [...(second.channels.get("news")?.viewers() ?? [])].length === 0);
});
