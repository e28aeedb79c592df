import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it, onTestFinished } from "vitest";
import { describeSource } from "#contract/conformance/source.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import { Viewer } from "#core/viewer.ts";
import { systemClock } from "#core/clock.ts";
import { bootHub, type TestHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import interleave from "./module.ts";
import { countAt, pingPong } from "./timeline.ts";

interface Colour {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

const red = { r: 220, g: 20, b: 20 };
const blue = { r: 20, g: 20, b: 220 };

const plain = (background: Colour, width = 64, height = 48) =>
  sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer();

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), "lightwell-interleave-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Frames of a film: each of its own grey. */
async function film(dir: string, frames: number): Promise<void> {
  mkdirSync(dir, { recursive: true });
  for (let i = 0; i < frames; i++) {
    const level = 20 + i * 4;
    writeFileSync(join(dir, `f_${String(i).padStart(3, "0")}.jpg`), await plain({ r: level, g: level, b: level }));
  }
}

const start = (settings: Readonly<Record<string, unknown>>) =>
  bootHub(
    [interleave],
    Object.fromEntries(Object.entries(settings).map(([key, value]) => [`interleave.${key}`, value])),
  );

const figures = (hub: TestHub) => hub.service("report")?.figures() ?? {};
const main = (hub: TestHub): LiveChannel => {
  const channel = hub.channels.get("main");
  if (!channel) throw new Error("there is no channel main");
  return channel;
};

function watch(channel: LiveChannel): void {
  const info = { output: "test", name: "test", remote: "-" };
  channel.add(new Viewer(channel, systemClock, info, { send: () => true, close: () => undefined }));
}

async function latestPixels(channel: LiveChannel) {
  const content = channel.latest?.content;
  if (content?.kind !== "image") throw new Error("no picture yet");
  const { data, info } = await sharp(content.bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return {
    width: info.width,
    height: info.height,
    at: (x: number, y: number): Colour => {
      const [r = 0, g = 0, b = 0] = data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3);
      return { r, g, b };
    },
  };
}

const near = (a: Colour, b: Colour) => Math.abs(a.r - b.r) + Math.abs(a.g - b.g) + Math.abs(a.b - b.b) < 45;

describe("a folder of the frames of a film", () => {
  it("runs at 30 pictures a second in its own size, and says truly where it is", async () => {
    const dir = folder();
    await film(dir, 30);
    const hub = await start({ dir });
    const channel = main(hub);
    watch(channel);
    await until("thirty frames", () => channel.published > 30);
    expect(await latestPixels(channel)).toMatchObject({ width: 64, height: 48 });
    const before = countAt({ ips: 30, epochMs: 0 }, Date.now());
    const data = figures(hub);
    const after = countAt({ ips: 30, epochMs: 0 }, Date.now());
    const possible = Array.from({ length: after - before + 1 }, (_, i) => pingPong(before + i, 30));
    expect(possible).toContain(data["index"]);
    expect(data["delta"]).toBe(Number(data["index"]) - Number(data["displayed"]));
    expect(data).toMatchObject({
      main_folder: 0,
      float_folder: null,
      main_folder_count: 1,
      float_folder_count: 0,
      main_covered: "1/1",
      float_covered: "0/0",
      main_entropy: 0,
      float_samples: 0,
      failed_load_count: 0,
      failed_indices: [],
      last_error: null,
    });
    expect(data["staleness_ms"]).toMatch(/^\d+\.\d$/);
    await until("a full second of figures", () => Number(figures(hub)["fps"]) > 20);
    await until("a picture in time", () => figures(hub)["latency_state"] === "Delta synced");
  });

  it("shows every picture of it, in order", async () => {
    const dir = folder();
    await film(dir, 24);
    const hub = await start({ dir });
    const channel = main(hub);
    const levels = new Set<number>();
    watch(channel);
    await until("all levels", async () => {
      levels.add(Math.round(((await latestPixels(channel).catch(() => undefined))?.at(9, 9).r ?? -1) / 4));
      return levels.size >= 24;
    });
  });

  it("is passed on byte for byte when nothing has to be done to it", async () => {
    const dir = folder();
    const bytes = await plain(red);
    writeFileSync(join(dir, "one.jpg"), bytes);
    const hub = await start({ dir, width: 64, height: 48 });
    const frame = await until("a frame", () => hub.channels.get("main")?.latest);
    expect(frame.content.kind === "image" && Buffer.from(frame.content.bytes).equals(bytes)).toBe(true);
  });
});

describe("a folder of photos", () => {
  it("shows each for five seconds, in full before a dim copy of itself, turned the right way up", async () => {
    const dir = folder();
    // Held upright: the camera stores it lying and says so.
    writeFileSync(
      join(dir, "IMG_2.JPG"),
      await sharp(await plain(red, 400, 200))
        .withMetadata({ orientation: 6 })
        .jpeg()
        .toBuffer(),
    );
    const hub = await start({ dir });
    const channel = main(hub);
    await until("a frame", () => channel.latest);
    const picture = await latestPixels(channel);
    expect([picture.width, picture.height]).toEqual([1280, 720]);
    expect(near(picture.at(640, 360), red)).toBe(true);
    expect(near(picture.at(640, 5), red)).toBe(true);
    const edge = picture.at(40, 360);
    expect(edge.r).toBeGreaterThan(40);
    expect(edge.r).toBeLessThan(160);
    expect(figures(hub)).toMatchObject({ index: 0, displayed: 0, delta: 0, latency_state: "Delta synced" });
  });

  it("stays live while a picture stands", async () => {
    const dir = folder();
    writeFileSync(join(dir, "a.jpg"), await plain(blue));
    const hub = await start({ dir });
    const channel = main(hub);
    await until("the picture once more", () => channel.published >= 2);
    expect(channel.health.state).toBe("live");
  });
});

describe("two sets", () => {
  const mainAndFloat = async (float: (dir: string) => Promise<void>) => {
    const dir = folder();
    mkdirSync(join(dir, "main"));
    mkdirSync(join(dir, "float"));
    writeFileSync(join(dir, "main", "a.jpg"), await plain(red));
    await float(join(dir, "float"));
    return { dir: join(dir, "main"), floatDir: join(dir, "float"), width: 64, height: 48 };
  };

  it("are float over main, by the opacity of a PNG", async () => {
    const options = await mainAndFloat(async (dir) => {
      const left = await sharp({ create: { width: 32, height: 48, channels: 4, background: { ...blue, alpha: 1 } } })
        .png()
        .toBuffer();
      const float = sharp({
        create: { width: 64, height: 48, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
      });
      writeFileSync(
        join(dir, "a.png"),
        await float
          .composite([{ input: left, left: 0, top: 0 }])
          .png()
          .toBuffer(),
      );
    });
    const hub = await start(options);
    await until("a frame", () => main(hub).latest);
    const picture = await latestPixels(main(hub));
    expect([near(picture.at(10, 24), blue), near(picture.at(54, 24), red)]).toEqual([true, true]);
    expect(figures(hub)).toMatchObject({ float_folder: 0, float_folder_count: 1, float_covered: "1/1" });
  });

  it("are float over main, by the right half of a side-by-side JPEG", async () => {
    const options = await mainAndFloat(async (dir) => {
      const white = await sharp({ create: { width: 32, height: 48, channels: 3, background: "#fff" } })
        .png()
        .toBuffer();
      const colours = await sharp({ create: { width: 64, height: 48, channels: 3, background: blue } })
        .png()
        .toBuffer();
      const both = sharp({ create: { width: 128, height: 48, channels: 3, background: "#000" } }).composite([
        { input: colours, left: 0, top: 0 },
        { input: white, left: 64, top: 0 },
      ]);
      writeFileSync(join(dir, "a.jpg"), await both.jpeg({ quality: 95 }).toBuffer());
    });
    const hub = await start(options);
    await until("a frame", () => main(hub).latest);
    const picture = await latestPixels(main(hub));
    expect([near(picture.at(10, 24), blue), near(picture.at(54, 24), red)]).toEqual([true, true]);
  });
});

describe("broken and missing pictures", () => {
  it("are passed over and listed, and the show goes on", async () => {
    const dir = folder();
    await film(dir, 30);
    writeFileSync(join(dir, "f_007.jpg"), (await plain(red)).subarray(0, 200));
    writeFileSync(join(dir, "f_011.jpg"), "no picture at all");
    const hub = await start({ dir });
    watch(main(hub));
    await until("both are found", () => (figures(hub)["failed_indices"] as number[]).length === 2);
    expect((figures(hub)["failed_indices"] as number[]).toSorted((a, b) => a - b)).toEqual([7, 11]);
    expect(figures(hub)["failed_load_count"]).toBe(2);
    expect(figures(hub)["last_error"]).toMatch(/f_0(07|11)\.jpg: /);
    const before = main(hub).published;
    await until("more pictures", () => main(hub).published > before + 30);
  });

  it("do not take the pictures that are loaded beside them with them", async () => {
    const dir = folder();
    await film(dir, 4);
    writeFileSync(join(dir, "f_000.jpg"), "no picture at all");
    const hub = await start({ dir, ips: 1, width: 64, height: 48, epochMs: Date.now() });
    watch(main(hub));
    await until("it is found", () => (figures(hub)["failed_indices"] as number[]).length > 0);
    await until("a frame", () => main(hub).latest);
    expect(figures(hub)["failed_indices"]).toEqual([0]);
  });

  it("are waited for in a folder that is emptied and filled again", async () => {
    const dir = folder();
    writeFileSync(join(dir, "a.jpg"), await plain(red));
    const hub = await start({ dir });
    const channel = main(hub);
    await until("a frame", () => channel.latest);
    renameSync(join(dir, "a.jpg"), join(dir, "a.hidden"));
    const [publisher] = channel.publishers;
    await until("it says so", () => publisher?.status.includes("holds no pictures"));
    expect(figures(hub)).toMatchObject({ index: null, main_folder_count: 0 });
    const before = channel.published;
    writeFileSync(join(dir, "b.jpg"), await plain(blue));
    await until("a new picture", () => channel.published > before);
    await until("the new picture", async () => near((await latestPixels(channel)).at(640, 360), blue));
    expect(publisher?.status).toBe("");
  });

  it("do not keep a hub from starting with an empty folder", async () => {
    const hub = await start({ dir: folder() });
    expect(figures(hub)).toMatchObject({ index: null, displayed: null, delta: null });
  });
});

describe("a folder that is none", () => {
  it.each([true, false])("is waited for, and the channel says why (watch: %s)", async (look) => {
    const dir = join(folder(), "photos");
    const hub = await start({ dir, watch: look });
    const channel = main(hub);
    const [publisher] = channel.publishers;
    expect(publisher?.status).toBe(`the folder ${dir} does not exist`);
    expect(hub.service("report")?.tail()).toContain(`the folder ${dir} does not exist; waiting for pictures`);
    mkdirSync(dir);
    writeFileSync(join(dir, "a.jpg"), await plain(red));
    await until("its picture", () => channel.latest);
    expect(publisher?.status).toBe("");
  });

  it("is named when it is a file, and when it is the one of the pictures that are laid over", async () => {
    const dir = folder();
    const file = join(dir, "a.jpg");
    writeFileSync(file, await plain(red));
    const status = (hub: TestHub) => [...main(hub).publishers][0]?.status;
    expect(status(await start({ dir: file }))).toBe(`${file} is a file, not a folder`);
    const hub = await start({ dir, floatDir: "/there/is/none" });
    expect(status(hub)).toBe("the folder /there/is/none does not exist");
    await until("the main picture", () => main(hub).latest);
  });
});

it("does nothing without a folder", async () => {
  const hub = await start({});
  expect(hub.channels.list()).toEqual([]);
  expect(figures(hub)).toEqual({});
});

describeSource("interleave", {
  channel: "main",
  start: async () => {
    const dir = folder();
    await film(dir, 30);
    return start({ dir });
  },
});
