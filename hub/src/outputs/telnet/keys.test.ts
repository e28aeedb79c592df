import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyReader, type Wish } from "./keys.ts";

function read(...packets: readonly (string | Uint8Array)[]): Wish[] {
  const wishes: Wish[] = [];
  const keys = new KeyReader((wish) => wishes.push(wish));
  for (const packet of packets) keys.feed(typeof packet === "string" ? Buffer.from(packet, "latin1") : packet);
  return wishes;
}

const types = (...packets: string[]) => read(...packets).map(({ type }) => type);

describe("keys", () => {
  it.each<[string, Wish[]]>([
    ["q", [{ type: "leave" }]],
    ["Q", [{ type: "leave" }]],
    ["\x03", [{ type: "leave" }]],
    ["\x04", [{ type: "leave" }]],
    ["np", [{ type: "next" }, { type: "previous" }]],
    ["h?", [{ type: "help" }, { type: "help" }]],
    ["cg", [{ type: "colour" }, { type: "glyphs" }]],
    ["1234", ["mono", "16", "256", "24bit"].map((depth) => ({ type: "depth", depth }) as Wish)],
    ["5", [{ type: "automatic" }]],
    ["\x1b[C\x1b[D\x1bOC", [{ type: "next" }, { type: "previous" }, { type: "next" }]],
    ["\x1b[1;5A\x1b[200~n", [{ type: "next" }]],
    ["\x1bq", [{ type: "leave" }]],
    ["q\r\n", [{ type: "leave" }]],
    ["xyz \r\0\n\xff", []],
    ["token s3cret\r", [{ type: "token", secret: "s3cret" }]],
    ["token a\r\nwatch b\r\nn", [{ type: "token", secret: "a" }, { type: "watch", channel: "b" }, { type: "next" }]],
    ["watch door for 2s\n", [{ type: "watch", channel: "door", forMs: 2000 }]],
    ["watch door  for 1500ms \n", [{ type: "watch", channel: "door", forMs: 1500 }]],
    ["watch door for 99999999h\n", [{ type: "watch", channel: "door", forMs: 86_400_000 }]],
    ["watch door for ever\n", []],
    ["watch door for 2\n", []],
    ["watch  door \n", [{ type: "watch", channel: "door" }]],
    ["watch\n", []],
    ["tokem x\nn", [{ type: "next" }]],
    ["watch doot\x7fr\n", [{ type: "watch", channel: "door" }]],
    ["wat\x7f\x7f\x7fn", [{ type: "next" }]],
    ["watch q\x1bn", [{ type: "next" }]],
    ["watch qqq\x03", [{ type: "leave" }]],
  ])("%j", (text, wishes) => {
    expect(read(text)).toEqual(wishes);
  });

  it("in a line do nothing else, and the line may come in pieces", () => {
    expect(types("tok", "en qqqnnn", "\r")).toEqual(["token"]);
  });

  it("of a line without end take no room", () => {
    expect(types(`watch ${"x".repeat(100_000)}`, "\n", "n")).toEqual(["watch", "next"]);
    expect(read(`watch ${"x".repeat(100_000)}\n`)).toEqual([{ type: "watch", channel: "x".repeat(250) }]);
  });

  it("mean the same however the bytes are cut, whatever they are", () => {
    const byte = fc.oneof(fc.constantFrom(...Buffer.from("tokenwatch qnph\r\n\x1b[C\x7f")), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 200 }), fc.nat({ max: 200 }), (bytes, cut) => {
        const whole = Uint8Array.from(bytes);
        expect(read(whole.subarray(0, cut), whole.subarray(cut))).toEqual(read(whole));
      }),
      { numRuns: 2000 },
    );
  });
});
