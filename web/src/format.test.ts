import { expect, it } from "vitest";
import { bytes, count, rate, span, wholeSpan } from "./format.ts";

it.each([
  [0, "0 ms"],
  [123, "120 ms"],
  [994, "990 ms"],
  [996, "1.0 s"],
  [9949, "9.9 s"],
  [12_400, "12 s"],
  [100_000, "2 min"],
  [7_200_000, "2 h"],
  [400_000_000, "5 d"],
  [-5, "0 ms"],
  [Number.NaN, "–"],
])("writes a span of %d ms as %s", (ms, text) => expect(span(ms)).toBe(text));

it.each([
  [400, "0 s"],
  [12_900, "12 s"],
  [120_000, "2 min"],
])("counts a span of %d ms in whole seconds as %s", (ms, text) => expect(wholeSpan(ms)).toBe(text));

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.00 kB"],
  [12_345, "12.3 kB"],
  [999_999, "1.00 MB"],
  [1_234_567_890, "1.23 GB"],
])("writes %d bytes as %s", (value, text) => expect(bytes(value)).toBe(text));

it("does not round a slow channel to nothing", () => {
  expect([0, 0.2, 9.96, 29.97].map(rate)).toEqual(["0", "0.2", "10", "30"]);
});

it("groups large numbers", () => expect(count(1_234_567)).toBe("1,234,567"));
