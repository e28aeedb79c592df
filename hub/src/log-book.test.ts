import fc from "fast-check";
import { expect, test } from "vitest";
import { framesOf, messageOf } from "#contract/errors.ts";
import { LogBook } from "./log-book.ts";

function bookOf(format: "text" | "json" = "text") {
  let written = "";
  const book = new LogBook("debug", format, (line) => (written += line));
  return { book, log: book.of("door"), written: () => written };
}

/** Control characters, and those that turn or break lines where text is shown (Unicode TR 9, UAX 14). */
const DANGEROUS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

test.each([
  ["a new line", "x\n2026-01-01T00:00:00.000Z error [hub] forged"],
  ["a carriage return", "x\rforged"],
  ["an escape sequence", "\u001b[2J\u009b31m"],
  ["an override of the direction", "gpj.\u202eexe\u2066"],
  ["a line separator", "x\u2028y\u2029z\u0085"],
])("%s of a peer is one line of visible characters, in both formats, and as lists give it", (_what, hostile) => {
  const text = bookOf();
  text.log.info({ agent: hostile, nested: { name: [hostile] }, [hostile]: 1 }, `they say ${hostile}`);
  for (const shown of [text.written(), text.book.tail(), `${text.book.lines()[0]?.message}\n`]) {
    expect(shown).not.toMatch(DANGEROUS);
    expect(shown.match(/\n/g)).toHaveLength(1);
  }
  const json = bookOf("json");
  json.log.info({ agent: hostile }, "they say");
  expect(json.written()).not.toMatch(DANGEROUS);
  expect(JSON.parse(json.written())).toMatchObject({ agent: hostile });
});

test("a value cannot pass for further fields", () => {
  const { book, log } = bookOf();
  log.info({ name: 'cam role=admin "x"', port: 80, host: "::1", list: ["a"] }, "hello");
  expect(book.lines()[0]?.message).toBe('hello name="cam role=admin \\"x\\"" port=80 host=::1 list=["a"]');
});

test("a stack of ours has its lines, and a message inside it has not", () => {
  const { book, log } = bookOf();
  const error = new Error("bad \u202e\n2026-01-01 forged\n    at forged (place)");
  error.stack = `Error: ${error.message}\n    at read (file:///hub/src/a.ts:1:2)\n    at async file:///hub/src/b.ts:3:4`;
  log.error({ error: messageOf(error), stack: framesOf(error) }, "a defect");
  const lines = book.tail().trimEnd().split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[0]).toContain(String.raw`bad \u202e\n2026-01-01 forged\n    at forged (place)`);
  expect(lines.slice(1)).toEqual(["    at read (file:///hub/src/a.ts:1:2)", "    at async file:///hub/src/b.ts:3:4"]);
  log.error({ error: error.stack }, "no stack by its name");
  expect(book.lines().at(-1)?.message).not.toContain("\n");
});

test("whatever is logged is one line", () => {
  const { book, log } = bookOf();
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (name, value) => {
      log.info({ [name]: value, value }, value);
      const { message = "\n" } = book.lines({ limit: 1 })[0] ?? {};
      expect(message).not.toMatch(/\n/);
      expect(message).not.toMatch(DANGEROUS);
    }),
  );
});
