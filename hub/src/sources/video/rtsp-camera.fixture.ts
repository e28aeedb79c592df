import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { OWN_ADDRESS } from "../../testing/own-address.ts";

/** What the camera films and how it lets people in. */
export interface RtspCameraOptions {
  /** 0: any; the port that it had before, to come back. */
  readonly port?: number;
  /** ffmpeg's picture source. */
  readonly film?: string;
  /** `h264` as cameras send it (RFC 6184), or an MPEG transport stream (RFC 2250, payload type 33). */
  readonly packets?: "h264" | "mpegts";
  /** Frames between two key frames. */
  readonly keyEvery?: number;
  readonly login?: { readonly scheme: "Basic" | "Digest"; readonly user: string; readonly password: string };
  /** Seconds after which a session without a sign of life ends. */
  readonly sessionTimeoutS?: number;
}

/** A request as it came. */
export interface RtspRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
}

/** A small RTSP server (RFC 2326) that gives out, interleaved on its connections, what a real ffmpeg packs. */
export interface RtspCamera {
  readonly port: number;
  /** Host and port. */
  readonly address: string;
  /** Every request so far. */
  readonly requests: readonly RtspRequest[];
  /** Frames filmed so far. */
  readonly frames: number;
  /** Connections that are open. */
  readonly connections: number;
  /** While true the connections stay open and nothing comes, and nothing is answered. */
  silent: boolean;
  /** Goes away, connections and all. */
  close(): Promise<void>;
}

const REALM = "camera";
const NONCE = "f2d1c4a80b7e4d13";

interface Client {
  readonly socket: Socket;
  playing: boolean;
  /** When its last request came. */
  heardMs: number;
  pending: Buffer;
}

/** Starts a camera on loopback and resolves when it can be asked. */
export async function startRtspCamera(options: RtspCameraOptions = {}): Promise<RtspCamera> {
  const feed = await startFeed(options);
  const sessionTimeoutMs = (options.sessionTimeoutS ?? 60) * 1000;
  const clients = new Set<Client>();
  const requests: RtspRequest[] = [];
  let [silent, frames, closed] = [false, 0, false];

  feed.onPacket((channel, packet) => {
    // The marker bit is on the last packet of a frame.
    if (channel === 0 && ((packet[1] ?? 0) & 0x80) !== 0) frames++;
    if (silent) return;
    const head = Buffer.from([0x24, channel, packet.length >> 8, packet.length & 255]);
    for (const { socket, playing, heardMs } of clients) {
      if (performance.now() - heardMs > sessionTimeoutMs) socket.destroy();
      else if (playing) socket.write(Buffer.concat([head, packet]));
    }
  });

  const server = createServer((socket) => {
    const client: Client = { socket, playing: false, heardMs: performance.now(), pending: Buffer.alloc(0) };
    clients.add(client);
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy()).on("close", () => clients.delete(client));
    socket.on("data", (chunk: Buffer) => {
      if (silent) return;
      client.pending = Buffer.concat([client.pending, chunk]);
      for (let request = takeRequest(client); request; request = takeRequest(client)) {
        requests.push(request);
        client.heardMs = performance.now();
        socket.write(answer(request, client, feed.description, options));
        if (request.method === "TEARDOWN") socket.end();
      }
    });
  }).listen(options.port ?? 0, OWN_ADDRESS);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    port,
    address: `${OWN_ADDRESS}:${port}`,
    requests,
    get frames() {
      return frames;
    },
    get connections() {
      return clients.size;
    },
    get silent() {
      return silent;
    },
    set silent(value) {
      silent = value;
    },
    async close() {
      if (closed) return;
      closed = true;
      server.close();
      for (const { socket } of clients) socket.destroy();
      await Promise.all([once(server, "close"), feed.close()]);
    },
  };
}

/** The next request of a client; its interleaved packets (receiver reports) are passed over. */
function takeRequest(client: Client): RtspRequest | undefined {
  while (client.pending[0] === 0x24) {
    if (client.pending.length < 4 || client.pending.length < 4 + client.pending.readUInt16BE(2)) return undefined;
    client.pending = client.pending.subarray(4 + client.pending.readUInt16BE(2));
  }
  const end = client.pending.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = client.pending.toString("latin1", 0, end).split("\r\n");
  const headers = new Map(
    lines.map((line) => [line.split(":", 1)[0]?.toLowerCase() ?? "", line.slice(line.indexOf(":") + 1).trim()]),
  );
  client.pending = client.pending.subarray(end + 4 + Number(headers.get("content-length") ?? 0));
  const [method = "", url = ""] = first.split(" ");
  return { method, url, headers };
}

function answer(
  request: RtspRequest,
  client: Client,
  description: string,
  { login, sessionTimeoutS = 60 }: RtspCameraOptions,
): string {
  const reply = (status: string, headers: Record<string, string> = {}, body = "") =>
    [
      `RTSP/1.0 ${status}`,
      `CSeq: ${request.headers.get("cseq") ?? ""}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ...(body ? [`Content-Length: ${Buffer.byteLength(body)}`] : []),
      "",
      body,
    ].join("\r\n");
  // As cameras do: whoever asks what can be asked need not say who he is.
  if (request.method === "OPTIONS")
    return reply("200 OK", { Public: "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN" });
  if (login && !mayEnter(request, login)) {
    const nonce = login.scheme === "Digest" ? `, nonce="${NONCE}"` : "";
    return reply("401 Unauthorized", { "WWW-Authenticate": `${login.scheme} realm="${REALM}"${nonce}` });
  }
  const session = { Session: `4711;timeout=${sessionTimeoutS}` };
  switch (request.method) {
    case "DESCRIBE":
      return reply("200 OK", { "Content-Type": "application/sdp", "Content-Base": `${request.url}/` }, description);
    case "SETUP": {
      const transport = request.headers.get("transport") ?? "";
      // 461 as the RFC has it for a transport that is not offered.
      if (!transport.includes("RTP/AVP/TCP")) return reply("461 Unsupported Transport");
      return reply("200 OK", { ...session, Transport: "RTP/AVP/TCP;unicast;interleaved=0-1" });
    }
    case "PLAY":
      client.playing = true;
      return reply("200 OK", { ...session, Range: "npt=0.000-" });
    case "GET_PARAMETER":
    case "TEARDOWN":
      return reply("200 OK", session);
    default:
      return reply("501 Not Implemented");
  }
}

/** Basic and Digest (RFC 2617, without qop as RTSP has it). */
function mayEnter(
  { method, headers }: RtspRequest,
  { scheme, user, password }: NonNullable<RtspCameraOptions["login"]>,
): boolean {
  const given = headers.get("authorization") ?? "";
  if (scheme === "Basic") return given === `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const field = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(given)?.[1] ?? "";
  const md5 = (text: string) => createHash("md5").update(text).digest("hex");
  const expected = md5(`${md5(`${user}:${REALM}:${password}`)}:${NONCE}:${md5(`${method}:${field("uri")}`)}`);
  return field("username") === user && field("response") === expected;
}

interface Feed {
  /** SDP of the stream, with one control address. */
  readonly description: string;
  onPacket(listener: (channel: 0 | 1, packet: Buffer) => void): void;
  close(): Promise<void>;
}

/** Nothing tells a sender of UDP that the test was killed. */
const LIFE_S = 300;

/** An ffmpeg that sends RTP to two UDP ports of loopback, RTCP on the second. */
async function startFeed({
  film = "testsrc2=size=160x120:rate=20",
  packets = "h264",
  keyEvery = 20,
}: RtspCameraOptions): Promise<Feed> {
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
