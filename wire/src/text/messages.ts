import { z } from "zod";
import { MAX_COLS, MAX_ROWS } from "./grid.ts";
import { colourDepth, glyphSetName } from "./look.ts";
import { parseWith, reasonOf } from "./parse-message.ts";
import { sceneCommand, sourceCommand, sourceState } from "./scene.ts";

/** Values of the flags that say how frames travel, as in the system that this protocol comes from. */
export const StreamingMode = { json: 1, binary: 2, diff: 4 } as const;
export type StreamingModeName = keyof typeof StreamingMode;
export type StreamingMode = (typeof StreamingMode)[StreamingModeName];

/** Version of the protocol that a client speaks after `hello`. */
export const TEXT_PROTOCOL_VERSION = 1;

/** Largest text message that a client may send, in characters. */
export const MAX_CLIENT_MESSAGE_CHARS = 16_384;

/** Largest line of a frame, in UTF-16 units: both 24-bit colours and three attributes before every cell. */
export const MAX_LINE_CHARS = MAX_COLS * 64;

/** The size of the original's screen. */
export const DEFAULT_COLS = 80;
export const DEFAULT_ROWS = 24;

const name = z.string().min(1).max(64);
const sequence = z.int().min(0).max(0xffffffff);
const modeName = z.enum(["json", "binary", "diff"]);
/** Cells per side as a client asks for them: rounded and brought into range, as its window may be of any size. */
const side = (max: number) => z.number().transform((value) => Math.min(max, Math.max(1, Math.round(value))));

/** Modes in a `hello`: names, of which unknown ones are skipped, or the sum of {@link StreamingMode} flags. */
const accept = z.union([
  z
    .array(z.string().max(64))
    .max(16)
    .transform((names) => names.filter((word): word is StreamingModeName => modeName.safeParse(word).success)),
  z.int().transform((flags) => modeName.options.filter((word) => (flags & StreamingMode[word]) !== 0)),
]);

/**
 * What a client may send. Unknown fields are ignored. `resize`, `command` and `state_request` are the compatible
 * protocol's; a client that sends no `hello` gets `frame` messages.
 */
export const clientMessage = z.discriminatedUnion("type", [
  z
    .object({
      type: z.literal("hello"),
      version: z.int().min(1),
      role: z
        .enum(["viewer", "producer"])
        .optional()
        .meta({ description: "A producer says so in the address, `?role=producer`." }),
      accept: accept.default(["json"]),
      encoding: z
        .enum(["binary", "base64"])
        .default("binary")
        .meta({ description: "`base64`: binary messages come inside `binary` ones, for peers that read only text." }),
      channel: name.optional(),
      cols: side(MAX_COLS).optional(),
      rows: side(MAX_ROWS).optional(),
      glyphs: glyphSetName.optional().meta({ description: "How pictures are drawn, as in `look`." }),
      depth: colourDepth.optional(),
      paused: z.boolean().optional().meta({ description: "Begin as after `pause`: the page is hidden already." }),
      token: z.string().max(512).optional(),
    })
    .meta({ description: "The client speaks version 1; one that says nothing gets `frame` messages." }),
  z
    .object({ type: z.literal("pause") })
    .meta({ description: "Nobody looks: nothing but answers is sent until `resume`." }),
  z.object({ type: z.literal("resume") }).meta({ description: "Answered by the state and a keyframe at once." }),
  z.object({ type: z.literal("look"), glyphs: glyphSetName.optional(), depth: colourDepth.optional() }).meta({
    description:
      "How pictures are drawn from now on; what is left out is the hub's choice again. Texts stay as they are.",
  }),
  z
    .object({ type: z.literal("ack"), seq: sequence })
    .meta({ description: "The newest frame that it has shown; about four a second." }),
  z
    .object({ type: z.literal("keyframe_request") })
    .meta({ description: "After an error of decoding: the next binary message is a keyframe." }),
  z.object({ type: z.literal("ping"), t: z.number() }).meta({ description: "Answered by `pong` with the same `t`." }),
  z
    .object({
      type: z.literal("resize"),
      width: side(MAX_COLS).default(DEFAULT_COLS),
      height: side(MAX_ROWS).default(DEFAULT_ROWS),
    })
    .meta({ description: "The cells that it has room for, 80 × 24 where it does not say. Producers are told." }),
  z.object({ type: z.literal("command"), command: sourceCommand }).meta({
    description: "To what controls the channel: a producer gets any JSON object as it came; for scenes see below.",
  }),
  z.object({ type: z.literal("state_request") }).meta({ description: "Answered by `state` when the channel has one." }),
]);
/** A client's message as the server understood it. */
export type ClientMessage = z.output<typeof clientMessage>;
/** A client's message as it is written. */
export type ClientMessageInput = z.input<typeof clientMessage>;

/** Why a connection or a request was refused; `refused` is followed by a close, `error` is not. */
export const REFUSAL_CODES = [
  "full",
  "forbidden",
  "unknown_channel",
  "version",
  /** It took or acknowledged nothing for too long. */
  "slow",
  /** More messages than any client needs. */
  "too_many",
  /** The channel's source stopped. */
  "stalled",
  "closing",
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];
export const ERROR_CODES = [
  "bad_json",
  "bad_message",
  "unknown_type",
  "too_large",
  "unknown_command",
  "bad_param",
  "forbidden",
  "no_scene",
] as const;
export type DisplayErrorCode = (typeof ERROR_CODES)[number];

/** What a server may send as text. A client ignores unknown fields and unknown types. */
export const serverMessage = z.discriminatedUnion("type", [
  z
    .object({
      type: z.literal("frame"),
      width: z.int().min(1).max(MAX_COLS),
      height: z.int().min(1).max(MAX_ROWS),
      lines: z
        .array(z.string().max(MAX_LINE_CHARS))
        .max(MAX_ROWS)
        .meta({ description: "One string per row with ANSI colours." }),
    })
    .meta({ description: "A whole frame, for clients in the mode `json`." }),
  z.object({ type: z.literal("clear") }).meta({ description: "An empty screen." }),
  z
    .object({ type: z.literal("state"), state: sourceState })
    .meta({ description: "What the source does: when one comes, asks, and when it changes." }),
  z
    .object({
      type: z.literal("welcome"),
      version: z.literal(TEXT_PROTOCOL_VERSION),
      mode: z
        .union([z.literal(1), z.literal(2), z.literal(4)])
        .meta({ description: "1 `json`, 2 `binary`, 4 `diff`." }),
      encoding: z.enum(["binary", "base64"]),
      channel: name,
      cols: z.int().min(1).max(MAX_COLS),
      rows: z.int().min(1).max(MAX_ROWS),
      control: z.boolean().meta({ description: "Whether the client's commands will be obeyed." }),
    })
    .meta({ description: "The answer to `hello`." }),
  z
    .object({ type: z.literal("resize"), width: z.int().min(1).max(MAX_COLS), height: z.int().min(1).max(MAX_ROWS) })
    .meta({ description: "The size of the frames that follow." }),
  z
    .object({ type: z.literal("binary"), data: z.base64() })
    .meta({ description: "A binary message for clients that read text only." }),
  z.object({ type: z.literal("pong"), t: z.number() }).meta({ description: "The answer to `ping`." }),
  z
    .object({ type: z.literal("error"), code: z.string().max(64), message: z.string().max(2000) })
    .meta({ description: "Something was not taken; the connection goes on." }),
  z
    .object({ type: z.literal("refused"), code: z.string().max(64), reason: z.string().max(2000) })
    .meta({ description: "Followed by a close." }),
]);
/** A server's message as a client reads it: codes may be newer than the client. */
export type ServerMessage = z.output<typeof serverMessage>;
/** A server's message as it is written: codes are those of this version. */
export type ServerMessageInput =
  | Exclude<z.input<typeof serverMessage>, { type: "error" | "refused" }>
  | { type: "error"; code: DisplayErrorCode; message: string }
  | { type: "refused"; code: RefusalCode; reason: string };

/** What became of a peer's text: the message, or what to answer. */
export type ParsedMessage<Message> =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly code: DisplayErrorCode; readonly reason: string };

/** Reads a client's text message. Never throws; an unknown command passes, for the scene to refuse by name. */
export function parseClientMessage(text: string): ParsedMessage<ClientMessage> {
  if (text.length > MAX_CLIENT_MESSAGE_CHARS) {
    return { ok: false, code: "too_large", reason: `a message of more than ${MAX_CLIENT_MESSAGE_CHARS} characters` };
  }
  return parseWith(clientMessage, text);
}

/** Reads a server's text message. Never throws; a client skips `unknown_type`. The transport bounds the size. */
export function parseServerMessage(text: string): ParsedMessage<ServerMessage> {
  return parseWith(serverMessage, text);
}

/** A server's message as text. Throws for a value that is not one; fields that the protocol does not have are left out. */
export function writeServerMessage(message: ServerMessageInput): string {
  return JSON.stringify(serverMessage.parse(message));
}

/** A client's message as text. Throws as {@link writeServerMessage}. */
export function writeClientMessage(message: ClientMessageInput): string {
  return JSON.stringify(clientMessage.parse(message));
}

/** Reads the `command` of a command message: the scene's actions. */
export function parseCommand(command: unknown): ParsedMessage<z.output<typeof sceneCommand>> {
  const result = sceneCommand.safeParse(command);
  if (result.success) return { ok: true, message: result.data };
  const unknown = result.error.issues.some((issue) => issue.code === "invalid_union" && issue.path[0] === "action");
  return { ok: false, code: unknown ? "unknown_command" : "bad_param", reason: reasonOf(result.error) };
}
