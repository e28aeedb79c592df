import type { Agent, IncomingMessage } from "node:http";
import { Agent as HttpAgent } from "#transport/node-http.ts";
import { Agent as HttpsAgent } from "node:https";
import { boundaryOf, MultipartParser, type MultipartPart } from "@lightwell/wire/multipart.ts";
import { HubError } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { redactAddress } from "#contract/redact.ts";
import { capturedAt } from "#core/capture-time.ts";
import type { Clock } from "#core/clock.ts";
import { keepTrying, type AttemptEnd } from "#core/keep-trying.ts";
import type { Publisher } from "#core/live-channel.ts";
import { DEFAULT_LIMITS } from "#picture/inspect.ts";
import type { ImageContent } from "#core/frame.ts";
import { joined, pictureMemory } from "#transport/picture-memory.ts";
import { bodyOf } from "./body.ts";
import { explain } from "./explain.ts";
import { Login } from "./login.ts";
import { get } from "./request.ts";
import { SampledCheck } from "./sampled-check.ts";

export interface PullInput {
  readonly url: string;
  /** `auto`: as the reply's content type says. */
  readonly kind: "mjpeg" | "snapshot" | "auto";
  /** Between the beginnings of two snapshots. */
  readonly intervalMs: number;
  /** Without a picture for this long the connection is given up. */
  readonly timeoutMs: number;
  readonly headers: Readonly<Record<string, string>>;
}

export interface PullerOptions {
  readonly input: PullInput;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly log: Log;
  readonly refused: () => void;
  readonly connected: () => void;
}

/** Reads pictures from one address and publishes them, again and again. */
export class Puller {
  readonly #options: PullerOptions;
  readonly #closing = new AbortController();
  readonly #name: string;
  readonly #agent: Agent;
  readonly #login: Login | undefined;
  #running: Promise<void> = Promise.resolve();
  /** Monotonic ms of the last good picture, or of the beginning. */
  #heardMs = 0;
  #pictures = 0;
  #check: SampledCheck;
  /** Why the last picture was refused; empty after a good one. */
  #refusal = "";
  /** The last snapshot, when the server has a name for it. */
  #known: { readonly etag: string; readonly content: ImageContent } | undefined;

  constructor(options: PullerOptions) {
    this.#options = options;
    this.#check = new SampledCheck(options.clock);
    this.#name = redactAddress(options.input.url);
    const url = new URL(options.input.url);
    this.#login = Login.of(url);
    this.#agent = new (url.protocol === "https:" ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 1 });
  }

  open(): void {
    const { clock, publisher, log } = this.#options;
    let lastReason = "";
    publisher.status = "connecting";
    this.#running = keepTrying({
      clock,
      signal: this.#closing.signal,
      attempt: () => this.#attempt(),
      waiting: ({ reason }, waitMs) => {
        publisher.fault = reason;
        publisher.status = `reconnecting in ${Math.ceil(waitMs / 1000)} s: ${reason}`;
        if (reason !== lastReason) log.warn({ url: this.#name, reason }, "a source was lost");
        lastReason = reason;
      },
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    this.#agent.destroy();
    this.#options.publisher.close();
  }

  async #attempt(): Promise<AttemptEnd> {
    const { clock, input } = this.#options;
    const patience = new AbortController();
    this.#pictures = 0;
    this.#check = new SampledCheck(clock);
    this.#refusal = "";
    this.#known = undefined;
    this.#heardMs = clock.monotonic();
    const stop = clock.every(Math.min(1000, input.timeoutMs), () => {
      if (clock.monotonic() - this.#heardMs >= input.timeoutMs) patience.abort();
    });
    let reason: string;
    try {
      reason = await this.#read(AbortSignal.any([this.#closing.signal, patience.signal]));
    } catch (error) {
      reason = explain(error);
    } finally {
      stop();
    }
    if (patience.signal.aborted)
      reason = `no ${this.#refusal && "good "}picture for ${input.timeoutMs / 1000} s${this.#refusal && `: ${this.#refusal}`}`;
    return { worked: this.#pictures > 0, reason };
  }

  /** Read until the peer ends it; says how that came. */
  async #read(signal: AbortSignal): Promise<string> {
    const { kind } = this.#options.input;
    let response = await this.#get(signal, kind === "mjpeg" ? undefined : this.#agent);
    const type = response.headers["content-type"] ?? "";
    if (kind === "mjpeg" || (kind === "auto" && /^multipart\//i.test(type)))
      return this.#readStream(bodyOf(response), type);
    for (;;) {
      const beganMs = this.#options.clock.monotonic();
      if (response.statusCode === 304) this.#repeat(response);
      else {
        const rest = await this.#readWhole(response, kind === "auto" && !/^image\//i.test(type));
        if (rest) return this.#readStream(rest, type);
      }
      await this.#pause(this.#options.input.intervalMs - (this.#options.clock.monotonic() - beganMs), signal);
      response = await this.#get(signal, this.#agent);
    }
  }

  async #get(signal: AbortSignal, agent: Agent | undefined): Promise<IncomingMessage> {
    const { url, headers } = this.#options.input;
    const condition = this.#known && { "if-none-match": this.#known.etag };
    const response = await get({ url, headers: { ...condition, ...headers }, login: this.#login, signal, agent });
    this.#options.connected();
    return response;
  }

  async #readStream(body: AsyncIterable<Buffer>, type: string): Promise<string> {
    const parser = new MultipartParser(boundaryOf(type), { maxPartBytes: DEFAULT_LIMITS.maxBytes }, pictureMemory);
    for await (const chunk of body) for (const part of parser.push(chunk)) await this.#publishPart(part);
    for (const part of parser.end()) await this.#publishPart(part);
    if (this.#pictures > 0) return "the stream ended";
    return `the stream ended without a ${this.#refusal && "good "}picture${this.#refusal && `: ${this.#refusal}`}`;
  }

  /**
   * One reply as one picture. A reply that turns out to be a stream of parts, which its content type did not say
   * (ffmpeg's `-listen`), is given back to be read as such.
   */
  async #readWhole(response: IncomingMessage, mayBeStream: boolean): Promise<AsyncIterable<Buffer> | undefined> {
    const chunks: Buffer[] = [];
    let size = 0;
    const bytes = bodyOf(response)[Symbol.asyncIterator]();
    for (let next = await bytes.next(); !next.done; next = await bytes.next()) {
      const chunk = next.value;
      if (mayBeStream && size === 0 && /^\s*--/.test(chunk.toString("latin1", 0, 16))) return resume(chunk, bytes);
      chunks.push(chunk);
      size += chunk.length;
      if (size > DEFAULT_LIMITS.maxBytes) {
        response.destroy();
        throw new HubError("too-large", `the reply has more than ${DEFAULT_LIMITS.maxBytes} bytes`);
      }
    }
    const content = await this.#admit(joined(chunks, size));
    const { etag } = response.headers;
    this.#known = content && etag ? { etag, content } : undefined;
    if (content) this.#publish(content, headerOf(response, "x-timestamp"));
    return undefined;
  }

  /** The picture at the address is the one that came last. */
  #repeat(response: IncomingMessage): void {
    response.resume();
    if (this.#known) this.#publish(this.#known.content, headerOf(response, "x-timestamp"));
  }

  async #publishPart({ headers, body }: MultipartPart): Promise<void> {
    const content = await this.#admit(body);
    if (content) this.#publish(content, headers.get("x-timestamp"));
  }

  async #admit(bytes: Uint8Array): Promise<ImageContent | undefined> {
    const { publisher, refused } = this.#options;
    try {
      return await this.#check.admit(bytes);
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      refused();
      this.#refusal = error.message;
      publisher.fault = publisher.status = `refused: ${error.message}`;
      return undefined;
    }
  }

  #publish(content: ImageContent, timestamp: string | undefined): void {
    const { publisher, clock } = this.#options;
    if (this.#closing.signal.aborted) return;
    publisher.publish(content, capturedAt(timestamp, clock.now()));
    publisher.status = "";
    this.#refusal = "";
    this.#pictures++;
    this.#heardMs = clock.monotonic();
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    // The wait between two snapshots is no silence of the peer.
    this.#heardMs = Infinity;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(Math.max(0, ms), () => {
        signal.removeEventListener("abort", give);
        this.#heardMs = clock.monotonic();
        resolve();
      });
      const give = () => {
        cancel();
        reject(new Error("closed"));
      };
      signal.addEventListener("abort", give, { once: true });
      if (signal.aborted) give();
    });
  }
}

/** What is left of a body whose first chunk was looked at. */
async function* resume(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

function headerOf(response: IncomingMessage, name: string): string | undefined {
  const value = response.headers[name];
  return typeof value === "string" ? value : undefined;
}
