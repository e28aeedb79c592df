import { describe, expect, it, onTestFinished } from "vitest";
import { modules } from "../modules.ts";
import { startRtspCamera, type RtspCameraOptions } from "../sources/video/rtsp-camera.fixture.ts";
import { ADMIN_TOKEN, bootHub } from "../testing/boot.ts";
import { warningsOfFfmpeg } from "#testing/ffmpeg.ts";
import { until } from "../testing/wait.ts";

/** Every module of a real start, on free ports. */
const boot = (settings: Record<string, unknown>) => {
  const ports = modules.flatMap(({ name, options }) =>
    Object.keys("shape" in options ? (options.shape as object) : {})
      .filter((key) => /^(port|pagePort)$/.test(key))
      .map((key) => [`${name}.${key}`, 0] as const),
  );
  return bootHub(modules, { ...Object.fromEntries(ports), "text-scene.enabled": false, ...settings });
};

async function camera(options: RtspCameraOptions) {
  const started = await startRtspCamera(options);
  onTestFinished(() => started.close());
  return started;
}

describe("a camera with a login, from end to end", () => {
  it("is watched, replaced while it is away, watched again; and nothing tells its password", async () => {
    const login = { scheme: "Digest", user: "me", password: "secret-4711" } as const;
    const peer = await camera({ login });
    const input = `rtsp://me:secret-4711@${peer.address}/live`;
    const hub = await boot({
      "video.inputs": [{ channel: "door", input }],
      "channels.stallTimeoutMs": 1000,
      "channels.whenStalled": "placeholder",
    });
    const stateOf = async () => {
      const stats = (await (await fetch(`${hub.publicUrl}/stats`)).json()) as {
        channels: Record<string, { state: string }>;
      };
      return stats.channels["door"]?.state;
    };
    await until("the camera", () => hub.channels.get("door")?.live);
    const url = `${hub.publicUrl}/video_feed/door`;
    expect(await warningsOfFfmpeg(url, 5)).toBe("");

    const live = hub.channels.get("door")?.live;
    await peer.close();
    await until("the stall", async () => (await stateOf()) === "stalled");
    await until("something in its place", () => {
      const channel = hub.channels.get("door");
      return channel?.latest?.seq !== channel?.live?.seq && channel?.latest !== live;
    });

    await camera({ port: peer.port, login });
    await until("that it is live again", async () => (await stateOf()) === "live");

    const authorization = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const pages = ["/data", "/log", "/metrics", "/api/channels", "/api/viewers"].map(async (path) =>
      (await fetch(`${hub.adminUrl}${path}`, { headers: authorization })).text(),
    );
    const said = (await Promise.all(pages)).join("\n");
    expect(said).toContain(`${peer.address}/live`);
    expect(said).not.toMatch(/secret-4711/);
  });
});
