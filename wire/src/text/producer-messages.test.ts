import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_COLS, MAX_ROWS } from "./grid.ts";
import {
  parseProducerEvent,
  parseProducerMessage,
  writeProducerEvent,
  writeProducerMessage,
} from "./producer-messages.ts";

const read = (message: unknown) => {
  const parsed = parseProducerMessage(JSON.stringify(message));
  return parsed.ok ? parsed.message : parsed.code;
};

describe("a producer's message", () => {
  test("may leave out the size of a frame", () => {
    expect(read({ type: "frame", lines: ["a", "b"], colour: 1 })).toEqual({ type: "frame", lines: ["a", "b"] });
  });

  test.each([
    ["not JSON", "[", "bad_json"],
    ["nothing", "null", "bad_message"],
    ["an unknown type", '{"type":"dance"}', "unknown_type"],
    ["a viewer's hello", '{"type":"hello","version":1}', "bad_message"],
    ["a frame without lines", '{"type":"frame"}', "bad_message"],
    ["a frame of numbers", '{"type":"frame","lines":[1]}', "bad_message"],
    ["a frame that is too wide", `{"type":"frame","lines":[],"width":${MAX_COLS + 1}}`, "bad_message"],
    ["too many lines", JSON.stringify({ type: "frame", lines: Array(MAX_ROWS + 1).fill("") }), "bad_message"],
    ["a state that is no object", '{"type":"state","state":[]}', "bad_message"],
    ["no base64", '{"type":"binary","data":"%"}', "bad_message"],
  ])("that is %s is refused by code", (_name, text, code) => {
    expect(parseProducerMessage(text)).toMatchObject({ ok: false, code });
  });

  test("of any text gives a message or a code, never an exception", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(typeof parseProducerMessage(text).ok).toBe("boolean");
        expect(typeof parseProducerEvent(text).ok).toBe("boolean");
      }),
    );
  });

  test("comes back as it was written", () => {
    const message = { type: "frame", lines: ["\x1b[31mred"], width: 3, height: 1 } as const;
    expect(read(JSON.parse(writeProducerMessage(message)))).toEqual(message);
    const event = { type: "client_connected", client: { name: "display-1", output: "display" } } as const;
    expect(parseProducerEvent(writeProducerEvent(event))).toEqual({ ok: true, message: event });
  });
});
