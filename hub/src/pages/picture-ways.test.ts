import access from "#access/module.ts";
import channelMemory from "#channel-memory/module.ts";
import http from "#http/module.ts";
import monitor from "#monitor/module.ts";
import live from "#outputs/live/module.ts";
import mjpeg from "#outputs/mjpeg/module.ts";
import store from "#store/module.ts";
import system from "#system/module.ts";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { describe, expect, it, onTestFinished } from "vitest";
import { bootHub, type TestHub } from "../testing/boot.ts";
import { until } from "../testing/wait.ts";
import { useBrowser } from "./browser.fixture.ts";
import pages from "./module.ts";
import { setHidden } from "./page-steps.fixture.ts";

const browser = useBrowser();
const boot = () =>
  bootHub([store, channelMemory, access, http, system, monitor, mjpeg, live, pages], {
    "pages.dir": browser.dir,
    "channels.stallTimeoutMs": 3_600_000,
  });

const bytes = await sharp({ create: { width: 320, height: 180, channels: 3, background: "#c04020" } })
  .jpeg()
  .toBuffer();
const show = (hub: TestHub, name: string) => {
  const channel = hub.channels.open(name);
  const publisher = [...channel.publishers][0] ?? channel.publisher("test");
  publisher.publish({ kind: "image", format: "jpeg", bytes, width: 320, height: 180 });
};
const tileOf = (page: Page, name: string) => page.locator(`[data-channel="${name}"]`);
const seqOf = async (page: Page, name: string) =>
  Number((await tileOf(page, name).locator("canvas").getAttribute("data-seq")) ?? 0);
const viewers = (hub: TestHub) => hub.channels.list().flatMap((channel) => [...channel.viewers()]);

describe("a page", () => {
  it("has its pictures by one WebSocket, never by MJPEG, where one comes through", async () => {
    const hub = await boot();
    const names = ["a", "b", "c"];
    for (const name of names) show(hub, name);
    const page = await browser.open();
    await page.goto(hub.publicUrl);
    for (const name of names) await until(`a picture of ${name}`, () => seqOf(page, name));
    expect(new Set(viewers(hub).map(({ info }) => info.output))).toEqual(new Set(["live"]));
  });

  it("that decodes slowly takes what it can, ends on the newest picture and owes no acknowledgement", async () => {
    const hub = await boot();
    show(hub, "a");
    const page = await browser.open();
    await page.addInitScript(`{
      const decode = window.createImageBitmap.bind(window);
      window.createImageBitmap = (blob) => new Promise((done) => setTimeout(done, 150)).then(() => decode(blob));
    }`);
    await page.goto(hub.publicUrl);
    await until("a picture", () => seqOf(page, "a"));
    for (let n = 0; n < 40; n++) {
      show(hub, "a");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const channel = hub.channels.open("a");
    await until("the newest", async () => (await seqOf(page, "a")) === channel.latest?.seq);
    await until("that all is acknowledged", () => viewers(hub).every(({ behind, busySince }) => !behind && !busySince));
    expect(viewers(hub)[0]?.skipped).toBeGreaterThan(0);
  });

  it("has them over plain HTTP where no WebSocket comes through, and only while it is seen", async () => {
    const hub = await boot();
    const names = ["a", "b", "c", "d", "e", "f"];
    const publish = () => names.forEach((name) => show(hub, name));
    publish();
    const timer = setInterval(publish, 100);
    onTestFinished(() => clearInterval(timer));
    const page = await browser.open();
    // As a proxy does it that passes no upgrades on.
    await page.addInitScript(
      `window.WebSocket = class extends WebSocket { constructor() { super("ws://" + location.host + "/nowhere"); } }`,
    );
    await page.goto(hub.publicUrl);
    const moved = async (name: string, since: number) => (await seqOf(page, name)) > since + 1;
    for (const name of names) await until(`pictures of ${name}`, () => moved(name, 0));
    expect(await page.getByText(/Connection lost/).count()).toBe(0);
    const outputs = viewers(hub).map(({ info }) => info.output);
    expect([outputs.length, new Set(outputs)]).toEqual([4, new Set(["mjpeg"])]);
    await setHidden(page, true);
    await until("that nothing is asked for", () => viewers(hub).length === 0);
    await setHidden(page, false);
    const before = await seqOf(page, "a");
    await until("pictures again", () => moved("a", before));
    await hub.close();
    await page.getByText(/Connection lost/).waitFor();
  });
});
