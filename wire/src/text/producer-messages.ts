import { z } from "zod";
import { MAX_COLS, MAX_ROWS } from "./grid.ts";
import { MAX_LINE_CHARS, TEXT_PROTOCOL_VERSION, type RefusalCode } from "./messages.ts";
import { parseWith, type Parsed } from "./parse-message.ts";
import { sourceCommand, sourceState } from "./scene.ts";

const name = z.string().min(1).max(64);
const cols = z.int().min(1).max(MAX_COLS);
const rows = z.int().min(1).max(MAX_ROWS);

/**
 * What a producer may send as text on `/ws/display?role=producer`. Binary messages are those of version 1 (`codec.ts`),
 * upstream: a keyframe, then deltas, each on the one before. Unknown fields are ignored.
 */
export const producerMessage = z.discriminatedUnion("type", [
  z
    .object({
      type: z.literal("hello"),
      version: z.int().min(1),
      role: z.literal("producer"),
      channel: name.optional(),
      token: z.string().max(512).optional(),
    })
    .meta({ description: "Needed when the address does not say the channel, or carries no token." }),
  z
    .object({
      type: z.literal("frame"),
      lines: z
        .array(z.string().max(MAX_LINE_CHARS))
        .max(MAX_ROWS)
        .readonly()
        .meta({ description: "One string per row with ANSI colours." }),
      width: cols.optional().meta({ description: "Left out: as in the frame before, at first 80 × 24." }),
      height: rows.optional(),
    })
    .meta({ description: "Rows of text." }),
  z.object({ type: z.literal("clear") }).meta({ description: "An empty screen of the size so far." }),
  z.object({ type: z.literal("state"), state: sourceState }).meta({
    description:
      "What the producer does now, any JSON object: every viewer of the channel is told. Control panels are made from a scene's.",
  }),
  z
    .object({ type: z.literal("binary"), data: z.base64() })
    .meta({ description: "A binary message for peers that write only text." }),
  z.object({ type: z.literal("ping"), t: z.number() }).meta({ description: "Answered by `pong` with the same `t`." }),
]);
export type ProducerMessage = z.output<typeof producerMessage>;
/** A producer's message as it is written. */
export type ProducerMessageInput = z.input<typeof producerMessage>;

/** Why something that a producer sent was not taken. `refused` is followed by a close, `error` is not. */
export const PRODUCER_ERROR_CODES = [
  "bad_json",
  "bad_message",
  "unknown_type",
  /** A frame of more cells, or a message of more bytes, than `limits` says. */
  "too_large",
  /** More frames per second than `limits` says: those between were left out, the last one is shown. */
  "too_fast",
  /** A binary message that does not decode; the last frame stands. */
  "bad_frame",
] as const;
export type ProducerErrorCode = (typeof PRODUCER_ERROR_CODES)[number];

/** Somebody who watches the channel, on whatever output. */
export const producerClient = z.object({
  name: z.string().max(200).meta({ description: "Chosen by the client or the hub." }),
  output: z.string().max(64).meta({ description: "How it watches: `display`, `telnet`, `live` …" }),
});
export type ProducerClient = z.infer<typeof producerClient>;

/** What the hub says to a producer. A producer ignores unknown fields and unknown types. */
export const producerEvent = z.discriminatedUnion("type", [
  z
    .object({
      type: z.literal("welcome"),
      version: z.literal(TEXT_PROTOCOL_VERSION),
      role: z.literal("producer"),
      channel: name,
      limits: z.object({
        fps: z
          .number()
          .positive()
          .meta({ description: "Frames per second that are shown; those beyond are left out." }),
        cells: z.int().positive().meta({ description: "Cells of a frame." }),
        messageBytes: z.int().positive().meta({ description: "Bytes of a message." }),
      }),
    })
    .meta({ description: "The channel is yours." }),
  z.object({ type: z.literal("command"), command: sourceCommand }).meta({
    description: "A viewer's command, as it came. Panels of scenes send an `action`. Answer with a new `state`.",
  }),
  z.object({ type: z.literal("dimensions"), width: cols, height: rows }).meta({
    description:
      "The size that a viewer has just asked for by `resize`, and at the start the last one. Beyond 20 a second the last one of each moment.",
  }),
  z
    .object({ type: z.literal("viewers"), count: z.int().min(0) })
    .meta({ description: "Viewers of the channel now, all outputs together. At the start, and when it changes." }),
  z
    .object({ type: z.literal("client_connected"), client: producerClient })
    .meta({ description: "Somebody came to watch." }),
  z.object({ type: z.literal("client_disconnected"), client: producerClient }).meta({ description: "Somebody left." }),
  z
    .object({ type: z.literal("keyframe_request") })
    .meta({ description: "The hub does not hold the base of what came: send a keyframe next." }),
  z.object({ type: z.literal("pong"), t: z.number() }).meta({ description: "The answer to `ping`." }),
  z
    .object({ type: z.literal("error"), code: z.string().max(64), message: z.string().max(2000) })
    .meta({ description: "Something was not taken; the connection goes on. At most one a second." }),
  z
    .object({ type: z.literal("refused"), code: z.string().max(64), reason: z.string().max(2000) })
    .meta({ description: "Followed by a close." }),
]);
/** A hub's event as a producer reads it: codes may be newer than the producer. */
export type ProducerEvent = z.output<typeof producerEvent>;

/** A hub's event as it is written: codes are those of this version. */
export type ProducerEventInput =
  | Exclude<z.input<typeof producerEvent>, { type: "error" | "refused" }>
  | { type: "error"; code: ProducerErrorCode; message: string }
  | { type: "refused"; code: RefusalCode; reason: string };

/** Reads a producer's text message. Never throws. The transport bounds the size. */
export function parseProducerMessage(text: string): Parsed<ProducerMessage> {
  return parseWith(producerMessage, text);
}

/** Reads a hub's event. Never throws; a producer skips `unknown_type`. */
export function parseProducerEvent(text: string): Parsed<ProducerEvent> {
  return parseWith(producerEvent, text);
}

/** A producer's message as text. Throws for a value that is not one. */
export function writeProducerMessage(message: ProducerMessageInput): string {
  return JSON.stringify(producerMessage.parse(message));
}

/** A hub's event as text. Throws for a value that is not one. */
export function writeProducerEvent(event: ProducerEventInput): string {
  return JSON.stringify(producerEvent.parse(event));
}
