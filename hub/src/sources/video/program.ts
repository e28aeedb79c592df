import { execFile, spawn, type ChildProcess } from "node:child_process";
import { promisify } from "node:util";
import { HubError, messageOf } from "#contract/errors.ts";
import type { FfmpegCall, LibavformatVersion } from "./arguments.ts";

const run = promisify(execFile);
const ASKED_FOR_MS = 5000;
/** For a program that does not say: one of today. */
const TODAY: LibavformatVersion = [61, 0];

/** The ffmpeg program: what it can, and a way to start it so that it cannot outlive the hub. */
export class FfmpegProgram {
  readonly #path: string;
  #version: LibavformatVersion | undefined;
  #leash: readonly string[] | undefined;

  /** @param path name or path of the program */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Asks the program, once.
   *
   * @throws {HubError} `unavailable`, with the remedy, when it does not start.
   */
  async version(signal: AbortSignal): Promise<LibavformatVersion> {
    if (this.#version) return this.#version;
    let said = "";
    try {
      said = (await run(this.#path, ["-version"], { signal, timeout: ASKED_FOR_MS, killSignal: "SIGKILL" })).stdout;
    } catch (error) {
      if (isErrno(error)) throw this.#describe(error);
    }
    const [, major, minor] = /libavformat\s+(\d+)\.\s*(\d+)/.exec(said) ?? [];
    this.#leash ??= await findLeash(signal);
    return (this.#version = major && minor ? [Number(major), Number(minor)] : TODAY);
  }

  /** Starts it; `version` was asked for before. */
  start({ args, script }: FfmpegCall, stdin: "inherit" | "ignore"): ChildProcess {
    const [first = this.#path, ...rest] = [...(this.#leash ?? []), this.#path, ...args];
    const child = spawn(first, rest, { stdio: [stdin, "pipe", "pipe", ...(script ? (["pipe"] as const) : [])] });
    const input = child.stdio[3];
    // It may have ended before it was read: its own end says why.
    if (input && "end" in input) input.on("error", () => undefined).end(script);
    return child;
  }

  #describe(error: NodeJS.ErrnoException): HubError {
    const remedy =
      error.code === "ENOENT"
        ? `the program "${this.#path}" is missing: install ffmpeg (apt install ffmpeg, brew install ffmpeg) or name it with video.ffmpeg`
        : `ffmpeg does not start: ${messageOf(error)}`;
    return new HubError("unavailable", remedy, { cause: error });
  }
}

/**
 * A hub that is killed cannot end its children. An ffmpeg with pictures to give ends at the closed pipe; one that
 * waits for a camera would stay. Linux ends it with its parent when that is asked for (prctl, PR_SET_PDEATHSIG),
 * which `setpriv` of util-linux does.
 */
async function findLeash(signal: AbortSignal): Promise<readonly string[]> {
  const leash = ["setpriv", "--pdeathsig", "KILL", "--"];
  const [setpriv = "", ...args] = leash;
  try {
    await run(setpriv, [...args, "true"], { signal, timeout: ASKED_FOR_MS });
    return leash;
  } catch {
    return [];
  }
}

function isErrno(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("E");
}
