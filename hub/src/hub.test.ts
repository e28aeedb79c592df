import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createGrid } from "@lightwell/wire/text/grid.ts";
import { HubError } from "#contract/errors.ts";
import type { Clock } from "#core/clock.ts";
import { ManualClock } from "#core/manual-clock.ts";
import { Viewer } from "#core/viewer.ts";
import { defineModule, type Running } from "#contract/module.ts";
import { loadConfig } from "./config.ts";
import { startHub } from "./hub.ts";
import { LogBook } from "./log-book.ts";
import { until } from "./testing/wait.ts";
import { chmodSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

function recorded() {
  const steps: string[] = [];
  const part = (name: string, { fail, hang = false }: { fail?: "start" | "open" | "close"; hang?: boolean } = {}) =>
    defineModule({
      name,
      summary: name,
      capability: { role: "service" },
      options: z.strictObject({}),
      start({ signal }): Running {
        steps.push(`start ${name}`);
        if (fail === "start") throw new HubError("port-in-use", "port 80 is in use");
        return {
          async open() {
            steps.push(`open ${name}`);
            if (fail === "open") throw new Error("no light");
          },
          async [Symbol.asyncDispose]() {
            steps.push(`close ${name}${signal.aborted ? "" : " too early"}`);
            if (fail === "close") throw new Error("stuck");
            if (hang) await new Promise(() => undefined);
          },
        };
      },
    });
  return { steps, part };
}

const start = (modules: Parameters<typeof startHub>[0], clock?: Clock) => {
  const dataDir = mkdtempSync(join(tmpdir(), "lightwell-test-"));
  const config = loadConfig(modules, { flags: { "hub.dataDir": dataDir } });
  const logBook = new LogBook("debug", "silent");
  return startHub(modules, config, { logBook, ...(clock && { clock }) }).then((hub) => ({ hub, logBook }));
};

describe("the hub", () => {
  it("closes viewers that take nothing, but not because it was held up itself", async () => {
    const manual = new ManualClock();
    let skippedMs = 0;
    const clock: Clock = {
      now: () => manual.now() + skippedMs,
      monotonic: () => manual.monotonic() + skippedMs,
      after: (delayMs, run) => manual.after(delayMs, run),
      every: (intervalMs, run) => manual.every(intervalMs, run),
    };
    const { hub } = await start([recorded().part("a")], clock);
    const channel = hub.channels.open("a");
    const never = { send: () => false, close: () => undefined };
    const viewer = new Viewer(channel, clock, { output: "test", name: "test", remote: "-" }, never);
    channel.publisher("test").publish({ kind: "text", grid: createGrid(10, 5) });
    channel.add(viewer);
    manual.advance(5000);
    // A machine that was paused: all timers are late.
    skippedMs = 3_600_000;
    manual.advance(4000);
    expect(viewer.closed).toBe(false);
    manual.advance(2000);
    expect(viewer.closed).toBe(true);
    await hub.close();
  });

  it("starts modules in order, opens them when all have started, and begins to close with the last", async () => {
    const { steps, part } = recorded();
    const { hub } = await start([part("a"), part("b")]);
    await Promise.all([hub.close(), hub.close()]);
    expect(steps).toEqual(["start a", "start b", "open a", "open b", "close b", "close a"]);
  });

  it("names a module that fails to start, keeps its code, and closes those before it", async () => {
    const { steps, part } = recorded();
    const failure = start([part("a"), part("b", { fail: "start" }), part("c")]);
    await expect(failure).rejects.toThrow("b: port 80 is in use");
    await expect(failure).rejects.toMatchObject({ code: "port-in-use" });
    expect(steps).toEqual(["start a", "start b", "close a"]);
  });

  it("names a module that fails to open and closes all", async () => {
    const { steps, part } = recorded();
    await expect(start([part("a"), part("b", { fail: "open" })])).rejects.toThrow("b: no light");
    expect(steps).toEqual(["start a", "start b", "open a", "open b", "close b", "close a"]);
  });

  it("closes the others when one fails or hangs while closing, and says so", async () => {
    const { steps, part } = recorded();
    const { hub, logBook } = await start([part("a"), part("b", { fail: "close" }), part("c", { hang: true })]);
    await hub.close();
    expect(steps.slice(-3)).toEqual(["close c", "close b", "close a"]);
    expect(logBook.tail()).toContain("b did not close cleanly error=stuck");
    expect(logBook.tail()).toContain('c did not close cleanly error="did not end within 1000 ms"');
  });

  it("closes modules together, but none before those that use its services", async () => {
    const steps: string[] = [];
    let letGo = () => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const base = { capability: { role: "service" }, options: z.strictObject({}) } as const;
    const running = (name: string, wait = Promise.resolve()) => ({
      async [Symbol.asyncDispose]() {
        steps.push(`close ${name}`);
        await wait;
        steps.push(`${name} closed`);
      },
    });
    const modules = [
      defineModule({
        ...base,
        name: "mjpeg",
        summary: "is used",
        provides: ["mjpeg"],
        start: () => ({ services: { mjpeg: { serve: () => undefined } }, ...running("used") }),
      }),
      defineModule({ ...base, name: "other", summary: "is on its own", start: () => running("other") }),
      defineModule({ ...base, name: "user", summary: "uses", needs: ["mjpeg"], start: () => running("user", held) }),
    ];
    const { hub } = await start(modules);
    const closed = hub.close();
    await until("the other to close", () => steps.includes("other closed"));
    letGo();
    await closed;
    expect(steps).toEqual(["close user", "close other", "other closed", "user closed", "close used", "used closed"]);
  });

  it("names a data folder that it cannot have, in one line", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "lightwell-test-")), "file");
    writeFileSync(file, "");
    const { part } = recorded();
    const config = loadConfig([part("a")], { flags: { "hub.dataDir": file } });
    const failure = startHub([part("a")], config, { logBook: new LogBook("debug", "silent") });
    await expect(failure).rejects.toMatchObject({ code: "bad-config" });
    await expect(failure).rejects.toThrow(/^the data folder .*file cannot be made \(.*\): .*--data/);
  });

  it("refuses a module whose service nobody provides", async () => {
    const lonely = defineModule({
      name: "lonely",
      summary: "needs http",
      capability: { role: "service" },
      options: z.strictObject({}),
      needs: ["http"],
      start: () => ({ [Symbol.asyncDispose]: async () => undefined }),
    });
    await expect(start([lonely])).rejects.toThrow('lonely needs the service "http"');
  });
});

describe.skipIf(process.platform === "win32")("the data folder", () => {
  const start = async (dataDir: string) => {
    const config = loadConfig([], { flags: { "hub.dataDir": dataDir } });
    await (await startHub([], config, { logBook: new LogBook("error", "silent") })).close();
    return statSync(dataDir).mode & 0o777;
  };

  it("is its owner's alone when the hub makes it, and left as it is when it was there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lightwell-hub-"));
    expect(await start(join(folder, "a", "data"))).toBe(0o700);
    chmodSync(folder, 0o750);
    expect(await start(folder)).toBe(0o750);
  });
});

describe("the log", () => {
  it("keeps the last 64 KB, newest last, without control characters or secrets", () => {
    const book = new LogBook("debug", "silent");
    const log = book.of("test");
    for (let i = 0; i < 2000; i++) log.info({ i }, "a line of some length to fill the book");
    log.warn({ agent: "evil\u001b[2J", token: "s3cret" }, "last");
    expect(book.tail().length).toBeLessThanOrEqual(64 * 1024);
    expect(book.tail()).not.toMatch(/\u001b|s3cret/);
    expect(book.lines({ level: "warn" }).map((line) => line.message)).toEqual([
      String.raw`last agent=evil\u001b[2J token=[secret]`,
    ]);
    expect(book.lines({ limit: 2 })).toHaveLength(2);
  });
});
