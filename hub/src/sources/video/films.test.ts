// needs: ffmpeg
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Frame } from "#core/frame.ts";
import { bootHub, type TestHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import video from "./module.ts";

const dir = mkdtempSync(join(tmpdir(), "lightwell-films-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A film of one second; `to` are ffmpeg's options of the output. */
function film(name: string, picture: string, ...to: string[]): string {
  const path = join(dir, name);
  const h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-bf", "3"];
  const input = ["-f", "lavfi", "-i", picture];
  execFileSync("ffmpeg", ["-hide_banner", "-loglevel", "error", "-y", ...input, ...h264, ...to, path]);
  return path;
}
const PICTURE = "testsrc2=size=160x120:rate=25:duration=1";

const start = (input: string, more: object = {}) =>
  bootHub([video], { "video.inputs": [{ channel: "film", input, ...more }] });
const channelOf = (hub: TestHub) => {
  const channel = hub.channels.get("film");
  if (!channel) throw new Error("there is no channel film");
  return channel;
};
const statusOf = (hub: TestHub) => [...channelOf(hub).publishers][0]?.status ?? "";
const firstPicture = (hub: TestHub) => until("a picture", () => channelOf(hub).latest?.content);

describe("a film that is played again and again", () => {
  it.each([
    ["mp4 with frames out of order", "a.mp4"],
    ["mkv", "a.mkv"],
    ["a transport stream, which has no index", "a.ts"],
    ["bare H.264", "a.h264"],
  ])("shows every picture in every round: %s", async (_name, file) => {
    const hub = await start(film(file, PICTURE));
    const seen: string[] = [];
    const watcher = {
      offer: ({ content }: Frame) => {
        if (content.kind === "image") seen.push(Buffer.from(content.bytes).toString("latin1"));
      },
      close: () => undefined,
    };
    channelOf(hub).add(watcher);
    await until("three rounds", () => seen.length >= 75);
    channelOf(hub).remove(watcher);
    const [first, second, third] = [seen.slice(0, 25), seen.slice(25, 50), seen.slice(50, 75)];
    expect(new Set(first).size).toBe(25);
    expect(second.map((picture) => first.indexOf(picture))).toEqual(first.map((_, i) => i));
    expect(third.map((picture) => first.indexOf(picture))).toEqual(first.map((_, i) => i));
  });

  it("begins anew at the end of its pictures when its sound is longer", async () => {
    const path = join(dir, "sound.mkv");
    const sound = ["-f", "lavfi", "-i", "sine=duration=4"];
    execFileSync("ffmpeg", ["-v", "error", ...sound, "-i", film("mute.mkv", PICTURE), "-c:v", "copy", path]);
    const hub = await start(path);
    await until("three rounds", () => channelOf(hub).published >= 75);
  });
});

describe("a film", () => {
  it("that says it is turned is shown upright", async () => {
    const plain = film("lying.mp4", PICTURE);
    const turned = join(dir, "turned.mp4");
    execFileSync("ffmpeg", ["-v", "error", "-i", plain, "-c", "copy", "-metadata:s:v", "rotate=90", turned]);
    expect(await firstPicture(await start(turned))).toMatchObject({ width: 120, height: 160 });
  });

  it("with odd sides keeps them, and is scaled to even ones", async () => {
    const odd = film(
      "odd.mp4",
      "color=red:size=162x122:rate=25:duration=1,crop=161:121:exact=1,format=yuv444p",
      "-pix_fmt",
      "yuv444p",
    );
    expect(await firstPicture(await start(odd))).toMatchObject({ width: 161, height: 121 });
    expect(await firstPicture(await start(odd, { width: 80 }))).toMatchObject({ width: 80, height: 60 });
  });

  it("with frames at odd times gives each once", async () => {
    const uneven = film("uneven.mkv", `${PICTURE},select='not(mod(n\\,7))+lt(n\\,10)'`, "-fps_mode", "vfr");
    const hub = await start(uneven, { loop: false });
    await until("its end", () => statusOf(hub) === "played to its end");
    // 0 to 9, 14 and 21.
    expect(channelOf(hub).published).toBe(12);
  });

  it("whose pictures stand for seconds lets them stand", async () => {
    const slides = film(
      "slides.mkv",
      "testsrc2=size=160x120:rate=25:duration=4,select='eq(n,0)+eq(n,75)'",
      "-fps_mode",
      "vfr",
    );
    const hub = await start(slides, { loop: false });
    await until("the first", () => channelOf(hub).published === 1);
    const began = performance.now();
    await until("the second", () => channelOf(hub).published === 2);
    // Not a figure of speed: without pacing they come together.
    expect(performance.now() - began).toBeGreaterThan(1000);
  });

  it("that cannot be read in time leaves pictures out and does not become slow motion", async () => {
    const path = film("slow.mp4", "testsrc2=size=160x120:rate=25:duration=1.6");
    const hub = await start(path, { loop: false, options: ["-readrate", "0.3"] });
    await until("its end", () => statusOf(hub) === "played to its end");
    // 40 in the file; after the first second of lateness every second one comes in time.
    expect(channelOf(hub).published).toBeLessThan(36);
    expect(channelOf(hub).published).toBeGreaterThan(12);
  });

  it("that is cut off is played as far as it goes, and again", async () => {
    const path = film("cut.mp4", PICTURE, "-movflags", "faststart");
    truncateSync(path, Math.round(statSync(path).size * 0.7));
    const hub = await start(path);
    await until("more than one round", () => channelOf(hub).published > 50);
  });

  it.each<[string, () => string, string]>([
    [
      "without its index",
      () => {
        const path = film("headless.mp4", PICTURE);
        truncateSync(path, 5000);
        return path;
      },
      "its index (moov) is missing",
    ],
    [
      "of sound only",
      () => {
        const path = join(dir, "song.m4a");
        execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "sine=duration=1", path]);
        return path;
      },
      "it has no pictures, only sound or data",
    ],
    ["that is a folder", () => dir, "it is a folder"],
    ["that is not there", () => join(dir, "none.mp4"), "there is no such file"],
    ["that is a missing device", () => "/dev/video4711", "there is no such device"],
  ])("%s is named so", async (_name, path, reason) => {
    const hub = await start(path());
    await until("the reason", () => statusOf(hub).includes(reason));
    expect(statusOf(hub)).not.toContain("\n");
  });
});
