import { request, type Address } from "./address.ts";
import { backOffMs } from "./back-off.ts";
import { refusalOf, unreachable } from "./http-reply.ts";
import type { HubRefusal } from "./refusal.ts";

/** An encoded JPEG, WebP or PNG. Its bytes must not change after they were given. */
export type Picture = Uint8Array<ArrayBuffer> | ArrayBuffer | Blob;

const REPLY_TIMEOUT_MS = 30_000;
/** Replies after which the same picture may be taken later. */
const LATER = new Set([429, 502, 503, 504]);

export interface PicturePushHandlers {
  refused(refusal: HubRefusal): void;
  /** All that was given is answered. */
  settled(): void;
}

/** Puts pictures into a channel, one after the other, always the newest; the hub's answer lets the next one go. */
export class PicturePush {
  readonly #address: Address;
  readonly #channel: string;
  readonly #handlers: PicturePushHandlers;
  /** Minimum time between pictures. */
  frameDelayMs = 0;
  #waiting: Picture | undefined;
  #request: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sentAt = -Infinity;
  #failures = 0;
  #ended = false;

  constructor(address: Address, channel: string, handlers: PicturePushHandlers) {
    this.#address = address;
    this.#channel = channel;
    this.#handlers = handlers;
  }

  /** Nothing waits and nothing is under way. */
  get settled(): boolean {
    return !this.#waiting && !this.#request;
  }

  show(picture: Picture): void {
    if (this.#ended) return;
    this.#waiting = picture;
    this.#pump();
  }

  /** Something else is shown now. */
  forget(): void {
    this.#waiting = undefined;
    this.#request?.abort();
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.forget();
  }

  #pump(): void {
    if (!this.#waiting || this.#request || this.#timer !== undefined || this.#ended) return;
    const waitMs = this.#sentAt + this.frameDelayMs - performance.now();
    if (waitMs > 0) {
      this.#wait(waitMs);
      return;
    }
    const picture = this.#waiting;
    this.#waiting = undefined;
    this.#sentAt = performance.now();
    const controller = new AbortController();
    this.#request = controller;
    void this.#put(picture, controller).then(() => {
      this.#request = undefined;
      this.#pump();
      if (this.settled) this.#handlers.settled();
    });
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#pump();
    }, ms);
  }

  /** Never rejects. */
  async #put(picture: Picture, controller: AbortController): Promise<void> {
    const { url, headers } = request(this.#address, `ingest/${this.#channel}`);
    const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(REPLY_TIMEOUT_MS)]);
    let refusal: HubRefusal;
    try {
      const reply = await fetch(url, { method: "PUT", headers, body: picture, signal });
      if (reply.ok) {
        await reply.arrayBuffer();
        this.#failures = 0;
        return;
      }
      refusal = await refusalOf(this.#subject, reply);
      if (!LATER.has(reply.status)) {
        this.#failures = 0;
        if (refusal.final) this.end();
        this.#handlers.refused(refusal);
        return;
      }
    } catch (cause) {
      // Forgotten or ended: whoever did that knows.
      if (controller.signal.aborted) return;
      refusal = unreachable(this.#subject, url, cause);
    }
    this.#waiting ??= picture;
    this.#wait(backOffMs(++this.#failures));
    if (this.#failures === 1) this.#handlers.refused(refusal);
  }

  get #subject(): string {
    return `channel "${this.#channel}"`;
  }
}
