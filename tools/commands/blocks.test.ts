import { expect, it } from "vitest";
import { blocksOf } from "./blocks.ts";

const block = (marker: string, text = "true\n", language = "sh") =>
  `words\n\n${marker}\n\`\`\`${language}\n${text}\`\`\`\n`;

it("reads what a marker says", () => {
  const marker = "<!-- run; beside: npm start; with: ~/a.jpg, b.mp4; where: ADDRESS=x=y; keys: q; shows: on air -->";
  const { blocks, faults } = blocksOf("a.md", block(marker, "one\n  two\n"));
  expect(faults).toEqual([]);
  expect(blocks).toEqual([
    {
      page: "a.md",
      line: 4,
      text: "one\n  two\n",
      use: {
        kind: "run",
        holds: false,
        beside: "npm start",
        files: ["~/a.jpg", "b.mp4"],
        values: new Map([["ADDRESS", "x=y"]]),
        keys: "q",
        when: undefined,
        needs: undefined,
        shows: "on air",
      },
    },
  ]);
});

it("knows blocks that are saved and blocks that cannot run", () => {
  const { blocks } = blocksOf(
    "a.md",
    block("<!-- file: a.ts -->", "1;\n", "ts") + block("<!-- not run: needs a camera -->"),
  );
  expect(blocks.map(({ use }) => use)).toEqual([
    { kind: "file", path: "a.ts" },
    { kind: "not-run", reason: "needs a camera" },
  ]);
});

it("takes the indent of a block in a list away", () => {
  expect(blocksOf("a.md", "1. x\n\n   <!-- run -->\n   ```sh\n   one\n   ```\n").blocks[0]?.text).toBe("one\n");
});

it.each([
  ["a block of commands without a marker", block("")],
  ["a marker that is not right before the block", "<!-- run -->\n\nwords\n```sh\ntrue\n```\n"],
  ["another comment", block("<!-- generated -->")],
  ["an empty reason", block("<!-- not run: -->")],
  ["a word that means nothing", block("<!-- run; besides: npm start -->")],
])("finds %s", (_, markdown) => {
  expect(blocksOf("a.md", markdown)).toMatchObject({ blocks: [], faults: [{ at: expect.stringContaining("a.md:") }] });
});

it("leaves blocks of other languages alone", () => {
  expect(blocksOf("a.md", block("", "a: 1\n", "yaml"))).toEqual({ blocks: [], faults: [] });
});
