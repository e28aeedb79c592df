// Finds the programs that tests, pictures of the docs and benchmarks use. No imports but Node's: `prepare.mjs` uses it.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** Other names of a program, and where macOS has it, in the order in which they are tried. */
const otherNames = {
  chromium: [
    "chromium-browser",
    "google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ],
};

/** Path of a program, by any of its names; undefined when this machine has none. `python3-websockets` is a Python that has it. */
export function findProgram(name) {
  if (name === "python3-websockets") return ["python3", "/usr/bin/python3"].find(hasWebSockets);
  for (const one of [name, ...(otherNames[name] ?? [])]) {
    const found = isAbsolute(one)
      ? [one]
      : (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, one));
    const path = found.find((path) => isAbsolute(path) && existsSync(path));
    if (path !== undefined) return path;
  }
  return undefined;
}

const hasWebSockets = (python) => spawnSync(python, ["-c", "import websockets"]).status === 0;
