import { z } from "zod";
import { channelFault, channelHealth } from "./health.ts";

/**
 * The protocol of `/ws/live`: many channels over one connection.
 *
 * The client names the channels that it wants, the hub sends each one's latest frame as a binary message. The client
 * acknowledges each frame when it has drawn it, or the newest when it drew no other; so the hub knows how many may be
 * under way, and a slow client gets fewer pictures and never older ones.
 */

/** Channels that one connection can watch at once. */
export const LIVE_MAX_CHANNELS = 64;
/** Largest text message that the hub takes, in bytes. */
export const LIVE_MAX_MESSAGE_BYTES = 16 * 1024;

const channelName = z.string().min(1).max(64);
const u32 = z.int().min(0).max(0xffff_ffff);

/** What a client wants of one channel. */
export const liveWish = z.strictObject({
  name: channelName,
  width: z
    .int()
    .min(16)
    .max(7680)
    .optional()
    .meta({ description: "Pixels; the hub rounds down to a size that others share." }),
  fps: z.number().min(0.1).max(120).optional().meta({ description: "At most this many frames per second." }),
});
export type LiveWish = z.infer<typeof liveWish>;

/** What a client says. */
export const liveClientMessage = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("watch"),
    channels: z.array(liveWish).max(LIVE_MAX_CHANNELS).meta({ description: "Replaces the set." }),
    status: z.boolean().optional().meta({ description: "Send a status of every visible channel once a second." }),
  }),
  z.strictObject({
    type: z.literal("ack"),
    channel: u32,
    seq: u32.meta({
      description:
        "Drawn, as at once as can be, and so are all before it. The newest is always acknowledged, also when none follows: the hub may wait for it.",
    }),
  }),
  z.strictObject({ type: z.literal("pause") }),
  z.strictObject({ type: z.literal("resume") }),
]);
export type LiveClientMessage = z.infer<typeof liveClientMessage>;

/** How one channel is doing, as a tile shows it. */
export const liveStatus = z.object({
  id: u32,
  name: z.string(),
  kind: z.enum(["image", "text", "none"]),
  width: z.int().optional(),
  height: z.int().optional(),
  visibility: z.enum(["public", "private"]),
  health: channelHealth,
  ...channelFault,
  healthSince: z.number().meta({ description: "ms since the epoch, by the hub's clock" }),
  fps: z.number(),
  viewers: z.int(),
});
export type LiveStatus = z.infer<typeof liveStatus>;

/** What the hub says in text; pictures are binary, see {@link encodeLiveFrame}. */
export const liveServerMessage = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("watching"),
    channels: z.array(
      z.object({
        name: z.string(),
        id: u32.meta({
          description:
            "Stands for the channel in pictures and acks. Ids do not come again, also after a restart of the hub.",
        }),
      }),
    ),
    refused: z.array(z.object({ name: z.string(), code: z.string(), reason: z.string() })),
  }),
  z.object({
    type: z.literal("gone"),
    channel: u32,
    name: z.string(),
    reason: z.string().meta({
      description: "As the hub's log says it. It sends pictures again by itself when it can, except after `forbidden`.",
    }),
  }),
  z.object({
    type: z.literal("status"),
    now: z.number().meta({ description: "The hub's clock, ms since the epoch" }),
    channels: z.array(liveStatus),
  }),
  z.object({ type: z.literal("error"), reason: z.string() }),
]);
export type LiveServerMessage = z.infer<typeof liveServerMessage>;

/** Bytes before the picture in a binary message. */
export const LIVE_HEADER_BYTES = 24;

const FRAME = 1;
const SUBSTITUTE = 1;
const formats = ["jpeg", "webp", "png"] as const;

/** The facts of one picture on the wire. */
export interface LiveFrameHeader {
  /** Of the channel, as in `watching`. */
  readonly channel: number;
  readonly format: (typeof formats)[number];
  /** Modulo 2³². */
  readonly seq: number;
  /** ms since the epoch, by the hub's clock. */
  readonly capturedAt: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** True for a badge, placeholder or fallback in place of the source's own picture. */
  readonly substitute: boolean;
}

export interface LiveFrame extends LiveFrameHeader {
  /** A view of the message, not a copy. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Write the header of a binary message at `offset`; the encoded picture follows it.
 *
 * Big-endian: u8 type 1 · u8 format (1 JPEG, 2 WebP, 3 PNG) · u8 flags (1: substitute) · u8 0 · u32 channel ·
 * f64 capturedAt · u32 seq · u16 width · u16 height.
 */
export function encodeLiveFrame(frame: LiveFrameHeader, into: DataView, offset = 0): void {
  into.setUint8(offset, FRAME);
  into.setUint8(offset + 1, formats.indexOf(frame.format) + 1);
  into.setUint8(offset + 2, frame.substitute ? SUBSTITUTE : 0);
  into.setUint8(offset + 3, 0);
  into.setUint32(offset + 4, frame.channel);
  into.setFloat64(offset + 8, frame.capturedAt);
  into.setUint32(offset + 16, frame.seq >>> 0);
  into.setUint16(offset + 20, Math.min(frame.width, 0xffff));
  into.setUint16(offset + 22, Math.min(frame.height, 0xffff));
}

/** Read a binary message; undefined when it is none that this version knows. */
export function decodeLiveFrame(message: ArrayBuffer): LiveFrame | undefined {
  if (message.byteLength <= LIVE_HEADER_BYTES) return undefined;
  const view = new DataView(message);
  const format = formats[view.getUint8(1) - 1];
  const capturedAt = view.getFloat64(8);
  if (view.getUint8(0) !== FRAME || !format || !Number.isFinite(capturedAt)) return undefined;
  return {
    channel: view.getUint32(4),
    format,
    seq: view.getUint32(16),
    capturedAt,
    width: view.getUint16(20),
    height: view.getUint16(22),
    substitute: (view.getUint8(2) & SUBSTITUTE) !== 0,
    bytes: new Uint8Array(message, LIVE_HEADER_BYTES),
  };
}

/** Read a text message of a client; the reason when it is none. */
export function readLiveClientMessage(text: string): LiveClientMessage | { readonly type: "bad"; reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { type: "bad", reason: "this is no JSON: send watch, ack, pause or resume" };
  }
  const result = liveClientMessage.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.map(String).join(".");
  return { type: "bad", reason: `${path ? `${path}: ` : ""}${issue?.message ?? "not understood"}`.slice(0, 200) };
}
