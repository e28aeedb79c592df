import { beforeAll, describe, expect, it } from "vitest";
import { createGrid } from "@lightwell/wire/text/grid.ts";
import type { Channel, Watcher } from "#core/channel.ts";
import type { Content, Frame, ImageContent } from "#core/frame.ts";
import { ManualClock } from "#core/manual-clock.ts";
import { plainChannels } from "#testing/channels.ts";
import type { Rendition } from "#core/rendition.ts";
import { until } from "#testing/wait.ts";
import { imageRendition, MAX_RENDITIONS, SIZE_STEPS, type ImageWishes } from "./image-rendition.ts";
import { inspectPicture } from "./inspect.ts";
import { noisyPicture } from "./testing.ts";

let photo: ImageContent;

beforeAll(async () => {
  photo = await noisyPicture(800, 600);
});

function openSource() {
  const clock = new ManualClock();
  const channels = plainChannels(clock);
  const channel = channels.open("a");
  const source = channel.publisher("test");
  return { clock, channel, publish: (content: Content) => source.publish(content) };
}

class Watching implements Watcher {
  readonly frames: Frame[] = [];
  constructor(channel: Channel) {
    channel.add(this);
  }
  offer(frame: Frame): void {
    this.frames.push(frame);
  }
  close(): void {}

  /** The first picture, checked against its own bytes. */
  async first(): Promise<ImageContent> {
    const { content } = await until("a frame", () => this.frames[0]);
    if (content.kind !== "image") throw new Error("no image");
    const { format, width, height } = inspectPicture(content.bytes);
    if (format !== content.format || width !== content.width || height !== content.height)
      throw new Error(`${content.format} ${content.width}×${content.height} is ${format} ${width}×${height}`);
    return content;
  }
}

describe("an image rendition", () => {
  it("is the channel itself when nothing is wished", () => {
    const { channel } = openSource();
    expect(imageRendition(channel, {})).toBe(channel);
  });

  it.each<ImageWishes>([
    { format: "jpeg" },
    { width: 960 },
    { width: 3840, height: 2160 },
    { format: "jpeg", height: 720, maxFps: 60 },
  ])("passes a frame that fits untouched and at once: %j", (wishes) => {
    const { channel, publish } = openSource();
    const viewer = new Watching(imageRendition(channel, wishes));
    publish(photo);
    expect(viewer.frames.map(({ content }) => content)).toEqual([photo]);
  });

  it.each<[ImageWishes, Partial<ImageContent>]>([
    [{ format: "webp" }, { format: "webp", width: 800, height: 600 }],
    [
      { format: "png", width: 320 },
      { format: "png", width: 320, height: 240 },
    ],
    [{ width: 350 }, { format: "jpeg", width: 320, height: 240 }],
    [{ height: 240 }, { format: "jpeg", width: 320, height: 240 }],
    [
      { width: 640, height: 240 },
      { format: "jpeg", width: 320, height: 240 },
    ],
    [
      { width: 1920, format: "webp" },
      { format: "webp", width: 800, height: 600 },
    ],
    [{ quality: 20 }, { format: "jpeg", width: 800, height: 600 }],
  ])("makes what is wished and never enlarges: %j", async (wishes, made) => {
    const { channel, publish } = openSource();
    publish(photo);
    expect(await new Watching(imageRendition(channel, wishes)).first()).toMatchObject(made);
  });

  it("has fewer bytes at a lower quality", async () => {
    const { channel, publish } = openSource();
    publish(photo);
    const [low, high] = [20, 90].map((quality) => new Watching(imageRendition(channel, { quality })).first());
    expect((await low)?.bytes.length).toBeLessThan(((await high)?.bytes.length ?? 0) / 2);
  });

  it("shows a text channel as a picture", async () => {
    const { channel, publish } = openSource();
    publish({ kind: "text", grid: createGrid(80, 24) });
    expect(await new Watching(imageRendition(channel, { format: "jpeg" })).first()).toMatchObject({
      format: "jpeg",
      width: 800,
      height: 480,
    });
    expect(await new Watching(imageRendition(channel, { width: 480 })).first()).toMatchObject({
      format: "png",
      width: 480,
      height: 288,
    });
  });

  it("is shared by all whose wishes come to the same", () => {
    const { channel } = openSource();
    const one = imageRendition(channel, { width: 700, quality: 88, maxFps: 11 });
    expect(imageRendition(channel, { width: 640, quality: 80, maxFps: 10 })).toBe(one);
    expect((one as Rendition).key).toBe("w=640;q=80;fps=10");
    expect(imageRendition(channel, { width: 639, quality: 80, maxFps: 10 })).not.toBe(one);
  });

  it("is encoded once for rates that differ", async () => {
    const { channel, publish } = openSource();
    publish(photo);
    const all = [1, 5, undefined].map((maxFps) => new Watching(imageRendition(channel, { width: 64, maxFps })).first());
    const [one, five, every] = await Promise.all(all);
    expect(one).toBe(every);
    expect(five).toBe(every);
  });

  it("thins to the wished rate and ends on the last frame", () => {
    const { channel, clock, publish } = openSource();
    const viewer = new Watching(imageRendition(channel, { maxFps: 5 }));
    for (let i = 0; i < 30; i++) {
      publish(photo);
      clock.advance(50);
    }
    clock.advance(1000);
    // 1.5 s at 5 frames per second, and the last frame.
    expect(viewer.frames).toHaveLength(9);
    expect(viewer.frames.at(-1)?.seq).toBe(30);
  });

  it("leaves out a picture that does not decode and goes on", async () => {
    const { channel, publish } = openSource();
    const rendition = imageRendition(channel, { width: 64 });
    const viewer = new Watching(rendition);
    publish({ ...photo, bytes: photo.bytes.subarray(0, 300) });
    await until("the failure", () => (rendition as Rendition).failures === 1);
    publish(photo);
    expect(await viewer.first()).toMatchObject({ width: 64 });
  });

  it.each<ImageWishes>([
    { width: 0 },
    { width: -5 },
    { width: 100_000 },
    { width: Number.NaN },
    { height: Number.POSITIVE_INFINITY },
    { quality: 0 },
    { quality: 101 },
    { quality: Number.NaN },
    { maxFps: 0 },
    { maxFps: 1000 },
    { maxFps: Number.NaN },
  ])("is refused for a silly wish: %j", (wishes) => {
    const { channel } = openSource();
    expect(() => imageRendition(channel, wishes)).toThrow(expect.objectContaining({ code: "bad-request" }));
    expect(channel.renditions.size).toBe(0);
  });

  it("is refused beyond a number of watched ones, and those that nobody watches do not count", () => {
    const { channel } = openSource();
    const wishes = SIZE_STEPS.flatMap((width) => [{ width }, { width, quality: 50 }, { width, quality: 90 }]);
    for (const wish of wishes) imageRendition(channel, wish);
    expect(channel.renditions.size).toBeLessThanOrEqual(MAX_RENDITIONS);

    const viewers = wishes.slice(0, MAX_RENDITIONS).map((wish) => {
      const rendition = imageRendition(channel, wish);
      return { rendition, viewer: new Watching(rendition) };
    });
    expect(() => imageRendition(channel, { width: 64, quality: 10 })).toThrow(
      expect.objectContaining({ code: "full" }),
    );
    expect(imageRendition(channel, wishes[0] ?? {})).toBe(viewers[0]?.rendition);
    const [first] = viewers;
    first?.rendition.remove(first.viewer);
    expect(() => imageRendition(channel, { width: 64, quality: 10 })).not.toThrow();
  });
});
