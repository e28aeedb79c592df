import { expect, it } from "vitest";
import { matching, type Entry } from "./palette-entries.ts";

const entries = ["Go to wall", "Watch garden", "Details of garden", "Log out"].map((title): Entry => ({
  group: "commands",
  title,
  run: () => {},
}));
const titles = (query: string) => matching(entries, query).map(({ title }) => title);

it("finds every word anywhere, in any order and case", () => {
  expect(titles("GARD wat")).toEqual(["Watch garden"]);
  expect(titles("den")).toEqual(["Watch garden", "Details of garden"]);
});

it("puts first what begins with the words", () =>
  expect(titles("g")).toEqual(["Go to wall", "Watch garden", "Details of garden", "Log out"].slice(0, 4)));

it("shows all without a query and nothing for what is not there", () => {
  expect(titles("  ")).toHaveLength(4);
  expect(titles("zebra")).toEqual([]);
});
