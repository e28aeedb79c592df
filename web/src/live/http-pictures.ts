import { liveStatus, type LiveStatus, type LiveWish } from "@lightwell/wire/live.ts";
import { MultipartParser } from "@lightwell/wire/multipart.ts";
import type { Places } from "./places.ts";

/** A browser has six connections to a host of HTTP/1.1: two stay free for everything else. */
const STREAMS = 4;
const STATUS_EVERY_MS = 2000;
const SNAPSHOT_EVERY_MS = 250;
const AGAIN_MS = 2000;

/**
 * The pictures of this page over plain HTTP, for networks that let no WebSockets through: MJPEG for the first few, a
 * snapshot now and then for the rest. Nothing is acknowledged, so pictures may be older than those of `/ws/live`.
 */
export class HttpPictures {
  readonly #places: Places;
  readonly #onStatus: (channels: readonly LiveStatus[] | undefined) => void;
  readonly #running = new AbortController();
  readonly #streams = new Map<string, AbortController>();
  #seldom: readonly LiveWish[] = [];
  #seq = 0;

  /** `onStatus` is told every two seconds how the channels are; undefined: the hub does not answer, and this is over. */
  constructor(places: Places, onStatus: (channels: readonly LiveStatus[] | undefined) => void) {
    this.#places = places;
    this.#onStatus = onStatus;
    void this.#followStatus();
    void this.#takeSnapshots();
    this.follow();
  }

  /** Take up what the page wants now; a hidden page wants nothing. */
  follow(): void {
    const wishes = document.visibilityState === "hidden" ? [] : this.#places.wishes;
    const streamed = new Map(wishes.slice(0, STREAMS).map((wish) => [pathOf("video_feed", wish), wish]));
    for (const [path, stream] of this.#streams) if (!streamed.has(path) && this.#streams.delete(path)) stream.abort();
    for (const [path, wish] of streamed) if (!this.#streams.has(path)) void this.#stream(path, wish);
    this.#seldom = wishes.slice(STREAMS);
  }

  stop(): void {
    this.#running.abort();
    for (const stream of this.#streams.values()) stream.abort();
  }

  async #followStatus(): Promise<void> {
    while (!this.#stopped) {
      const channels = await readStatus(this.#running.signal);
      if (this.#stopped) return;
      this.#onStatus(channels);
      await after(STATUS_EVERY_MS);
    }
  }

  async #stream(path: string, { name }: LiveWish): Promise<void> {
    const stream = new AbortController();
    this.#streams.set(path, stream);
    while (!stream.signal.aborted) {
      try {
        const { ok, body } = await fetch(path, { signal: stream.signal });
        const parser = new MultipartParser("frame");
        if (ok && body)
          for await (const chunk of chunksOf(body))
            for (const part of parser.push(chunk)) this.#take(name, part.body, part.headers.get("x-timestamp"));
      } catch {
        // It ended, or this page ended it.
      }
      if (!stream.signal.aborted) await after(AGAIN_MS);
    }
  }

  async #takeSnapshots(): Promise<void> {
    for (let turn = 0; !this.#stopped; turn++) {
      const wish = this.#seldom[turn % Math.max(1, this.#seldom.length)];
      try {
        const reply = wish && (await fetch(pathOf("snapshot", wish), { signal: this.#running.signal }));
        if (wish && reply?.ok)
          this.#take(wish.name, new Uint8Array(await reply.arrayBuffer()), reply.headers.get("x-timestamp"));
      } catch {
        // The next one may come.
      }
      await after(SNAPSHOT_EVERY_MS);
    }
  }

  #take(name: string, body: Uint8Array, timestamp: string | null | undefined): void {
    const capturedAt = Number(timestamp) * 1000 || Date.now();
    const bytes = new Uint8Array(body);
    const shot = { format: "jpeg", bytes, seq: ++this.#seq, capturedAt, substitute: false } as const;
    this.#places.take(name, shot, () => undefined);
  }

  get #stopped(): boolean {
    return this.#running.signal.aborted;
  }
}

/** How the channels are that may be seen; undefined when the hub does not answer. */
export async function readStatus(signal: AbortSignal): Promise<readonly LiveStatus[] | undefined> {
  try {
    const reply = await fetch("/api/channels", { signal });
    return reply.ok ? liveStatus.array().parse(await reply.json()) : undefined;
  } catch {
    return undefined;
  }
}

function pathOf(route: "video_feed" | "snapshot", { name, width, fps }: LiveWish): string {
  const query = new URLSearchParams();
  if (width !== undefined) query.set("width", String(width));
  if (fps !== undefined && route === "video_feed") query.set("fps", String(fps));
  return `/${route}/${name}?${query}`;
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) if (value) yield value;
}

const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
