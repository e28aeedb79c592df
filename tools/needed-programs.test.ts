import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { leftOut } from "./needed-programs.ts";

it("names the test files whose programs are missing, those of their fixtures included", () => {
  const root = mkdtempSync(join(tmpdir(), "lightwell-needs-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, "a"));
  const files = {
    "a/one.test.ts": "// needs: tmux, ffmpeg\n",
    "a/two.test.ts": 'import { page } from "../browser.fixture.ts";\n',
    "a/three.test.ts": "// needs: ffmpeg\n",
    "a/four.test.ts": "",
    "browser.fixture.ts": "// needs: chromium\n",
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
  const has = (program: string) => (program === "ffmpeg" ? "/usr/bin/ffmpeg" : undefined);
  const found = leftOut(root, ["a/*.test.ts"], has).toSorted((a, b) => a.file.localeCompare(b.file));
  expect(found).toEqual([
    { file: "a/one.test.ts", missing: ["tmux"] },
    { file: "a/two.test.ts", missing: ["chromium"] },
  ]);
});
