// needs: curl, ffmpeg
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { modules } from "../modules.ts";
import { ADMIN_TOKEN, bootHub, type TestHub } from "../testing/boot.ts";
import { freePort, OWN_ADDRESS } from "../testing/own-address.ts";
import { warningsOfFfmpeg } from "#testing/ffmpeg.ts";
import { until } from "../testing/wait.ts";
import { CHROMIUM_PATH } from "../testing/chromium.ts";

const CHROMIUM_FLAGS =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

const folder = mkdtempSync(join(tmpdir(), "lightwell-pictures-"));
const film = join(folder, "film.mp4");
let browser: Browser;

beforeAll(async () => {
  const testPicture = ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=15"];
  execFileSync("ffmpeg", [...testPicture, "-t", "4", "-pix_fmt", "yuv420p", film]);
  execFileSync("ffmpeg", [...testPicture, "-frames:v", "40", "-q:v", "4", join(folder, "picture-%03d.jpg")]);
  browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: CHROMIUM_FLAGS.split(" ") });
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const picture = (number: number) => readFileSync(join(folder, `picture-${String(number).padStart(3, "0")}.jpg`));

/** Every module of a real start, on free ports. */
const boot = (settings: Record<string, unknown> = {}) => {
  const ports = modules.flatMap(({ name, options }) =>
    Object.keys("shape" in options ? (options.shape as object) : {})
      .filter((key) => /^(port|pagePort)$/.test(key))
      .map((key) => [`${name}.${key}`, 0] as const),
  );
  return bootHub(modules, { ...Object.fromEntries(ports), "text-scene.enabled": false, ...settings });
};

/** Watch a channel as its users do: ffmpeg decodes it, curl sees parts, a browser's `<img>` moves. */
async function expectWatchedEverywhere(hub: TestHub, channel: string): Promise<void> {
  const url = `${hub.publicUrl}/video_feed/${channel}`;
  await until("the channel's first frame", () => hub.channels.get(channel)?.latest);

  expect(await warningsOfFfmpeg(url, 8)).toBe("");

  const read = await readByCurl(url, (text) => text.split("--frame\r\nContent-Type: image/jpeg\r\n").length > 3);
  expect(read).toMatch(/Content-Type: multipart\/x-mixed-replace; ?boundary=frame/i);

  const page = await openImage(hub, url);
  const first = await sampleOf(page);
  await until("the picture in the browser to move", async () => (await sampleOf(page)) !== first);
  await page.context().close();
}

/** What curl prints, head and all, until it is enough: the stream has no end. */
async function readByCurl(url: string, isEnough: (text: string) => boolean): Promise<string> {
  const curl = spawn("curl", ["-sN", "-D", "-", url], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  curl.stdout.setEncoding("latin1").on("data", (chunk: string) => (text += chunk));
  const ended = once(curl, "close");
  await until("three parts for curl", () => isEnough(text)).finally(() => curl.kill());
  await ended;
  return text;
}

/** A page of the hub's own origin, so that a canvas may read the picture, with one `<img>`. */
async function openImage(hub: TestHub, url: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  onTestFinished(() => page.context().close());
  await page.goto(`${hub.publicUrl}/healthz`);
  await page.setContent(`<img src="${url}">`);
  await until("the first picture in the browser", () => page.evaluate("document.images[0].naturalWidth > 0"));
  return page;
}

/** 16×9 pixels of what the `<img>` shows now. */
function sampleOf(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const context = Object.assign(document.createElement("canvas"), { width: 16, height: 9 }).getContext("2d");
    context.drawImage(document.images[0], 0, 0, 16, 9);
    return context.getImageData(0, 0, 16, 9).data.join();
  })()`);
}

describe("real pictures, from end to end", () => {
  it("a film plays through ffmpeg", async () => {
    const hub = await boot({ "video.inputs": [{ channel: "film", input: film, loop: true }] });
    await expectWatchedEverywhere(hub, "film");
  });

  it("a folder of JPEGs is shown by the interleave source", async () => {
    const hub = await boot({ "interleave.dir": folder, "interleave.ips": 15 });
    await expectWatchedEverywhere(hub, "main");
  });

  it("a microcontroller pushes pictures by WebSocket", async () => {
    const hub = await boot();
    const socket = new WebSocket(`${hub.publicUrl.replace("http", "ws")}/ws?channel=cam&token=${ADMIN_TOKEN}`);
    await once(socket, "open");
    socket.send("ESP32-CAM says hello");
    let number = 0;
    const timer = setInterval(() => socket.send(picture((number++ % 40) + 1)), 80);
    onTestFinished(() => {
      clearInterval(timer);
      socket.terminate();
    });
    await expectWatchedEverywhere(hub, "cam");
  });

  it("a camera's MJPEG is pulled from an ffmpeg server", async () => {
    const port = await freePort();
    const url = `http://${OWN_ADDRESS}:${port}/cam`;
    const camera = spawn(
      "ffmpeg",
      ["-v", "error", "-re", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=15", "-f", "mpjpeg", "-listen", "1", url],
      { stdio: "ignore" },
    );
    onTestFinished(() => void camera.kill("SIGKILL"));
    const hub = await boot({ "pull.inputs": [{ channel: "pulled", url }] });
    await expectWatchedEverywhere(hub, "pulled");
  });
});

describe("a browser's <img>", () => {
  it("shows the latest picture also when none follows, and a picture at once when the source stands still", async () => {
    const hub = await boot();
    const put = async (number: number) => {
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "image/jpeg" };
      const reply = await fetch(`${hub.publicUrl}/ingest/still`, {
        method: "PUT",
        headers,
        body: new Uint8Array(picture(number)),
      });
      expect(reply.status).toBeLessThan(300);
    };
    await put(1);
    const url = `${hub.publicUrl}/video_feed/still`;
    const page = await openImage(hub, url);
    await put(20);
    const other = await openImage(hub, url);
    const expected = await until("the newest picture in a browser that comes late", () => sampleOf(other));
    await until("the newest picture in the browser that was there", async () => (await sampleOf(page)) === expected);
    await put(40);
    await until("the next picture in both", async () => {
      const [a, b] = await Promise.all([sampleOf(page), sampleOf(other)]);
      return a === b && a !== expected;
    });
  });

  it("sees the badge when the source stops and the source again when it is back", async () => {
    const hub = await boot({ "channels.stallTimeoutMs": 1000 });
    const channel = hub.channels.open("cam", { whenStalled: "placeholder" });
    const source = channel.publisher("test");
    const bytes = picture(1);
    const publish = () => source.publish({ kind: "image", format: "jpeg", bytes, width: 640, height: 360 });
    const keepPublishing = () => {
      publish();
      const timer = setInterval(publish, 100);
      onTestFinished(() => clearInterval(timer));
      return () => clearInterval(timer);
    };
    let stop = keepPublishing();
    const page = await openImage(hub, `${hub.publicUrl}/video_feed/cam`);
    const live = await sampleOf(page);
    stop();
    await until("the badge in the browser", async () => (await sampleOf(page)) !== live);
    const stats = (await (await fetch(`${hub.publicUrl}/stats`)).json()) as {
      channels: Record<string, { state: string }>;
    };
    expect(stats.channels["cam"]?.state).toBe("stalled");
    const metrics = await (await fetch(`${hub.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/lightwell_standby_stalls_total(\{[^}]*\})? [1-9]/);
    const log = await (await fetch(`${hub.adminUrl}/log`)).text();
    expect(log).toMatch(/stalled.*channel=cam/);
    stop = keepPublishing();
    await until("the live picture in the browser", async () => (await sampleOf(page)) === live);
    stop();
  });
});
