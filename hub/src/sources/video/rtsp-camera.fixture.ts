// needs: ffmpeg
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { OWN_ADDRESS } from "../../testing/own-address.ts";
import { startFeed, type FeedOptions } from "./rtp-feed.fixture.ts";

/** What the camera films and how it lets people in. */
export interface RtspCameraOptions extends FeedOptions {
  /** 0: any; the port that it had before, to come back. */
  readonly port?: number;
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
  /** The clock of its pictures is put back by this much. */
  clockBackS: number;
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
  let [silent, frames, closed, clockBackS] = [false, 0, false, 0];

  feed.onPacket((channel, packet) => {
    // The marker bit is on the last packet of a frame.
    if (channel === 0 && ((packet[1] ?? 0) & 0x80) !== 0) frames++;
    if (silent) return;
    // RFC 3550, 5.1: bytes 4 to 7 are the time, RFC 6184: of 90 kHz.
    if (channel === 0) packet.writeUInt32BE((packet.readUInt32BE(4) - clockBackS * 90_000) >>> 0, 4);
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
    get clockBackS() {
      return clockBackS;
    },
    set clockBackS(value) {
      clockBackS = value;
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
