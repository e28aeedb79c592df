// needs: ffmpeg
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { describeSource } from "#contract/conformance/source.ts";
import { bootHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import video from "./module.ts";
import { JpegSplitter } from "./splitter.ts";

const dir = mkdtempSync(join(tmpdir(), "lightwell-video-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const ffmpeg = (...args: string[]) => execFileSync("ffmpeg", ["-hide_banner", "-loglevel", "error", "-y", ...args]);

function film(name: string, seconds: number): string {
  const path = join(dir, name);
  ffmpeg("-f", "lavfi", "-i", `testsrc2=size=160x120:rate=25:duration=${seconds}`, "-c:v", "mpeg4", path);
  return path;
}

/** A program in place of ffmpeg. */
function script(name: string, body: string): string {
  const path = join(dir, name);
  writeFileSync(path, `#!/bin/sh\n[ "$1" = -version ] && exit\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

const start = (inputs: readonly object[], program = "ffmpeg") =>
  bootHub([video], { "video.inputs": inputs, "video.ffmpeg": program });

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("the splitter", () => {
  const pictures = (() => {
    const path = join(dir, "p%d.jpg");
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=5:duration=1", path);
    return [1, 2, 3, 4, 5].map((i) => Uint8Array.from(readFileSync(join(dir, `p${i}.jpg`))));
  })();

  it("gives the same pictures however the bytes were cut, whatever stands between them", () => {
    const noise = fc.uint8Array({ maxLength: 9 }).filter((bytes) => !bytes.includes(0xff));
    fc.assert(
      fc.property(
        fc.array(noise, { minLength: 5, maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 30 }),
        (between, cuts) => {
          const stream = Buffer.concat(pictures.flatMap((picture, i) => [between[i] ?? new Uint8Array(0), picture]));
          const splitter = new JpegSplitter();
          const found = [];
          for (let at = 0, i = 0; at < stream.length; i++) {
            const size = cuts[i % cuts.length] ?? 1;
            found.push(...splitter.push(stream.subarray(at, at + size)));
            at += size;
          }
          expect(found).toEqual(pictures);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("leaves out a picture without an end and finds the next", () => {
    const [first = new Uint8Array(0), second = new Uint8Array(0)] = pictures;
    const splitter = new JpegSplitter(second.length + 100);
    const endless = Buffer.concat([first.subarray(0, first.length - 2), Buffer.alloc(second.length + 200, 1)]);
    const found = [...splitter.push(endless), ...splitter.push(second), ...splitter.push(second)];
    expect(found.at(-1)).toEqual(second);
    expect(splitter.oversized).toBeGreaterThan(0);
  });
});

describe("a video", () => {
  it("is played in real time, again and again", async () => {
    const hub = await start([{ channel: "film", input: film("short.avi", 1) }]);
    const channel = await until("the channel", () => hub.channels.get("film"));
    await until("a frame", () => channel.published > 0);
    const began = performance.now();
    const before = channel.published;
    await until("two rounds", () => channel.published > before + 50);
    // Not a figure of speed: without pacing two rounds take a few milliseconds.
    expect(performance.now() - began).toBeGreaterThan(1000);
    const content = channel.latest?.content;
    expect(content).toMatchObject({ kind: "image", format: "jpeg", width: 160, height: 120 });
    expect([...channel.publishers][0]).toMatchObject({ status: "", label: `video ${join(dir, "short.avi")}` });
  });

  it("is scaled and thinned", async () => {
    const hub = await start([{ channel: "film", input: film("small.avi", 1), width: 80, fps: 10 }]);
    const frame = await until("a frame", () => hub.channels.get("film")?.latest);
    expect(frame.content).toMatchObject({ width: 80, height: 60 });
  });

  it("that is not to be looped says when it is over", async () => {
    const hub = await start([{ channel: "film", input: film("once.avi", 0.4), loop: false }]);
    const channel = await until("the channel", () => hub.channels.get("film"));
    await until("its end", () => [...channel.publishers][0]?.status === "played to its end");
    expect(channel.published).toBe(10);
  });

  it("that cannot be read is tried again, with ffmpeg's words and without its secrets", async () => {
    const hub = await start([{ channel: "film", input: "rtsp://user:secret@127.0.0.1:9/live?key=secret" }]);
    const [publisher] = hub.channels.get("film")?.publishers ?? [];
    await until("the status", () => publisher?.status.startsWith("starting again in"));
    expect(publisher?.status).toContain("the connection is refused");
    expect(publisher?.fault).toMatch(/^the connection is refused/);
    expect(publisher?.label).toBe("video rtsp://127.0.0.1:9/live");
    expect(`${publisher?.status} ${hub.service("report")?.tail()}`).not.toContain("secret");
  });

  it("comes back when ffmpeg was killed", async () => {
    const pidFile = join(dir, "pid");
    const program = script("killable", `echo $$ > ${pidFile}\nexec ffmpeg "$@"`);
    const hub = await start([{ channel: "film", input: film("long.avi", 3) }], program);
    const channel = await until("the channel", () => hub.channels.get("film"));
    await until("a frame", () => channel.published > 0);
    process.kill(Number(readFileSync(pidFile, "utf8")), "SIGKILL");
    const [publisher] = channel.publishers;
    await until("that it says so", () => publisher?.status.includes("SIGKILL"));
    const before = channel.published;
    await until("new frames", () => channel.published > before);
    expect(publisher?.status).toBe("");
  });

  it("leaves no ffmpeg behind when the hub closes, also one that does not listen", async () => {
    const pidFile = join(dir, "deaf");
    const program = script("deaf", `trap '' TERM\necho $$ > ${pidFile}\nwhile :; do sleep 0.05; done`);
    const hub = await start([{ channel: "film", input: "x.avi" }], program);
    const pid = await until("its pid", () => {
      try {
        return Number(readFileSync(pidFile, "utf8"));
      } catch {
        return 0;
      }
    });
    expect(isAlive(pid)).toBe(true);
    await hub.close();
    expect(isAlive(pid)).toBe(false);
  });

  it("may be on standard input only once", async () => {
    const twice = [
      { channel: "a", input: "-" },
      { channel: "b", input: "-" },
    ];
    await expect(start(twice)).rejects.toThrow("only one input can read standard input");
  });

  it("without ffmpeg says what to install, and the hub stays up", async () => {
    const hub = await start([{ channel: "film", input: "x.avi" }], "/no/such/ffmpeg");
    const [publisher] = hub.channels.get("film")?.publishers ?? [];
    await until("the remedy", () => publisher?.status.includes("install ffmpeg"));
    expect(hub.service("report")?.tail()).toContain("install ffmpeg");
  });
});

describeSource("video", {
  channel: "film",
  start: () => start([{ channel: "film", input: film("conform.avi", 2) }]),
});
