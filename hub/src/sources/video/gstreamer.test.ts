// needs: ffmpeg
import { describe, expect, it, onTestFinished } from "vitest";
import { bootHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import { missingGstreamer, startGstCamera } from "./gst-camera.fixture.ts";
import video from "./module.ts";

const missing = missingGstreamer();
if (missing) console.warn(`gstreamer.test.ts is skipped: ${missing}`);

const picture = (fps: number, encoder: string) =>
  `videotestsrc is-live=true ! video/x-raw,width=160,height=120,framerate=${fps}/1 ! x264enc speed-preset=ultrafast key-int-max=${fps} ${encoder} ! rtph264pay name=pay0 pt=96`;
const sound = (pay: string) => `audiotestsrc is-live=true ! alawenc ! rtppcmapay name=${pay} pt=8`;

const CAMERAS: Readonly<Record<string, string>> = {
  slow: picture(10, "tune=zerolatency"),
  fast: picture(25, "tune=zerolatency"),
  "with-sound": `${picture(10, "tune=zerolatency")} ${sound("pay1")}`,
  "with-b-frames": picture(25, "bframes=3 b-adapt=false rc-lookahead=5"),
  "with-both": `${picture(10, "bframes=2 b-adapt=false rc-lookahead=3")} ${sound("pay1")}`,
};

async function start(cameras: Readonly<Record<string, string>>) {
  const server = await startGstCamera(Object.values(cameras));
  onTestFinished(() => server.close());
  const names = Object.keys(cameras);
  const inputs = names.map((channel, place) => ({ channel, input: server.urls[place] }));
  return bootHub([video], { "video.inputs": inputs });
}

describe.skipIf(missing)("RTSP cameras of GStreamer", () => {
  it("go on after their first picture: slow and fast, with and without sound and B-frames", async () => {
    const hub = await start(CAMERAS);
    // Five encoders and five decoders at once: a busy machine takes its time.
    await until(
      "three seconds of pictures of each",
      () =>
        hub.channels.list().every(({ name, published }) => published >= (CAMERAS[name]?.includes("=25/") ? 75 : 30)),
      90_000,
    );
    for (const { latest } of hub.channels.list())
      expect(latest?.content).toMatchObject({ format: "jpeg", width: 160, height: 120 });
    expect(hub.service("report")?.tail()).not.toContain("a video input ended");
  });

  it("say it when they have nothing but sound", async () => {
    const hub = await start({ radio: sound("pay0") });
    const [publisher] = hub.channels.get("radio")?.publishers ?? [];
    await until("the reason", () => publisher?.status.includes("it has no pictures, only sound or data"));
  });
});
