import { homedir } from "node:os";
import { isAbsolute, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Lightwell's own folder: that of the checkout, or the one into which the package was installed. */
const ownFolder = fileURLToPath(new URL("../../..", import.meta.url));

/** Where Lightwell looks unless told, from whatever folder it is started: absolute paths. */
export interface Home {
  readonly dataDir: string;
  readonly configPath: string;
}

/**
 * Beside the program in a checkout. A package manager may replace the folder of a package at any time, so a package keeps
 * to the user's folders (XDG Base Directory Specification 0.8, which wants relative paths ignored).
 */
export function homeOf(env: Readonly<Record<string, string | undefined>>, own = ownFolder): Home {
  if (!isPackage(own)) return { dataDir: join(own, "data"), configPath: join(own, "lightwell.yaml") };
  const user = (name: string, usual: string) => {
    const folder = env[name];
    return join(folder && isAbsolute(folder) ? folder : join(homedir(), usual), "lightwell");
  };
  return {
    dataDir: user("XDG_STATE_HOME", ".local/state"),
    configPath: join(user("XDG_CONFIG_HOME", ".config"), "lightwell.yaml"),
  };
}

/** What is typed in the folder `cwd` to run this very Lightwell: `./lightwell`, `../lightwell`, `/opt/lightwell/lightwell`. */
export function programName(
  cwd = process.cwd(),
  { own = ownFolder, platform = process.platform }: { own?: string; platform?: NodeJS.Platform } = {},
): string {
  if (isPackage(own)) return "npx lightwell";
  const path = platform === "win32" ? join(own, "hub", "bin", "lightwell.mjs") : join(own, "lightwell");
  const fromHere = relative(cwd, path);
  const near = fromHere.startsWith("..") ? fromHere : `.${sep}${fromHere}`;
  const typed = near.startsWith(join("..", "..")) ? path : near;
  const quoted = /[^\w./\\:-]/.test(typed) ? `'${typed.replaceAll("'", String.raw`'\''`)}'` : typed;
  return platform === "win32" ? `node ${quoted}` : quoted;
}

const isPackage = (folder: string) => folder.split(sep).includes("node_modules");
