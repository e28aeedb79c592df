import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { brokenLinks } from "./links.ts";

function broken(files: Record<string, string>): string[] {
  const root = mkdtempSync(join(tmpdir(), "lightwell-links-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return brokenLinks(root);
}

it("lets links to files, folders, headings and other sites pass", () => {
  const text =
    "[a](b/c.md) [b](b) [c](b/c.md#wslive-two--three) [d](#here) ![e](b/e.png) [f](https://example.org/x)\n# Here\n";
  expect(broken({ "a.md": text, "b/c.md": "## `/ws/live`: two & three\n", "b/e.png": "" })).toEqual([]);
});

it("names what leads nowhere", () => {
  const text = "[a](gone.md) [b](c.md#gone) [c](#gone)\n";
  expect(broken({ "a.md": text, "c.md": "# There\n" })).toEqual(["a.md: gone.md", "a.md: c.md#gone", "a.md: #gone"]);
});

it("takes nothing in code for a link", () => {
  expect(broken({ "a.md": "```md\n[a](gone.md)\n```\n`[b](gone.md)`\n" })).toEqual([]);
});
