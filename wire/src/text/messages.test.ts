import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_COLS } from "./grid.ts";
import {
  MAX_CLIENT_MESSAGE_CHARS,
  parseClientMessage,
  parseCommand,
  parseServerMessage,
  StreamingMode,
  writeClientMessage,
  writeServerMessage,
} from "./messages.ts";

const understood = (message: unknown): unknown => {
  const parsed = parseClientMessage(JSON.stringify(message));
  return parsed.ok ? parsed.message : parsed.code;
};

describe("a client's message", () => {
  test("of the compatible protocol is understood", () => {
    expect(understood({ type: "resize", width: 132, height: 43 })).toEqual({ type: "resize", width: 132, height: 43 });
    expect(understood({ type: "resize" })).toEqual({ type: "resize", width: 80, height: 24 });
    expect(understood({ type: "state_request" })).toEqual({ type: "state_request" });
    const command = { type: "command", command: { action: "toggle_stage", stage: "noise" } };
    expect(understood(command)).toEqual(command);
  });

  test("hello has defaults, skips unknown modes and fields, and takes flags for names", () => {
    expect(understood({ type: "hello", version: 1 })).toEqual({
      type: "hello",
      version: 1,
      accept: ["json"],
      encoding: "binary",
    });
    expect(understood({ type: "hello", version: 1, accept: ["diff", "smoke", "json"], colour: 9 })).toMatchObject({
      accept: ["diff", "json"],
    });
    expect(understood({ type: "hello", version: 1, accept: StreamingMode.binary | StreamingMode.diff })).toMatchObject({
      accept: ["binary", "diff"],
    });
  });

  test("pauses, resumes, and says how pictures should look", () => {
    expect(understood({ type: "pause" })).toEqual({ type: "pause" });
    expect(understood({ type: "resume", since: 3 })).toEqual({ type: "resume" });
    const look = { type: "look", glyphs: "octant", depth: "256" };
    expect(understood(look)).toEqual(look);
    expect(understood({ type: "look" })).toEqual({ type: "look" });
    const hello = { type: "hello", version: 1, accept: ["diff"], glyphs: "braille", depth: "mono", paused: true };
    expect(understood(hello)).toMatchObject(hello);
  });

  test("asks for any size and gets one in range", () => {
    expect(understood({ type: "resize", width: 1e9, height: -3.5 })).toEqual({
      type: "resize",
      width: MAX_COLS,
      height: 1,
    });
  });

  test.each([
    ["not JSON", "{", "bad_json"],
    ["an empty text", "", "bad_json"],
    ["null", "null", "bad_message"],
    ["a list", "[1]", "bad_message"],
    ["no type", "{}", "unknown_type"],
    ["an unknown type", '{"type":"dance"}', "unknown_type"],
    ["a size of letters", '{"type":"resize","width":"a","height":2}', "bad_message"],
    ["a size of nothing", '{"type":"resize","width":null}', "bad_message"],
    ["a command that is no object", '{"type":"command","command":["reset"]}', "bad_message"],
    ["a look of unknown glyphs", '{"type":"look","glyphs":"crayon"}', "bad_message"],
    ["a look of unknown colours", '{"type":"look","depth":8}', "bad_message"],
    ["an ack of a fraction", '{"type":"ack","seq":1.5}', "bad_message"],
    ["an ack beyond 32 bits", '{"type":"ack","seq":4294967296}', "bad_message"],
    ["a token without end", `{"type":"hello","version":1,"token":"${"x".repeat(600)}"}`, "bad_message"],
    ["a message without end", " ".repeat(MAX_CLIENT_MESSAGE_CHARS + 1), "too_large"],
  ])("with %s is refused", (_, text, code) => {
    expect(parseClientMessage(text)).toMatchObject({ ok: false, code });
  });

  test("never makes the parser throw", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => typeof parseClientMessage(text).ok === "boolean"),
    );
  });
});

describe("a command", () => {
  test.each([
    [{ action: "set_param", stage: "noise", param: "amount", value: 0.5 }, undefined],
    [{ action: "next_preset" }, undefined],
    [{ action: "explode" }, "unknown_command"],
    [{ action: "set_param", stage: "noise" }, "bad_param"],
    [{ action: "select_preset", preset: 7 }, "bad_param"],
  ])("%j gives %s", (command, code) => {
    const parsed = parseCommand(command);
    expect(parsed.ok ? undefined : parsed.code).toBe(code);
  });
});

describe("a server's message", () => {
  test("leaves without fields that the protocol does not have", () => {
    const message = { type: "error" as const, code: "bad_json" as const, message: "no", secret: "x" };
    expect(writeServerMessage(message)).toBe('{"type":"error","code":"bad_json","message":"no"}');
  });

  test("with wrong values does not leave", () => {
    expect(() => writeServerMessage({ type: "frame", width: 0, height: 1, lines: [] })).toThrow("width");
    expect(() => writeClientMessage({ type: "ack", seq: -1 })).toThrow("seq");
  });

  test("is read by a client although it has newer fields and codes", () => {
    const parsed = parseServerMessage('{"type":"refused","code":"too_sunny","reason":"!","until":5}');
    expect(parsed).toEqual({ ok: true, message: { type: "refused", code: "too_sunny", reason: "!" } });
    expect(parseServerMessage('{"type":"news"}')).toMatchObject({ ok: false, code: "unknown_type" });
  });

  test("state carries stages with parameters", () => {
    const state = {
      stages: { noise: { enabled: true, params: { amount: 0.5, kind: "white", on: false }, selected: true } },
      preset: null,
      presets: ["calm"],
      selected_stage: "noise",
    };
    expect(parseServerMessage(writeServerMessage({ type: "state", state }))).toEqual({
      ok: true,
      message: { type: "state", state },
    });
  });
});
