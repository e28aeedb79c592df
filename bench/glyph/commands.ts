import { spawn, spawnSync } from "node:child_process";

/** Whether a command is installed. */
export function hasCommand(name: string): boolean {
  return spawnSync(name, ["--version"]).error === undefined;
}

/** Runs a command to its end and gives what it printed and how long the process took, in ms. */
export async function timeCommand(name: string, args: readonly string[]): Promise<{ output: string; ms: number }> {
  const started = performance.now();
  const child = spawn(name, args, { stdio: ["ignore", "pipe", "inherit"] });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`${name} ended with code ${code}`))));
  });
  return { output: Buffer.concat(chunks).toString(), ms: performance.now() - started };
}
