import type { ChildProcess } from "node:child_process";
import { HubError, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { redactAddress } from "#contract/redact.ts";
import type { Clock } from "#core/clock.ts";
import { keepTrying, type AttemptEnd } from "#core/keep-trying.ts";
import type { Publisher } from "#core/live-channel.ts";
import { imageContent } from "#picture/inspect.ts";
import { pictureMemory } from "#transport/picture-memory.ts";
import { ffmpegCall, kindOf, type FfmpegCall, type VideoInput } from "./arguments.ts";
import { explain, knownReason } from "./explain.ts";
import { LONGEST_STILL_S } from "./pace.ts";
import type { FfmpegProgram } from "./program.ts";
import { JpegSplitter } from "./splitter.ts";

/** A camera may take some seconds to answer and to send a whole picture. */
const CAMERA_SILENCE_MS = 15_000;
const FILM_SILENCE_MS = CAMERA_SILENCE_MS + LONGEST_STILL_S * 1000;
/** After a run of this length the next failure is a new one. */
const WORKED_MS = 10_000;
const KILL_AFTER_MS = 500;

export interface PlayerOptions {
  readonly source: VideoInput;
  readonly ffmpeg: FfmpegProgram;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly log: Log;
  /** Called for each picture that was refused. */
  readonly refused: () => void;
  /** Called for each start of the program. */
  readonly started: () => void;
}

/** Runs ffmpeg for one input and publishes what it gives, again and again. */
export class Player {
  readonly #options: PlayerOptions;
  readonly #closing = new AbortController();
  readonly #name: string;
  #child: ChildProcess | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#name = redactAddress(options.source.input);
  }

  open(): void {
    const { clock, publisher, log } = this.#options;
    let lastReason = "";
    publisher.status = "starting";
    this.#running = keepTrying({
      clock,
      signal: this.#closing.signal,
      attempt: () => this.#attempt(),
      waiting: ({ reason }, waitMs) => {
        publisher.fault = reason;
        publisher.status = `starting again in ${Math.ceil(waitMs / 1000)} s: ${reason}`;
        if (reason !== lastReason) log.warn({ input: this.#name, reason }, "a video input ended");
        lastReason = reason;
      },
    });
  }

  /** Resolves when the program is gone. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#child?.kill("SIGTERM");
    const kill = setTimeout(() => this.#child?.kill("SIGKILL"), KILL_AFTER_MS);
    await this.#running;
    clearTimeout(kill);
    this.#options.publisher.close();
  }

  async #attempt(): Promise<AttemptEnd> {
    const { source, ffmpeg } = this.#options;
    try {
      return await this.#play(ffmpegCall(source, await ffmpeg.version(this.#closing.signal)));
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      return { worked: false, reason: error.message };
    }
  }

  #play(call: FfmpegCall): Promise<AttemptEnd> {
    const { source, ffmpeg, clock, started } = this.#options;
    if (this.#closing.signal.aborted) return Promise.resolve({ worked: false, reason: "" });
    started();
    const beganMs = clock.monotonic();
    const child = ffmpeg.start(call, kindOf(source.input) === "stdin" ? "inherit" : "ignore");
    this.#child = child;
    const silenceMs = kindOf(source.input) === "file" ? FILM_SILENCE_MS : CAMERA_SILENCE_MS;
    const splitter = new JpegSplitter(undefined, pictureMemory);
    let words = "";
    let pictures = 0;
    let heardMs = beganMs;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      words = (words + text).slice(-2000);
    });
    child.stdout?.on("data", (chunk: Buffer) => {
      for (const picture of splitter.push(chunk)) {
        if (this.#publish(picture)) pictures++;
        heardMs = clock.monotonic();
      }
    });
    let silent = false;
    const watch = clock.every(1000, () => {
      if (clock.monotonic() - heardMs < silenceMs) return;
      silent = true;
      child.kill("SIGKILL");
    });
    return new Promise((resolve) => {
      const end = (reason: string, over = false) => {
        watch();
        resolve({ worked: pictures > 0 && clock.monotonic() - beganMs > WORKED_MS, reason, over });
      };
      child.on("error", (error) => end(`ffmpeg does not start: ${messageOf(error)}`));
      child.on("close", (code, signal) => {
        if (silent) return end(`no picture for ${silenceMs / 1000} s`);
        if (code === 0) return this.#ended(pictures, words, end);
        end(explain(words, source.input) || `ffmpeg ended with ${signal ?? `code ${code}`}`);
      });
    });
  }

  /** The end of the input is not a failure when it was to be played once. */
  #ended(pictures: number, words: string, end: (reason: string, over?: boolean) => void): void {
    const { source, publisher, log } = this.#options;
    const kind = kindOf(source.input);
    const once = kind === "stdin" || (kind === "file" && !source.loop);
    if (!once || pictures === 0)
      return end(knownReason(words, source.input) ?? (pictures === 0 ? "it gave no picture" : "the input ended"));
    publisher.fault = "";
    publisher.status = "played to its end";
    log.info({ input: this.#name }, "a video was played to its end");
    end("", true);
  }

  #publish(picture: Uint8Array): boolean {
    const { publisher, refused } = this.#options;
    if (this.#closing.signal.aborted) return false;
    try {
      publisher.publish(imageContent(picture));
      publisher.status = "";
      return true;
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      refused();
      publisher.fault = publisher.status = error.message;
      return false;
    }
  }
}
