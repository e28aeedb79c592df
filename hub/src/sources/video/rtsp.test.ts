import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { describeSource } from "#contract/conformance/source.ts";
import { bootHub, type TestHub } from "../../testing/boot.ts";
import { freePort, OWN_ADDRESS } from "../../testing/own-address.ts";
import { until } from "../../testing/wait.ts";
import video from "./module.ts";
import { startRtspCamera, type RtspCamera, type RtspCameraOptions } from "./rtsp-camera.fixture.ts";

async function camera(options?: RtspCameraOptions): Promise<RtspCamera> {
  const started = await startRtspCamera(options);
  onTestFinished(() => started.close());
  return started;
}

const start = (input: string, options: readonly string[] = [], program = "ffmpeg") =>
  bootHub([video], {
    "video.inputs": [{ channel: "door", input, options }],
    "video.ffmpeg": program,
    "channels.stallTimeoutMs": 1000,
  });

/** An ffmpeg whose encoder takes 8 pictures a second, whatever the machine. */
function slowFfmpeg(): string {
  const dir = mkdtempSync(join(tmpdir(), "lightwell-slow-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const path = join(dir, "ffmpeg");
  const script = `#!/bin/sh
for word; do
  shift
  case "$word" in *,setpts=*) word="\${word%,*},setpts=N/8/TB,realtime,setpts=N*60/TB" ;; esac
  set -- "$@" "$word"
done
exec ffmpeg "$@"
`;
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}

const channelOf = (hub: TestHub) => {
  const channel = hub.channels.get("door");
  if (!channel) throw new Error("there is no channel door");
  return channel;
};
const statusOf = (hub: TestHub) => [...channelOf(hub).publishers][0]?.status ?? "";
const everythingSaid = (hub: TestHub) =>
  `${statusOf(hub)} ${[...channelOf(hub).publishers][0]?.label} ${hub.service("report")?.tail()}`;
const pictures = (hub: TestHub, more: number) => {
  const before = channelOf(hub).published;
  return until(`${more} more pictures`, () => channelOf(hub).published >= before + more);
};

/** Every command line of this machine, as `ps` shows them. */
const commandLines = () =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return "";
      }
    });

describe("an RTSP camera", () => {
  it.each(["h264", "mpegts"] as const)("that sends %s is seen, and let go when the hub closes", async (packets) => {
    const peer = await camera({ packets });
    const hub = await start(`rtsp://${peer.address}/live`);
    await pictures(hub, 10);
    expect(channelOf(hub).latest?.content).toMatchObject({ format: "jpeg", width: 160, height: 120 });
    expect(statusOf(hub)).toBe("");
    const methods = peer.requests.map(({ method }) => method);
    expect(methods.slice(0, 4)).toEqual(["OPTIONS", "DESCRIBE", "SETUP", "PLAY"]);
    expect(peer.requests[2]?.headers.get("transport")).toContain("RTP/AVP/TCP");
    await hub.close();
    await until("the end of the connection", () => peer.connections === 0);
  });

  it("is told in time that somebody still watches", async () => {
    const peer = await camera({ sessionTimeoutS: 3 });
    const hub = await start(`rtsp://${peer.address}/live`);
    await until("signs of life", () => peer.requests.filter(({ method }) => method === "GET_PARAMETER").length >= 3);
    await pictures(hub, 5);
    expect(peer.requests.filter(({ method }) => method === "PLAY")).toHaveLength(1);
  });

  it("is seen from its first key frame on, however far apart they are", async () => {
    const peer = await camera({ keyEvery: 100 });
    // In the middle between two.
    await until("some frames", () => peer.frames >= 30);
    const hub = await start(`rtsp://${peer.address}/live`);
    await until("that it plays", () => peer.requests.some(({ method }) => method === "PLAY"));
    const key = Math.ceil((peer.frames + 1) / 100) * 100;
    await until("the frames up to the key frame after that", () => peer.frames >= key + 90);
    peer.silent = true;
    await until("a picture", () => channelOf(hub).published > 0);
  });

  it("whose clock goes back, by half a second or an hour, goes on", async () => {
    const peer = await camera();
    const hub = await start(`rtsp://${peer.address}/live`);
    for (const backS of [0, 0.5, 3600]) {
      peer.clockBackS = backS;
      await pictures(hub, 20);
    }
    expect(hub.service("report")?.tail()).not.toContain("a video input ended");
  });

  it("that sends faster than its pictures can be encoded is thinned and not seen late", async () => {
    // Small pictures up to the 240th frame, at 6 s.
    const peer = await camera({
      film: "testsrc2=size=160x120:rate=40,drawbox=color=black:t=fill:enable='lt(n,240)'",
    });
    const hub = await start(`rtsp://${peer.address}/live`, [], slowFfmpeg());
    await pictures(hub, 1);
    const size = () => {
      const content = channelOf(hub).latest?.content;
      return content?.kind === "image" ? content.bytes.length : 0;
    };
    const dark = size();
    await until("the 240th frame", () => size() > 2 * dark);
    // With each of them encoded it would be the 1200th when this one is seen.
    expect(peer.frames).toBeLessThan(480);
    expect(channelOf(hub).published).toBeGreaterThan(20);
  });

  it("is thinned to a rate, with the times at which its pictures came", async () => {
    const peer = await camera();
    const hub = await bootHub([video], {
      "video.inputs": [{ channel: "door", input: `rtsp://${peer.address}/live`, fps: 5 }],
    });
    await pictures(hub, 1);
    const [before, from] = [channelOf(hub).published, peer.frames];
    await pictures(hub, 15);
    expect(peer.frames - from).toBeGreaterThan(40);
    expect(channelOf(hub).published - before).toBeLessThan(20);
  });

  it.each(["Basic", "Digest"] as const)(
    "with a %s login is seen, and no list of processes shows it",
    async (scheme) => {
      const peer = await camera({ login: { scheme, user: "me", password: "p@ss-4711" } });
      const hub = await start(`rtsp://me:p%40ss-4711@${peer.address}/live?key=k-0815`);
      await pictures(hub, 5);
      expect(peer.requests.at(-1)?.url).toContain("/live?key=k-0815");
      expect(everythingSaid(hub)).not.toMatch(/ss-4711|0815|me:/);
      if (process.platform !== "linux") return;
      const running = commandLines().filter((line) => line.includes("image2pipe"));
      expect(running.length).toBeGreaterThan(0);
      expect(running.join()).not.toMatch(/ss-4711|0815/);
    },
  );

  it.each(["Basic", "Digest"] as const)("that refuses a %s login says so, without the password", async (scheme) => {
    const peer = await camera({ login: { scheme, user: "me", password: "right" } });
    const hub = await start(`rtsp://me:wrong-4711@${peer.address}/live`);
    await until("the reason", () => statusOf(hub).includes("it answers 401: user or password is missing or wrong"));
    expect(statusOf(hub)).toMatch(/^starting again in \d+ s: /);
    expect(everythingSaid(hub)).toContain("401");
    expect(everythingSaid(hub)).not.toMatch(/4711|me:/);
  });

  it("that goes away makes the channel stalled, and is live again when it is back", async () => {
    const peer = await camera();
    const hub = await start(`rtsp://${peer.address}/live`);
    await pictures(hub, 5);
    await peer.close();
    await until("that it is tried again", () => statusOf(hub).startsWith("starting again in"));
    await until("the stall", () => channelOf(hub).health.state === "stalled");
    await camera({ port: peer.port });
    await pictures(hub, 5);
    expect(statusOf(hub)).toBe("");
    expect(channelOf(hub).health.state).toBe("live");
  });

  it("that falls silent makes the channel stalled, and is live again when it speaks", async () => {
    const peer = await camera();
    const hub = await start(`rtsp://${peer.address}/live`, ["-timeout", "1000000"]);
    await pictures(hub, 5);
    peer.silent = true;
    await until("the stall", () => channelOf(hub).health.state === "stalled");
    await until("that it is tried again", () => statusOf(hub).startsWith("starting again in"));
    peer.silent = false;
    await pictures(hub, 5);
    expect(channelOf(hub).health.state).toBe("live");
  });

  it("that is not there is tried less and less often", async () => {
    const hub = await start(`rtsp://${OWN_ADDRESS}:${await freePort()}/live`);
    const waits: number[] = [];
    await until(
      "a wait of 4 s",
      () => {
        const seconds = Number(/starting again in (\d+) s: the connection is refused/.exec(statusOf(hub))?.[1] ?? 0);
        if (seconds > 0 && seconds !== waits.at(-1)) waits.push(seconds);
        return seconds >= 4;
      },
      20_000,
    );
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
  });

  it("that accepts connections and is no RTSP server is named so", async () => {
    const server = createServer((socket) => socket.on("error", () => undefined).end("HTTP/1.1 200 OK\r\n\r\n"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const hub = await start(`rtsp://127.0.0.1:${(server.address() as AddressInfo).port}/live`);
    await until("the reason", () => statusOf(hub).includes("it does not answer as an RTSP server"));
  });
});

let kept: RtspCamera | undefined;
describeSource("video from an RTSP camera", {
  channel: "door",
  start: async () => {
    kept = await camera();
    return start(`rtsp://${kept.address}/live`);
  },
  peer: {
    stop: async () => kept?.close(),
    start: async () => {
      kept = await camera({ port: kept?.port ?? 0 });
    },
  },
});
