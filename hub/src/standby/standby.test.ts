import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createGrid } from "@lightwell/wire/text/grid.ts";
import type { Channel } from "#core/channel.ts";
import type { Frame, ImageContent } from "#core/frame.ts";
import { ManualClock } from "#core/manual-clock.ts";
import { Viewer, type CloseReason } from "#core/viewer.ts";
import { imageRendition } from "#picture/image-rendition.ts";
import { pixelsOf } from "#picture/pixels.ts";
import { plainPicture } from "#picture/testing.ts";
import { bootHub } from "#testing/boot.ts";
import { until } from "#testing/wait.ts";
import { loadConfig } from "../config.ts";
import { startHub } from "../hub.ts";
import { LogBook } from "../log-book.ts";
import standby from "./module.ts";

const STALL_MS = 10_000;

let red: ImageContent;
let blue: ImageContent;

beforeAll(async () => {
  red = await plainPicture(160, 120, { colour: "#c03020" });
  blue = await plainPicture(160, 120, { colour: "#2030c0" });
});

async function start(flags: Record<string, unknown> = {}, clock = new ManualClock()) {
  const dataDir = mkdtempSync(join(tmpdir(), "lightwell-standby-"));
  const logBook = new LogBook("info", "silent");
  const config = loadConfig([standby], { flags: { "hub.dataDir": dataDir, ...flags } });
  const hub = await startHub([standby], config, { clock, logBook });
  onTestFinished(async () => {
    await hub.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const messages = () =>
    logBook
      .lines()
      .filter((line) => line.module === "standby")
      .map((line) => line.message.replace(/ (policy|since|viewers|afterMs)=.*/, ""));
  const metrics = async () => (await hub.service("report")?.prometheus()) ?? "";
  return { clock, hub, channels: hub.channels, messages, metrics };
}

/** A viewer whose peer takes everything. */
class Watching {
  readonly frames: Frame[] = [];
  closedWith: CloseReason | undefined;
  readonly viewer: Viewer;

  constructor(channel: Channel) {
    const transport = {
      send: (frame: Frame) => (this.frames.push(frame), true),
      close: (reason: CloseReason) => (this.closedWith = reason),
    };
    this.viewer = new Viewer(channel, channel.clock, { output: "test", name: "test", remote: "-" }, transport);
    channel.add(this.viewer);
  }

  get last(): Frame | undefined {
    return this.frames.at(-1);
  }
}

/** Whether the middle of the picture has lost most of its colour. */
async function isDrained(frame: Frame): Promise<boolean> {
  const { data } = await pixelsOf(frame, { resize: { width: 40, height: 30 } });
  const [r = 0, g = 0, b = 0] = data.subarray((10 * 40 + 20) * 3);
  return Math.max(r, g, b) - Math.min(r, g, b) < 60;
}

/** A clock of a machine that can be paused: then all timers are late. */
class PausedClock extends ManualClock {
  pausedMs = 0;

  override now(): number {
    return super.now() + this.pausedMs;
  }
}

describe("with the policy close", () => {
  const policy = { "channels.whenStalled": "close" };

  it("does not take a pause of the whole machine for one of the source", async () => {
    const clock = new PausedClock();
    const { channels } = await start(policy, clock);
    const channel = channels.open("a");
    const source = channel.publisher("test");
    source.publish(red);
    const viewer = new Watching(channel);
    clock.advance(1000);
    clock.pausedMs = 3_600_000;
    clock.advance(250);
    // What the source sent meanwhile is read now.
    source.publish(blue);
    clock.advance(STALL_MS - 250);
    expect(viewer.closedWith).toBeUndefined();
    clock.advance(250);
    expect(viewer.closedWith).toBe("stalled");
    // Always late: the source stops all the same.
    source.publish(red);
    const other = new Watching(channel);
    for (let check = 0; check < 20; check++) {
      clock.pausedMs += 2000;
      clock.advance(250);
    }
    expect(other.closedWith).toBe("stalled");
  });

  it("closes those who watch when the channel stalls, once, those of renditions too", async () => {
    const { channels, clock, messages } = await start(policy);
    const channel = channels.open("a");
    channel.publisher("test").publish(red);
    const direct = new Watching(channel);
    const derived = new Watching(imageRendition(channel, { maxFps: 5 }));
    clock.advance(STALL_MS - 250);
    expect([direct.closedWith, derived.closedWith]).toEqual([undefined, undefined]);
    clock.advance(250);
    expect([direct.closedWith, derived.closedWith]).toEqual(["stalled", "stalled"]);
    expect(messages()).toEqual(["the first picture has come channel=a", "stalled: no frame comes channel=a"]);
  });

  it("gives one who comes during the stall the last picture, and as long to wait as the others had", async () => {
    const { channels, clock } = await start(policy);
    const channel = channels.open("a");
    const source = channel.publisher("test");
    source.publish(red);
    clock.advance(STALL_MS + 5000);
    const late = new Watching(channel);
    expect(late.frames).toHaveLength(1);
    clock.advance(STALL_MS - 250);
    expect(late.closedWith).toBeUndefined();
    clock.advance(250);
    expect(late.closedWith).toBe("stalled");

    const lucky = new Watching(channel);
    clock.advance(STALL_MS - 250);
    source.publish(blue);
    clock.advance(STALL_MS - 250);
    expect(lucky.closedWith).toBeUndefined();
  });

  it("closes one who waits in vain for a first picture", async () => {
    const { channels, clock } = await start(policy);
    const waiting = new Watching(channels.open("a"));
    clock.advance(STALL_MS);
    expect(waiting.closedWith).toBe("stalled");
  });
});

describe("with the policy placeholder", () => {
  const policy = { "channels.whenStalled": "placeholder" };

  it("shows the last picture drained and with a badge at once, after a minute the placeholder", async () => {
    const { channels, clock, messages } = await start(policy);
    const channel = channels.open("a");
    const source = channel.publisher("test");
    const viewer = new Watching(channel);
    source.publish(red);
    expect(await isDrained(viewer.last ?? expect.fail())).toBe(false);
    clock.advance(STALL_MS);
    const badge = await until("the badge", () => (viewer.last?.substitute ? viewer.last : undefined));
    expect(badge.content).toMatchObject({ kind: "image", format: "jpeg", width: 160, height: 120 });
    expect(await isDrained(badge)).toBe(true);
    expect(channel.health.state).toBe("stalled");

    clock.advance(59_750);
    expect(viewer.last).toBe(badge);
    clock.advance(250);
    const placeholder = await until("the placeholder", () => (viewer.last === badge ? undefined : viewer.last));
    expect(placeholder).toMatchObject({ substitute: true, content: { width: 160, height: 120 } });
    clock.advance(600_000);
    await new Promise(setImmediate);
    expect(viewer.last).toBe(placeholder);

    source.publish(blue);
    expect(viewer.last).toMatchObject({ substitute: false, content: blue });
    clock.advance(250);
    expect(viewer.closedWith).toBeUndefined();
    expect(messages()).toEqual([
      "the first picture has come channel=a",
      "stalled: no frame comes channel=a",
      "live again after being stalled channel=a",
    ]);
  });

  it("shows a placeholder while it waits for the first picture, but not to a source that delivers at once", async () => {
    const { channels, clock } = await start(policy);
    const [slow, quick] = [new Watching(channels.open("slow")), new Watching(channels.open("quick"))];
    channels.get("quick")?.publisher("test").publish(red);
    clock.advance(500);
    const frame = await until("the placeholder", () => slow.last);
    expect(frame).toMatchObject({ substitute: true, content: { kind: "image", width: 640, height: 360 } });
    expect(quick.frames.map(({ substitute }) => substitute)).toEqual([false]);
  });

  it("does not show a badge that was made too late", async () => {
    const { channels, clock } = await start(policy);
    const channel = channels.open("a");
    const source = channel.publisher("test");
    const viewer = new Watching(channel);
    source.publish(red);
    clock.advance(STALL_MS);
    source.publish(blue);
    clock.advance(250);
    // A second channel stalls later: its badge is made after the first one's.
    const other = new Watching(channels.open("b"));
    channels.get("b")?.publisher("test").publish(red);
    const keepAlive = clock.every(1000, () => source.publish(blue));
    clock.advance(STALL_MS);
    keepAlive();
    await until("the other channel's badge", () => other.last?.substitute);
    expect(viewer.frames.some(({ substitute }) => substitute)).toBe(false);
  });

  it("badges a frozen feed without letting its frames flicker through, until the picture changes", async () => {
    const { channels, clock, messages } = await start({ ...policy, "channels.frozenTimeoutMs": 3000 });
    const channel = channels.open("a");
    const source = channel.publisher("test");
    const viewer = new Watching(channel);
    const feed = clock.every(100, () => source.publish(red));
    clock.advance(3250);
    const badge = await until("the badge", () => (viewer.last?.substitute ? viewer.last : undefined));
    expect(await isDrained(badge)).toBe(true);
    clock.advance(20_000);
    await new Promise(setImmediate);
    expect(viewer.last).toBe(badge);
    expect(channel.health.state).toBe("frozen");
    feed();
    source.publish(blue);
    expect(viewer.last).toMatchObject({ substitute: false, content: blue });
    clock.advance(250);
    expect(messages().slice(1)).toEqual([
      "frozen: frames come, but the picture never changes channel=a",
      "live again after being frozen channel=a",
    ]);
  });

  it("shows text channels a badge in the last row, and a placeholder as text", async () => {
    const { channels, clock } = await start(policy);
    const channel = channels.open("words");
    const viewer = new Watching(channel);
    channel.publisher("test").publish({ kind: "text", grid: createGrid(40, 6, 0xff0000) });
    const rowsOf = (frame: Frame | undefined) => {
      if (frame?.content.kind !== "text") throw new Error("no text");
      const { cols, rows, glyph } = frame.content.grid;
      return Array.from({ length: rows }, (_, row) =>
        String.fromCodePoint(...glyph.subarray(row * cols, (row + 1) * cols)).trim(),
      );
    };
    clock.advance(STALL_MS);
    await until("the badge", () => viewer.last?.substitute);
    expect(rowsOf(viewer.last).at(-1)).toMatch(/^● stalled since \d\d:\d\d:\d\d$/);
    clock.advance(60_000);
    await until("the placeholder", () => rowsOf(viewer.last).includes("words"));
    expect(rowsOf(viewer.last).join(" ")).toMatch(/● words no picture since \d\d:\d\d:\d\d/);
  });

  it("leaves the last picture as it is when no badge can be drawn on it", async () => {
    const { channels, clock, messages } = await start(policy);
    const channel = channels.open("a");
    channel.publisher("test").publish({ ...red, bytes: red.bytes.subarray(0, 40) });
    const viewer = new Watching(channel);
    clock.advance(STALL_MS);
    await until("the log line", () => messages().some((message) => message.startsWith("could not make a badge")));
    expect(viewer.frames).toHaveLength(1);
  });
});

describe("with a fallback channel", () => {
  const flags = {
    "channels.whenStalled": "placeholder",
    "channels.named": { a: { fallback: "b" } },
  };

  async function startPair(more: Record<string, unknown> = {}) {
    const hub = await start({ ...flags, ...more });
    const [a, b] = [hub.channels.open("a"), hub.channels.open("b")];
    const [sourceA, sourceB] = [a.publisher("test"), b.publisher("test")];
    sourceA.publish(red);
    const stopFeed = hub.clock.every(500, () => sourceB.publish(blue));
    return { ...hub, a, b, sourceA, stopFeed };
  }

  it("shows its frames after the badge, goes back to the badge when it stalls too, and ends when live again", async () => {
    const { a, b, clock, sourceA, stopFeed } = await startPair();
    const viewer = new Watching(a);
    clock.advance(STALL_MS);
    await until("the badge", () => viewer.last?.substitute);
    expect(b.watched).toBe(false);
    clock.advance(2000);
    expect(b.watched).toBe(true);
    clock.advance(1000);
    expect(viewer.last).toMatchObject({ substitute: true, content: blue });

    stopFeed();
    clock.advance(STALL_MS);
    await until("the badge again", () => viewer.last?.content !== blue);
    expect(b.watched).toBe(false);

    const again = b.publisher("test");
    again.publish(blue);
    clock.advance(250);
    expect(viewer.last).toMatchObject({ substitute: true, content: blue });
    const own = await plainPicture(160, 120, { colour: "#20c030" });
    sourceA.publish(own);
    again.publish(blue);
    expect(viewer.last).toMatchObject({ substitute: false, content: own });
    clock.advance(250);
    expect(b.watched).toBe(false);
  });

  it("does not keep the other source busy when nobody watches", async () => {
    const { b, clock } = await startPair();
    clock.advance(STALL_MS + 5000);
    expect(b.watched).toBe(false);
  });

  it("does not show a private channel to the public", async () => {
    const { a, b, clock } = await startPair({
      "channels.named": { a: { fallback: "b" }, b: { visibility: "private" } },
    });
    const viewer = new Watching(a);
    clock.advance(STALL_MS + 5000);
    await until("the badge", () => viewer.last?.substitute);
    expect(b.watched).toBe(false);
  });
});

describe("in any case", () => {
  it("does nothing to viewers with the policy hold, but says that the channel stalls", async () => {
    const { channels, clock, messages, metrics } = await start();
    const channel = channels.open("a");
    const source = channel.publisher("test");
    source.publish(red);
    const viewer = new Watching(channel);
    clock.advance(STALL_MS * 10);
    expect([viewer.frames.length, viewer.closedWith]).toEqual([1, undefined]);
    expect(messages().at(-1)).toBe("stalled: no frame comes channel=a");
    expect(await metrics()).toContain('lightwell_standby_channel_state{channel="a",state="stalled"} 1');
    expect(await metrics()).toContain("lightwell_standby_stalls_total 1");
    source.publish(blue);
    clock.advance(250);
    expect(await metrics()).toContain('lightwell_standby_channel_state{channel="a",state="live"} 1');
    channels.remove("a");
    expect(await metrics()).not.toContain('channel="a"');
  });

  it("leaves no timer behind", async () => {
    const { hub, clock } = await start();
    await hub.close();
    expect(clock.pending).toBe(0);
  });

  it("acts by the machine's own clock in a hub that runs", async () => {
    const hub = await bootHub([standby], {
      "channels.whenStalled": "placeholder",
      "channels.stallTimeoutMs": 500,
      "standby.placeholderAfterMs": 500,
    });
    const channel = hub.channels.open("a");
    const source = channel.publisher("test");
    const viewer = new Watching(channel);
    source.publish(red);
    await until("a badge and then a placeholder", () => viewer.frames.filter((frame) => frame.substitute).length === 2);
    source.publish(blue);
    expect(viewer.last?.content).toBe(blue);
  });
});
