import { readFile, stat } from "node:fs/promises";
import { messageOf } from "#contract/errors.ts";
import { redactAddress } from "#contract/redact.ts";
import type { Log } from "#contract/log.ts";
import type { Cancel, Clock } from "#core/clock.ts";
import { isPublicAddress } from "./addresses.ts";
import { MAX_ITEM_LENGTH, MAX_ITEMS, feedTitles, looksLikeMarkup } from "./feed.ts";
import { fetchText } from "./fetch-text.ts";
import { cleanText } from "./plain-text.ts";
import { sampleNews } from "./sample-news.ts";

/** Longest file or answer that is read. */
const MAX_NEWS_BYTES = 2_000_000;
const TIMEOUT_MS = 15_000;
/** A file is looked at this often, whatever the refresh interval: looking costs nothing. */
const FILE_INTERVAL_MS = 2000;

export interface NewsOptions {
  /** A file's path, an http(s) address, or empty for the built-in lines. */
  readonly from: string;
  readonly refreshMs: number;
  readonly allowPrivate: boolean;
}

/** Lines of news, kept fresh. When reading fails the last good ones stay. */
export class News {
  #lines: readonly string[] = sampleNews;
  #problem = "";
  #version = "";
  #cancel: Cancel | undefined;
  readonly #options: NewsOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #stopping = new AbortController();

  constructor(options: NewsOptions, clock: Clock, log: Log) {
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Where they come from, for lists. */
  get label(): string {
    const { from } = this.#options;
    return from === "" ? "built-in lines" : isAddress(from) ? redactAddress(from) : from;
  }

  /** Why the lines are not fresh; empty when they are. */
  get problem(): string {
    return this.#problem;
  }

  /** Read now and from now on. Resolves when the first reading has ended, well or not. */
  async start(): Promise<void> {
    const { from, refreshMs } = this.#options;
    if (from === "" || this.#stopping.signal.aborted) return;
    try {
      const text = isAddress(from) ? await this.#fetch() : await this.#readFile();
      if (text !== undefined) this.#take(text);
      this.#problem = "";
    } catch (error) {
      this.#fail(messageOf(error));
    }
    if (this.#stopping.signal.aborted) return;
    this.#cancel = this.#clock.after(isAddress(from) ? refreshMs : FILE_INTERVAL_MS, () => void this.start());
  }

  stop(): void {
    this.#stopping.abort();
    this.#cancel?.();
  }

  #fetch(): Promise<string> {
    return fetchText(this.#options.from, {
      maxBytes: MAX_NEWS_BYTES,
      timeoutMs: TIMEOUT_MS,
      isAllowed: this.#options.allowPrivate ? () => true : isPublicAddress,
      signal: this.#stopping.signal,
    });
  }

  /** Undefined when the file is as it was. */
  async #readFile(): Promise<string | undefined> {
    const { size, mtimeMs } = await stat(this.#options.from);
    const version = `${size} ${mtimeMs}`;
    if (version === this.#version) return undefined;
    if (size > MAX_NEWS_BYTES) throw new Error(`the file has ${size} bytes, more than ${MAX_NEWS_BYTES}`);
    const text = await readFile(this.#options.from, { encoding: "utf8", signal: this.#stopping.signal });
    this.#version = version;
    return text;
  }

  #take(text: string): void {
    const lines = newsLines(text);
    if (lines.length === 0) throw new Error("there is no line of text and no item of a feed in it");
    this.#lines = lines;
  }

  #fail(problem: string): void {
    if (this.#stopping.signal.aborted || problem === this.#problem) return;
    this.#problem = problem;
    this.#log.warn({ problem }, "the news could not be read; the last lines stay");
  }
}

/** The titles of a feed, or the lines of any other text; empty ones and those that begin with `#` are left out. */
export function newsLines(text: string): string[] {
  if (looksLikeMarkup(text)) return feedTitles(text);
  const lines: string[] = [];
  for (const line of text.slice(0, MAX_NEWS_BYTES).split(/\r\n|[\r\n]/)) {
    if (lines.length === MAX_ITEMS) break;
    const clean = line.startsWith("#") ? "" : cleanText(line, MAX_ITEM_LENGTH);
    if (clean) lines.push(clean);
  }
  return lines;
}

function isAddress(from: string): boolean {
  return /^https?:\/\//i.test(from);
}
