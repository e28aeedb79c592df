import { LIVE_HEADER_BYTES, liveClientMessage, liveServerMessage } from "../../wire/src/live.ts";
import {
  clientMessage,
  ERROR_CODES,
  MAX_CLIENT_MESSAGE_CHARS,
  REFUSAL_CODES,
  serverMessage,
} from "../../wire/src/text/messages.ts";
import { PRODUCER_ERROR_CODES, producerEvent, producerMessage } from "../../wire/src/text/producer-messages.ts";
import { sceneCommand } from "../../wire/src/text/scene.ts";
import { fieldRows, membersOf, row, table, type JsonSchema } from "./json-schema.ts";

/** A zod schema, as far as it is used here. */
interface Describable {
  toJSONSchema(options: { io: "input"; unrepresentable: "any" }): object;
}

/** Messages of a union, each with its fields; `tag` is the field that tells them apart. */
function messages(schema: Describable, tag: "type" | "action"): string[] {
  const described = schema.toJSONSchema({ io: "input", unrepresentable: "any" }) as JsonSchema;
  const rows = membersOf(described).flatMap((message) => {
    const { [tag]: name, ...fields } = message.properties ?? {};
    const lines = fieldRows({ ...message, properties: fields });
    return [row(`**${String(name?.const)}**`, "", "", message.description ?? ""), ...lines.map((line) => `| ${line}`)];
  });
  return table([tag, "field", "what it is", "meaning"], rows);
}

const codes = (list: readonly string[]) => list.map((code) => `\`${code}\``).join(", ");

/** Every message of the hub's WebSockets, from the schemas in `wire/`. */
export function wireProtocolsReference(): string {
  return [
    "# WebSocket protocols",
    "",
    "Messages are JSON in text messages unless it says binary. Generated from the schemas in `wire/src/`; what the bytes of",
    "binary messages of text mean is in [wire/src/text/README.md](../../wire/src/text/README.md). A reader ignores fields",
    "and types that it does not know.",
    "",
    ...table(
      ["address", "for", "described"],
      [
        row("`/ws`", "pictures from producers", "[below](#ws-pictures-from-producers)"),
        row("`/ws/live`", "pictures to viewers, many channels", "[below](#wslive-many-channels-as-pictures)"),
        row("`/ws/display`, port 8765", "text to viewers", "[below](#wsdisplay-text-to-viewers)"),
        row(
          "`/ws/display?role=producer`",
          "text from producers",
          "[below](#wsdisplayroleproducer-text-from-producers)",
        ),
        row("`/ascii_ws/`, port 2424", "ANSI text to viewers", "[ascii-web](../../hub/src/outputs/ascii-web)"),
      ],
    ),
    "All are on the public and on the admin listener. A token comes as `?token=`, as `Authorization: Bearer`, or by the",
    "session cookie of a browser; a page of another origin is refused.",
    "",
    "## /ws: pictures from producers",
    "",
    "`/ws?channel=<name>&token=<token>`. Each binary message is one JPEG, WebP or PNG; text is logged. The hub answers what it",
    'does not take with `{"type":"refused","reason":"…","seq":n}`, `seq` counting this connection\'s pictures from 1, at',
    "most once a second. Closes: 1009 a message beyond `push.maxBytes`, 1008 nothing but nonsense. More:",
    "[push](../../hub/src/sources/push).",
    "",
    "## /ws/live: many channels as pictures",
    "",
    "How it goes: [live](../../hub/src/outputs/live).",
    "",
    "### From the client",
    "",
    ...messages(liveClientMessage, "type"),
    "### From the hub",
    "",
    ...messages(liveServerMessage, "type"),
    `A binary message is one picture: ${LIVE_HEADER_BYTES} bytes, big-endian, then the encoded picture.`,
    "",
    ...table(
      ["offset", "size", "field"],
      [
        row("0", "1", "1: a picture"),
        row("1", "1", "format: 1 JPEG, 2 WebP, 3 PNG"),
        row("2", "1", "flags: 1 a badge, placeholder or fallback stands in for the source"),
        row("3", "1", "0"),
        row("4", "4", "id of the channel, as in `watching`"),
        row("8", "8", "capture time, ms since the epoch, as a double"),
        row("16", "4", "number of the frame, modulo 2³²: to be acknowledged"),
        row("20", "2", "width in pixels"),
        row("22", "2", "height in pixels"),
      ],
    ),
    "## /ws/display: text to viewers",
    "",
    `How it goes: [display](../../hub/src/outputs/display). A message of a client has at most ${MAX_CLIENT_MESSAGE_CHARS} characters.`,
    "",
    "### From the client",
    "",
    ...messages(clientMessage, "type"),
    "### From the hub",
    "",
    ...messages(serverMessage, "type"),
    `Codes of \`error\`: ${codes(ERROR_CODES)}.`,
    "",
    `Codes of \`refused\`: ${codes(REFUSAL_CODES)}.`,
    "",
    "### Commands",
    "",
    "What `command` holds for a [text scene](../../hub/src/sources/text-scene). A producer may take other actions: they are",
    "passed on as they come.",
    "",
    ...messages(sceneCommand, "action"),
    "## /ws/display?role=producer: text from producers",
    "",
    "`/ws/display?role=producer&channel=<name>`. How it goes: [wire/src/text/README.md](../../wire/src/text/README.md).",
    "",
    "### From the producer",
    "",
    ...messages(producerMessage, "type"),
    "### From the hub, to the producer",
    "",
    ...messages(producerEvent, "type"),
    `Codes of \`error\`: ${codes(PRODUCER_ERROR_CODES)}.`,
    "",
  ].join("\n");
}
