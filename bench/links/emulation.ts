import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Link } from "./cases.ts";

/** What one link did, from its beginning. */
export interface LinkFigures {
  readonly bytes: number;
  /** Packets for which the queue had no place, and that the link lost. */
  readonly dropped: number;
  readonly lost: number;
  readonly longestQueue: number;
}

/** Why links cannot be emulated here; undefined when they can. */
export function whyNoLinks(): string | undefined {
  if (process.getuid?.() !== 0) return "links are emulated between network namespaces, which needs root";
  if (!existsSync("/dev/net/tun")) return "there is no /dev/net/tun: links are emulated by TUN devices";
  for (const program of ["ip", "cc"])
    if (!runs("which", program)) return `there is no program ${program} (Debian packages: iproute2, gcc, libc6-dev)`;
  if (!runs("ip", "netns", "add", probe)) return "this machine does not let root make network namespaces";
  runs("ip", "netns", "del", probe);
  return undefined;
}

const probe = `lightwell-probe-${process.pid}`;

/** Two network namespaces for this run and no other, and the program that connects them. Gone when it is disposed of. */
export class Emulation implements Disposable {
  readonly hub = `lightwell-hub-${process.pid}`;
  readonly viewers = `lightwell-viewers-${process.pid}`;
  readonly #folder = mkdtempSync(join(tmpdir(), "lightwell-links-"));
  readonly #onExit = () => this[Symbol.dispose]();
  readonly #onSignal = () => process.exit(1);

  constructor() {
    process.once("exit", this.#onExit);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, this.#onSignal);
    run("cc", "-O2", "-o", this.#program, fileURLToPath(new URL("emulator.c", import.meta.url)));
    for (const namespace of [this.hub, this.viewers]) {
      run("ip", "netns", "add", namespace);
      run("ip", "-n", namespace, "link", "set", "lo", "up");
      // What one connection learned of a link must not be given to the next.
      run("ip", "netns", "exec", namespace, "sysctl", "-qw", "net.ipv4.tcp_no_metrics_save=1");
    }
  }

  /** Connect the namespaces by these links; only one set at a time. */
  async connect(links: readonly Link[]): Promise<Connected> {
    const child = spawn(this.#program, [this.hub, this.viewers], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    child.stdin.write(`${links.map(lineOf).join("\n")}\n\n`);
    const { value } = await lines.next();
    if (value !== "ready") throw new Error("the emulator of links did not start");
    const startedAt = Date.now();
    configure(this.hub, links, (i) => [
      `address add ${hubAddress(i)} peer ${viewerAddress(i)} dev t${i}`,
      `link set t${i} mtu 1500 txqueuelen 2000 up`,
      `route replace ${viewerAddress(i)} dev t${i} congctl ${links[i]?.congestion}`,
    ]);
    configure(this.viewers, links, (i) => [
      `address add ${viewerAddress(i)} peer ${hubAddress(i)} dev t${i}`,
      `link set t${i} mtu 1500 txqueuelen 2000 up`,
    ]);
    return new Connected(child, lines, startedAt);
  }

  get #program(): string {
    return join(this.#folder, "emulator");
  }

  [Symbol.dispose](): void {
    process.off("exit", this.#onExit);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, this.#onSignal);
    for (const namespace of [this.hub, this.viewers]) runs("ip", "netns", "del", namespace);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The namespaces while they are connected. */
export class Connected implements AsyncDisposable {
  /** ms since the epoch: the seconds of the links' rates count from here. */
  readonly startedAt: number;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(child: ChildProcess, lines: AsyncIterator<string>, startedAt: number) {
    this.#child = child;
    this.#lines = lines;
    this.startedAt = startedAt;
  }

  /** End it and hear what each link did, in their order. */
  async end(): Promise<LinkFigures[]> {
    const figures: LinkFigures[] = [];
    this.#child.stdin?.end();
    for (let line = await this.#lines.next(); !line.done; line = await this.#lines.next())
      figures.push(JSON.parse(line.value) as LinkFigures);
    return figures;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.stdin?.end();
    await exited;
  }
}

/** The hub's end of the link with this index. */
export function hubAddress(index: number): string {
  return `10.77.${index}.1`;
}

function viewerAddress(index: number): string {
  return `10.77.${index}.2`;
}

function lineOf({ rates, roundTripMs, jitterMs, lossPercent, queueBytes }: Link, index: number): string {
  const steps = rates.map(([second, mbit]) => `${second}:${mbit === Infinity ? -1 : mbit}`).join(",");
  return `${index} ${steps} ${roundTripMs} ${jitterMs} ${lossPercent} ${Math.round(queueBytes)}`;
}

function configure(namespace: string, links: readonly Link[], commands: (index: number) => string[]): void {
  const input = links.flatMap((_, index) => commands(index)).join("\n");
  execFileSync("ip", ["-n", namespace, "-batch", "-"], { input });
}

function run(program: string, ...args: string[]): void {
  execFileSync(program, args);
}

function runs(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
