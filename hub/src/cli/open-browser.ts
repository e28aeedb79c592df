import { spawn } from "node:child_process";

const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
  linux: ["xdg-open"],
};

/** Show an address in the default browser. Calls `onFailure` when there is none. */
export function openBrowser(url: string, onFailure: () => void): void {
  const [program, ...args] = openers[process.platform] ?? ["xdg-open"];
  const child = spawn(program ?? "xdg-open", [...args, url], { stdio: "ignore", detached: true });
  child.on("error", onFailure);
  child.unref();
}
