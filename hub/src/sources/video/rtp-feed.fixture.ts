// needs: ffmpeg
import { spawn, type ChildProcess } from "node:child_process";
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";

/** What is filmed. */
export interface FeedOptions {
  /** ffmpeg's picture source. */
  readonly film?: string;
  /** `h264` as cameras send it (RFC 6184), or an MPEG transport stream (RFC 2250, payload type 33). */
  readonly packets?: "h264" | "mpegts";
  /** Frames between two key frames. */
  readonly keyEvery?: number;
}

/** RTP and RTCP packets of one film. */
export interface Feed {
  /** SDP of the stream, with one control address. */
  readonly description: string;
  onPacket(listener: (channel: 0 | 1, packet: Buffer) => void): void;
  close(): Promise<void>;
}

/** Nothing tells a sender of UDP that the test was killed. */
const LIFE_S = 300;

/** An ffmpeg that sends RTP to two UDP ports of loopback, RTCP on the second. */
export async function startFeed({
  film = "testsrc2=size=160x120:rate=20",
  packets = "h264",
  keyEvery = 20,
}: FeedOptions): Promise<Feed> {
  const [rtp, rtcp] = await neighbours();
  const url = `rtp://127.0.0.1:${rtp.address().port}?pkt_size=1400`;
  const encode =
    packets === "h264"
      ? [
          "-c:v",
          "libx264",
          "-preset",
          "ultrafast",
          "-tune",
          "zerolatency",
          "-pix_fmt",
          "yuv420p",
          "-f",
          "rtp",
          "-sdp_file",
          "pipe:1",
        ]
      : ["-c:v", "mpeg2video", "-bf", "0", "-f", "rtp_mpegts"];
  const child = spawn(
    "ffmpeg",
    [
      "-v",
      "error",
      "-nostdin",
      "-re",
      "-f",
      "lavfi",
      "-t",
      `${LIFE_S}`,
      "-i",
      film,
      "-g",
      `${keyEvery}`,
      ...encode,
      url,
    ],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const description = packets === "h264" ? await printedSdp(child) : "v=0\r\ns=camera\r\nm=video 0 RTP/AVP 33\r\n";
  return {
    description: `${description.replace(/^m=(\w+) \d+/m, "m=$1 0")}a=control:track1\r\n`,
    onPacket(listener) {
      rtp.on("message", (packet) => listener(0, packet));
      rtcp.on("message", (packet) => listener(1, packet));
    },
    async close() {
      child.kill("SIGKILL");
      await once(child, "close");
      rtp.close();
      rtcp.close();
    },
  };
}

/** ffmpeg writes the description of what it sends on its standard output. */
async function printedSdp(child: ChildProcess): Promise<string> {
  let text = "";
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    // Its last line is that of the format's parameters.
    if (/^a=fmtp:[^\n]*\n/m.test(text)) break;
  }
  return text.slice(text.indexOf("v=0")).trimEnd().replaceAll(/\r?\n/g, "\r\n") + "\r\n";
}

/** Two UDP sockets on an even port and the one behind it. */
async function neighbours(): Promise<[UdpSocket, UdpSocket]> {
  for (;;) {
    const first = await bound(0);
    const { port } = first.address();
    const second = port % 2 === 0 ? await bound(port + 1).catch(() => undefined) : undefined;
    if (second) return [first, second];
    first.close();
  }
}

async function bound(port: number): Promise<UdpSocket> {
  const socket = createSocket("udp4").bind(port, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}
