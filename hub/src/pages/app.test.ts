import channelMemory from "#channel-memory/module.ts";
import access from "#access/module.ts";
import type { Publisher } from "#core/live-channel.ts";
import http from "#http/module.ts";
import monitor from "#monitor/module.ts";
import live from "#outputs/live/module.ts";
import store from "#store/module.ts";
import system from "#system/module.ts";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { describe, expect, it, onTestFinished } from "vitest";
import { ADMIN_TOKEN, bootHub } from "../testing/boot.ts";
import { until } from "../testing/wait.ts";
import { useBrowser } from "./browser.fixture.ts";
import pages from "./module.ts";

const modules = [store, channelMemory, access, http, system, monitor, live, pages];
const browser = useBrowser();

const colours = ["#a33", "#3a3", "#33a", "#aa3", "#3aa", "#a3a", "#777", "#b62"];
const pictures = await Promise.all(
  colours.map((background) =>
    sharp({ create: { width: 640, height: 360, channels: 3, background } })
      .jpeg()
      .toBuffer(),
  ),
);

const boot = (settings = {}) => bootHub(modules, { "pages.dir": browser.dir, ...settings });
type TestHub = Awaited<ReturnType<typeof boot>>;

const show = (publisher: Publisher, number: number) => {
  const bytes = pictures[number % pictures.length] ?? Buffer.alloc(0);
  return publisher.publish({ kind: "image", format: "jpeg", bytes, width: 640, height: 360 });
};

/** Channels that move until the test ends. */
function moving(hub: TestHub, ...names: string[]): Publisher[] {
  const publishers = names.map((name) => hub.channels.open(name).publisher(`test of ${name}`));
  let number = 0;
  const tick = () => {
    number++;
    publishers.forEach((publisher, index) => show(publisher, number + index));
  };
  tick();
  const timer = setInterval(tick, 100);
  onTestFinished(() => clearInterval(timer));
  return publishers;
}

const seqOf = async (page: Page, name: string): Promise<number> =>
  Number((await page.locator(`[data-channel="${name}"] canvas`).getAttribute("data-seq")) ?? 0);

/** The colour in the middle of the canvas, as the browser drew it. */
const colourOf = (page: Page, selector: string): Promise<string> =>
  page.evaluate(
    `(() => { const c = document.querySelector(${JSON.stringify(selector)}); return [...c.getContext("2d").getImageData(c.width >> 1, c.height >> 1, 1, 1).data].slice(0, 3).map((v) => Math.round(v / 17).toString(16)).join("") })()`,
  );

async function logIn(page: Page, hub: TestHub, path = "/"): Promise<void> {
  await page.goto(`${hub.adminUrl}${path}`);
  await page.getByLabel("Token", { exact: true }).fill(ADMIN_TOKEN);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
}

/** Says that the tab is hidden, as a browser does, since headless pages are always in front. */
const setHidden = (page: Page, hidden: boolean) =>
  page.evaluate(
    `Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "${hidden ? "hidden" : "visible"}" });
     document.dispatchEvent(new Event("visibilitychange"))`,
  );

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`)).toEqual([]);
}

const viewersOf = (hub: TestHub, name: string) => [...hub.channels.open(name).viewers()];

describe("the wall", () => {
  it("moves with twelve channels at once", async () => {
    const hub = await boot();
    const names = Array.from({ length: 12 }, (_, index) => `cam-${index}`);
    moving(hub, ...names);
    const page = await browser.open();
    await page.goto(hub.publicUrl);
    for (const name of names) await until(`a picture of ${name}`, () => seqOf(page, name));
    const first = await Promise.all(names.map((name) => seqOf(page, name)));
    for (const [index, name] of names.entries())
      await until(`${name} moves`, async () => (await seqOf(page, name)) > (first[index] ?? 0) + 3);
  });

  it("shows the latest picture of a channel, whatever came before it", async () => {
    const hub = await boot();
    const publisher = hub.channels.open("cam").publisher("test");
    show(publisher, 0);
    const page = await browser.open();
    await page.goto(hub.publicUrl);
    await until("the first picture", () => seqOf(page, "cam"));
    for (let burst = 0; burst < 5; burst++) {
      let last = 0;
      for (let number = 0; number < 20 + burst; number++) last = show(publisher, number).seq;
      await until("the last of the burst", async () => (await seqOf(page, "cam")) === last);
      const expected = colours[(19 + burst) % colours.length]?.slice(1);
      expect(await colourOf(page, '[data-channel="cam"] canvas')).toBe(expected);
    }
  });

  it("never goes back to an older picture", async () => {
    const hub = await boot();
    moving(hub, "cam");
    const page = await browser.open();
    await page.goto(hub.publicUrl);
    await until("the first picture", () => seqOf(page, "cam"));
    await page.evaluate(
      `window.seen = []; new MutationObserver(() => seen.push(Number(document.querySelector("canvas").dataset.seq))).observe(document.querySelector("canvas"), { attributes: true, attributeFilter: ["data-seq"] })`,
    );
    await until("some pictures", () => page.evaluate("seen.length > 10"));
    const seen = await page.evaluate<number[]>("seen");
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  it("says what is stalled, and since when, and takes the colour out of it", async () => {
    const hub = await boot({ "channels.stallTimeoutMs": 500 });
    moving(hub, "other");
    const still = hub.channels.open("still").publisher("test");
    show(still, 1);
    const page = await browser.open();
    await page.goto(hub.publicUrl);
    const tile = page.locator('[data-channel="still"]');
    await tile.getByText(/stalled \d+ s ago/).waitFor();
    const filter = `getComputedStyle(document.querySelector('[data-channel="still"] canvas')).filter`;
    await until("it is grey", () => page.evaluate(`${filter}.includes("grayscale(1)")`));
    const other = page.locator('[data-channel="other"]');
    await until("the other to be live", async () => (await other.getAttribute("data-health")) === "live");
    moving(hub, "still");
    await until("it is live again", async () => (await tile.getAttribute("data-health")) === "live");
    await until("it has its colour again", () => page.evaluate(`${filter} === "none"`));
  });

  it("says which source fails, why to operators only, and counts it as an error", async () => {
    const hub = await boot();
    moving(hub, "good");
    hub.channels.open("door").publisher("camera").fault = "no answer from the camera";
    const page = await browser.open();
    await page.goto(hub.publicUrl);
    const tile = page.locator('[data-channel="door"]');
    await until("the tile to be ill", async () => (await tile.getAttribute("data-health")) === "failing");
    expect(await page.content()).not.toContain("no answer");
    await logIn(page, hub, "/wall");
    await tile.getByText("failing: no answer from the camera").waitFor();
    await expectAccessible(page);
    await page.goto(`${hub.adminUrl}/channels/door`);
    const row = page.getByRole("row", { name: /^door/ });
    await row.getByText("failing").waitFor();
    await row.getByText("no answer from the camera").waitFor();
    await expectAccessible(page);
    await page.goto(`${hub.adminUrl}/monitor`);
    await page.getByText("door: no answer from the camera").waitFor();
    expect(await page.locator("dl > div", { hasText: "Errors" }).locator("dd").first().innerText()).toBe("1");
    await expectAccessible(page);
  });

  it("says that a source rests that nobody watches", async () => {
    const hub = await boot();
    moving(hub, "good");
    hub.channels.open("idle").publisher("test").rest();
    const page = await browser.open();
    await logIn(page, hub, "/channels");
    await page.getByRole("link", { name: "All channels well" }).waitFor();
    expect(await page.getByRole("row", { name: /^idle/ }).innerText()).toContain("resting");
  });

  it("shows first commands with this hub's address when there is nothing to show, then the first channel", async () => {
    const hub = await boot();
    const page = await browser.open();
    await page.goto(hub.publicUrl);
    await page.getByText(`${hub.publicUrl}/ingest/demo`).first().waitFor();
    moving(hub, "first");
    await until("the first channel", () => seqOf(page, "first"));
  });

  it("hides private channels", async () => {
    const hub = await boot();
    moving(hub, "open", "secret");
    const secret = hub.channels.open("secret");
    secret.settings = { ...secret.settings, visibility: "private" };
    const page = await browser.open();
    await page.goto(hub.publicUrl);
    await until("the public one", () => seqOf(page, "open"));
    expect(await page.locator('[data-channel="secret"]').count()).toBe(0);
    await page.goto(`${hub.publicUrl}/watch/secret`);
    await page.getByText("There is no channel “secret” yet, or it is private").waitFor();
    await page.getByRole("link", { name: "Log in" }).click();
    await page.getByLabel("Token", { exact: true }).fill(ADMIN_TOKEN);
    await page.getByRole("button", { name: "Log in" }).click();
    await until("the private picture", () => page.locator("canvas[data-seq]").count());
    expect(new URL(page.url()).pathname).toBe("/watch/secret");
  });
});

describe("the channel page", () => {
  it("is one click away, shows the picture, health and links, and leads on by keys", async () => {
    const hub = await boot();
    moving(hub, "a", "b");
    const page = await browser.open();
    await page.goto(hub.publicUrl);
    await page.locator('[data-channel="a"]').click();
    await page.waitForURL(`${hub.publicUrl}/watch/a`);
    await page.locator("main[data-health] canvas[data-seq]").waitFor();
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Links" }).click();
    await page.getByText(`${hub.publicUrl}/video_feed/a`).waitFor();
    await page.getByText(`${hub.publicUrl}/snapshot/a`).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("ArrowRight");
    await page.waitForURL(`${hub.publicUrl}/watch/b`);
    await page.keyboard.press("f");
    await until("full screen", () => page.evaluate("document.fullscreenElement !== null"));
  });

  it("waits for a channel that is not there yet", async () => {
    const hub = await boot();
    const page = await browser.open();
    await page.goto(`${hub.publicUrl}/watch/later`);
    await page.getByText("There is no channel “later” yet").waitFor();
    moving(hub, "later");
    await page.locator("canvas[data-seq]").waitFor();
    await page.getByText("There is no channel").waitFor({ state: "detached" });
    expect(viewersOf(hub, "later")).toHaveLength(1);
  });
});

describe("a hidden tab", () => {
  it("stops the streams and resumes at once", async () => {
    const hub = await boot();
    moving(hub, "cam");
    const page = await browser.open();
    await page.goto(hub.publicUrl);
    await until("the first picture", () => seqOf(page, "cam"));
    await setHidden(page, true);
    await until("nobody watches", () => !hub.channels.open("cam").watched);
    const before = await seqOf(page, "cam");
    await setHidden(page, false);
    await until("it moves again", async () => (await seqOf(page, "cam")) > before);
  });

  it("asks for nothing that is off the screen", async () => {
    const hub = await boot();
    const names = Array.from({ length: 20 }, (_, index) => `cam-${index}`);
    moving(hub, ...names);
    const page = await browser.open({ viewport: { width: 390, height: 844 } });
    await page.goto(hub.publicUrl);
    await until("the first picture", () => seqOf(page, "cam-0"));
    expect(viewersOf(hub, "cam-19")).toEqual([]);
    await page.locator('[data-channel="cam-19"]').scrollIntoViewIfNeeded();
    await until("the last one", () => seqOf(page, "cam-19"));
    await until("the first is let go", () => viewersOf(hub, "cam-0").length === 0);
  });
});

describe("a lost connection", () => {
  it("is said, greys the pictures, and heals by itself", async () => {
    const hub = await boot();
    moving(hub, "cam");
    const page = await browser.open();
    // The browser cannot be made to drop a WebSocket: the page is routed through one that we can close.
    let cut: (() => void) | undefined;
    let refuse = false;
    await page.routeWebSocket(/\/ws\/live/, (route) => {
      if (refuse) void route.close({ code: 4000 });
      else {
        const server = route.connectToServer();
        cut = () => {
          void server.close();
          void route.close({ code: 4000 });
        };
      }
    });
    await page.goto(hub.publicUrl);
    await until("the first picture", () => seqOf(page, "cam"));
    refuse = true;
    cut?.();
    await page.getByText(/Connection lost/).waitFor();
    expect(await page.locator('[data-channel="cam"]').getAttribute("data-health")).toBe("lost");
    const before = await seqOf(page, "cam");
    refuse = false;
    await until("it moves again", async () => (await seqOf(page, "cam")) > before);
    await page.getByText(/Connection lost/).waitFor({ state: "detached" });
  });
});

describe("a hub that was started anew", () => {
  it("has none of its last run's pictures and ages on the wall, also where channels come in another order", async () => {
    const before = await boot();
    const red = before.channels.open("red").publisher("test");
    before.channels.open("late").publisher("test");
    show(red, 0);
    const page = await browser.open();
    await page.goto(`${before.publicUrl}/`);
    await until("the picture", async () => (await seqOf(page, "red")) === 1);
    await before.close();
    const port = Number(new URL(before.publicUrl).port);
    const hub = await boot({ "http.publicPort": port });
    const late = hub.channels.open("late").publisher("test");
    hub.channels.open("red").publisher("test");
    show(late, 2);
    await page.getByText("Waiting for the first picture").waitFor();
    await until("the other picture", async () => (await seqOf(page, "late")) === 1);
    const tile = page.locator('[data-channel="red"]');
    expect(await tile.locator("canvas").getAttribute("data-seq")).toBeNull();
    expect(await tile.textContent()).not.toMatch(/old/);
    expect(await colourOf(page, '[data-channel="red"] canvas')).toBe("000");
    expect(await colourOf(page, '[data-channel="late"] canvas')).toBe("33a");
  });
});

describe("the control room", () => {
  it("asks for a token, says when it is wrong, and leads to where one wanted to be", async () => {
    const hub = await boot();
    moving(hub, "cam");
    const page = await browser.open();
    await page.goto(`${hub.adminUrl}/channels/cam`);
    await page.getByLabel("Token", { exact: true }).fill("wrong-token");
    await page.keyboard.press("Enter");
    await page.getByText("This token is wrong").waitFor();
    await page.getByLabel("Token", { exact: true }).fill(ADMIN_TOKEN);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "cam" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/channels/cam");
    await page.reload();
    await page.getByRole("heading", { name: "cam" }).waitFor();
    await page.getByRole("button", { name: "Account" }).click();
    await page.getByRole("menuitem", { name: "Log out" }).click();
    await page.getByRole("button", { name: "Log in" }).waitFor();
  });

  it("opens by the link that the hub prints", async () => {
    const hub = await boot();
    const page = await browser.open();
    await page.goto(`${hub.adminUrl}/login?token=${ADMIN_TOKEN}`);
    await page.getByRole("heading", { name: "Monitor" }).waitFor();
    expect(page.url()).toBe(`${hub.adminUrl}/monitor`);
  });

  it("shows figures that move, viewers, and the log at a level", async () => {
    const hub = await boot();
    moving(hub, "cam");
    const page = await browser.open();
    await logIn(page, hub);
    await page.getByText(/^\d+ %$/).waitFor();
    await page.getByRole("cell", { name: /^live-\d+/ }).waitFor();
    await until("traffic", async () => /\d+ [kM]?B\/s/.test(await page.locator("main dl").innerText()));
    await page.getByRole("radio", { name: "Error" }).click();
    await page.getByText("No lines of this level.").waitFor();
    await page.getByRole("button", { name: /Disconnect live-/ }).click();
    await page.getByText(/Disconnected live-/).waitFor();
  });

  it("begins its graphs with what was before it, of the hub and of a channel, also after a reload", async () => {
    const hub = await boot();
    moving(hub, "cam");
    const early = await browser.open();
    await early.goto(`${hub.publicUrl}/watch/cam`);
    await until("a viewer", () => viewersOf(hub, "cam").length);
    const rows = async () => {
      const reply = await fetch(`${hub.adminUrl}/api/history`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
      return (await reply.json()) as Array<{ viewers: number; framesIn: number }>;
    };
    await until("the viewer is remembered", async () => (await rows()).some(({ viewers }) => viewers === 1));
    await early.goto("about:blank");
    await until("the viewer is gone", async () => (await rows()).at(-1)?.viewers === 0);
    const page = await browser.open();
    await logIn(page, hub, "/settings");
    for (let time = 0; time < 2; time++) {
      await page.goto(`${hub.adminUrl}/channels`);
      await page.getByRole("link", { name: "cam" }).click();
      await page.getByRole("img", { name: /^Viewers: \d+ now, at most 1 in the last 5 minutes/ }).waitFor();
      await page.goto(`${hub.adminUrl}/monitor`);
      await page.getByRole("img", { name: /^Frames out: .* at most [1-9].* in the last 5 minutes/ }).waitFor();
    }
    const graph = page.getByRole("img", { name: /^Frames in: / });
    await graph.hover({ position: { x: ((await graph.boundingBox())?.width ?? 0) - 6, y: 20 } });
    await page.getByText(/^\d+(\.\d)? fps · \d\d:\d\d:\d\d$/).waitFor();
  });

  it("leaves a hole in its graphs for the time in which the hub was away, and goes on by itself", async () => {
    const first = await boot();
    const page = await browser.open();
    await logIn(page, first);
    /** Runs of columns in which the graph of the memory is filled. */
    const runs = () =>
      page.evaluate<number>(`(() => {
        const canvas = document.querySelector('[role=img][aria-label^="Hub memory:"] canvas');
        if (!canvas) return 0;
        const row = [...canvas.getContext("2d").getImageData(0, canvas.height >> 1, canvas.width, 1).data];
        const filled = row.filter((_, index) => index % 4 === 3).map((alpha) => alpha > 0);
        return filled.filter((on, index) => on && !filled[index - 1]).length;
      })()`);
    await until("a graph", async () => (await runs()) === 1);
    const { port } = new URL(first.adminUrl);
    await first.close();
    await page.getByText(/No word from the hub for ([89]|\d\d) s/).waitFor();
    await boot({ "http.adminPort": Number(port), "hub.dataDir": first.dataDir });
    await page
      .getByText(/No word from the hub/)
      .first()
      .waitFor({ state: "detached" });
    await until("the graph goes on after a hole", async () => (await runs()) === 2);
    await page.getByText(/^Uptime \d s$/).waitFor();
  }, 60_000);

  it("shows the configuration that the hub runs with, without secrets, and what of it was changed", async () => {
    const hub = await boot({ "live.maxConnections": 77 });
    const page = await browser.open();
    await logIn(page, hub, "/settings");
    await page.getByRole("link", { name: "Configuration" }).click();
    const setting = (key: string) => page.locator("dl > div").filter({ has: page.getByText(key, { exact: true }) });
    expect(await setting("maxConnections").innerText()).toMatch(/77[^]*option/);
    expect(await setting("logLevel").innerText()).toMatch(/info[^]*default/);
    expect(await setting("adminToken").innerText()).toContain("[secret]");
    expect(await page.content()).not.toContain(ADMIN_TOKEN);
    await page.getByRole("switch", { name: "Only what is not the default" }).click();
    await setting("logLevel").waitFor({ state: "detached" });
    await page.getByLabel("Filter settings").fill("live connect");
    await setting("adminToken").waitFor({ state: "detached" });
    await page.reload();
    await setting("maxConnections").waitFor();
    expect(await page.locator("dl > div").count()).toBe(1);
    await page.getByLabel("Filter settings").fill("nonsense");
    await page.getByText("No setting of that name or meaning.").waitFor();
  });

  it("says how to bring up a channel that is not there", async () => {
    const hub = await boot();
    const page = await browser.open();
    await logIn(page, hub, "/channels/later");
    await page.getByText(`${hub.publicUrl}/ingest/later`).first().waitFor();
    moving(hub, "later");
    await page.getByRole("button", { name: "Remove later" }).waitFor();
    expect(await page.getByText("There is no channel").count()).toBe(0);
  });

  it("changes a channel's settings at once, with undo, and removes a channel only when asked twice", async () => {
    const hub = await boot();
    moving(hub, "cam", "gone");
    const page = await browser.open();
    await logIn(page, hub, "/channels");
    await page.getByRole("link", { name: "cam" }).click();
    await page.getByLabel("Who may watch").selectOption("private");
    await until("it is private", () => hub.channels.open("cam").settings.visibility === "private");
    await page.getByRole("button", { name: "Undo" }).click();
    await until("it is public again", () => hub.channels.open("cam").settings.visibility === "public");
    const stalled = page.getByLabel("Stalled after");
    await stalled.fill("soon");
    await stalled.press("Enter");
    await page.getByText("Write a time such as").waitFor();
    await stalled.fill("100 ms");
    await stalled.press("Enter");
    await page.getByText("Give 0.5 s or more.").waitFor();
    expect(await stalled.getAttribute("aria-invalid")).toBe("true");
    await stalled.press("Escape");
    expect(await stalled.inputValue()).toBe("10 s");
    await stalled.fill("2.5");
    await stalled.press("Enter");
    await until("it is taken over", () => hub.channels.open("cam").settings.stallTimeoutMs === 2500);
    await page.route("**/api/channels/cam", (route) =>
      route.fulfill({
        status: 400,
        contentType: "application/problem+json",
        json: {
          type: "about:blank",
          title: "Bad Request",
          status: 400,
          detail: "all in all",
          code: "bad-request",
          errors: [{ pointer: "#/stallTimeoutMs", detail: "Not on a Sunday." }],
        },
      }),
    );
    await stalled.fill("7 s");
    await stalled.press("Enter");
    await page.getByText("Not on a Sunday.").waitFor();
    expect([await stalled.inputValue(), await stalled.getAttribute("aria-invalid")]).toEqual(["7 s", "true"]);
    await page.unroute("**/api/channels/cam");
    await page.getByRole("link", { name: "gone" }).click();
    await page.getByRole("button", { name: "Remove gone" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    expect(hub.channels.get("gone")).toBeDefined();
    await page.getByRole("button", { name: "Remove gone" }).click();
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await until("it is removed", () => hub.channels.get("gone") === undefined);
    await page.getByRole("link", { name: "gone" }).waitFor({ state: "detached" });
  });

  it("makes a token that works, shows it once, and revokes it", async () => {
    const hub = await boot();
    const page = await browser.open();
    await logIn(page, hub, "/settings");
    await page.getByRole("button", { name: "Make a token" }).click();
    await page.getByText("Give it a name").waitFor();
    await until("the faulty field has the focus", () => page.evaluate("document.activeElement.name === 'name'"));
    await page.getByLabel("Name", { exact: true }).fill("camera");
    await page.getByLabel("Channels", { exact: true }).fill("Kitchen!");
    await page.getByRole("button", { name: "Make a token" }).click();
    await page.getByText("is no channel name").waitFor();
    await page.getByLabel("Channels", { exact: true }).fill("kitchen, hall");
    await page.getByRole("button", { name: "Make a token" }).click();
    const secret = await page.getByRole("dialog").locator("code").innerText();
    const who = await fetch(`${hub.publicUrl}/api/session`, { headers: { authorization: `Bearer ${secret}` } });
    expect(await who.json()).toEqual({ role: "producer", name: "camera" });
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByText("kitchen, hall").waitFor();
    await page.getByRole("button", { name: "Revoke camera" }).click();
    await page.getByRole("button", { name: "Revoke", exact: true }).click();
    await page.getByText("kitchen, hall").waitFor({ state: "detached" });
  });

  it("goes anywhere by keyboard alone", async () => {
    const hub = await boot();
    moving(hub, "garden");
    const page = await browser.open();
    await logIn(page, hub);
    await until("the channels are known", () => page.locator("canvas[data-seq]").count());
    await page.keyboard.press("Control+k");
    await page.keyboard.type("details gard");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${hub.adminUrl}/channels/garden`);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("theme light");
    await page.keyboard.press("Enter");
    expect(await page.locator("html").getAttribute("data-theme")).toBe("light");
    await page.reload();
    expect(await page.locator("html").getAttribute("data-theme")).toBe("light");
    await page.goBack();
    await page.getByRole("heading", { name: "Monitor" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to content");
  });
});

describe.each([
  { what: "dark, on a desk", options: { colorScheme: "dark" } },
  { what: "light, on a desk", options: { colorScheme: "light" } },
  { what: "dark, on a phone", options: { colorScheme: "dark", viewport: { width: 390, height: 844 }, isMobile: true } },
] as const)("accessibility, $what", ({ options }) => {
  it("is without fault on every page, and no page is wider than the screen", async () => {
    const hub = await boot({ "channels.stallTimeoutMs": 1000 });
    moving(hub, "a", "b");
    show(hub.channels.open("still").publisher("test"), 1);
    hub.channels.open("waiting");
    const page = await browser.open({ ...options, reducedMotion: "reduce" });
    const check = async (url: string, ready: string) => {
      await page.goto(url);
      await page.locator(ready).first().waitFor();
      await expectAccessible(page);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    };
    await check(hub.publicUrl, '[data-health="stalled"]');
    await check(`${hub.publicUrl}/watch/a`, "canvas[data-seq]");
    await check(`${hub.publicUrl}/nowhere/at/all`, "h1");
    await check(hub.adminUrl, "form");
    await logIn(page, hub);
    await check(`${hub.adminUrl}/monitor`, "table tbody tr");
    await check(`${hub.adminUrl}/wall`, "canvas[data-seq]");
    await check(`${hub.adminUrl}/channels`, "table tbody tr");
    await check(`${hub.adminUrl}/channels/a`, "canvas[data-seq]");
    await check(`${hub.adminUrl}/channels/nowhere`, "code");
    await check(`${hub.adminUrl}/settings`, "form");
    await page.getByRole("button", { name: "Make a token" }).click();
    await page.locator("[aria-invalid=true]").waitFor();
    await expectAccessible(page);
    await check(`${hub.adminUrl}/settings/configuration`, "dl");
    await page.keyboard.press("Control+k");
    await page.locator("[role=option]").first().waitFor();
    await expectAccessible(page);
    // axe looks at some thousand rules and nodes on each of ten pages.
  }, 180_000);
});
