import {
  decodeLiveFrame,
  liveServerMessage,
  type LiveClientMessage,
  type LiveServerMessage,
  type LiveStatus,
} from "@lightwell/wire/live.ts";
import { backOff } from "./back-off.ts";
import { HttpPictures, readStatus } from "./http-pictures.ts";
import { Places, type Easel } from "./places.ts";
import { Value } from "./value.ts";
import type { Want } from "./wishes.ts";

/** How the connection is. */
export type LinkState =
  | { readonly state: "connecting" | "open" | "paused" }
  | { readonly state: "lost"; readonly retryAt: number; readonly reason: string };

/** Changes of the page come in bursts (a scroll, a resize): they are told at once a moment later. */
const GATHER_MS = 60;
/** The hub sends a status each second; without any for this long the connection is dead though nobody said so. */
const SILENCE_MS = 6000;

/** After this many attempts in a row it is asked whether the hub answers over plain HTTP: a proxy may let no WebSockets through. */
const ATTEMPTS = 2;

/** RFC 6455, 7.4.1. */
const GOING_AWAY = 1001;

/** The one connection of this page to `/ws/live`: shared by every tile, stopped while the page is hidden. */
export class LiveConnection {
  readonly link = new Value<LinkState>({ state: "connecting" });
  /** Every channel that this viewer may see; undefined until the hub told. */
  readonly status = new Value<readonly LiveStatus[] | undefined>(undefined);
  /** Why channels that were asked for are not sent, by name. */
  readonly refusals = new Value<ReadonlyMap<string, { readonly code: string; readonly reason: string }>>(new Map());
  readonly #url: string;
  readonly #places = new Places();
  readonly #nameOf = new Map<number, string>();
  #socket: WebSocket | undefined;
  /** While no WebSocket comes through. */
  #http: HttpPictures | undefined;
  #attempt = 0;
  #clockLead = Number.POSITIVE_INFINITY;
  #heardAt = 0;
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setInterval> | undefined;
  #users = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /** Keep the connection while something on the page needs it. */
  use(): () => void {
    if (++this.#users === 1) this.#start();
    // A moment later: from one page to the next the connection stays.
    return () => void setTimeout(() => --this.#users === 0 && this.#stop());
  }

  /** Show a channel in one place of the page. */
  show(want: Want, easel: Easel): () => void {
    const leave = this.#places.add(want, easel);
    this.#gather();
    return () => {
      leave();
      this.#gather();
    };
  }

  /** Now by the hub's clock, ms since the epoch, as far as the messages told. */
  hubNow(): number {
    return Date.now() - (Number.isFinite(this.#clockLead) ? this.#clockLead : 0);
  }

  /** Connect now instead of after the wait. */
  readonly tryNow = (): void => {
    if (this.#socket || this.#users === 0) return;
    clearTimeout(this.#retry);
    this.#connect();
  };

  /** Connect anew: who is logged in has changed. */
  renew(): void {
    this.status.set(undefined);
    this.refusals.set(new Map());
    if (this.#users === 0) return;
    clearTimeout(this.#retry);
    this.#endHttp();
    this.#drop();
    this.#connect();
  }

  #start(): void {
    document.addEventListener("visibilitychange", this.#onVisibility);
    window.addEventListener("online", this.tryNow);
    // Kept in the page cache for "back", a page must not hold a connection.
    window.addEventListener("pagehide", this.#onPageHide);
    window.addEventListener("pageshow", this.tryNow);
    this.#watchdog = setInterval(() => this.#checkSilence(), 1000);
    this.#connect();
  }

  #stop(): void {
    document.removeEventListener("visibilitychange", this.#onVisibility);
    window.removeEventListener("online", this.tryNow);
    window.removeEventListener("pagehide", this.#onPageHide);
    window.removeEventListener("pageshow", this.tryNow);
    clearInterval(this.#watchdog);
    clearTimeout(this.#retry);
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#endHttp();
    this.#drop();
    this.link.set({ state: "connecting" });
  }

  #connect(): void {
    if (document.visibilityState === "hidden" && this.#attempt > 0) return;
    const socket = new WebSocket(this.#url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#clockLead = Number.POSITIVE_INFINITY;
    this.#heardAt = performance.now();
    socket.addEventListener("open", () => {
      if (socket !== this.#socket) return;
      this.#attempt = 0;
      this.#endHttp();
      this.link.set({ state: document.visibilityState === "hidden" ? "paused" : "open" });
      // Said first: a hidden page must not be sent anything.
      if (document.visibilityState === "hidden") this.#say({ type: "pause" });
      this.#sayWishes();
    });
    socket.addEventListener("message", ({ data }) => {
      if (socket !== this.#socket) return;
      this.#heardAt = performance.now();
      if (data instanceof ArrayBuffer) this.#onFrame(socket, data);
      else if (typeof data === "string") this.#onText(data);
    });
    socket.addEventListener("close", ({ code, reason }) => {
      // A hub that closes comes back, or is gone: no reason that anybody could do something about.
      if (socket === this.#socket) this.#onLost(code === GOING_AWAY ? "" : reason);
    });
  }

  #onLost(reason: string): void {
    this.#drop();
    if (this.#users === 0) return;
    const waitMs = backOff(++this.#attempt, Math.random());
    this.#retry = setTimeout(this.tryNow, waitMs);
    if (this.#http) return;
    this.link.set({ state: "lost", retryAt: Date.now() + waitMs, reason });
    if (this.#attempt >= ATTEMPTS) void this.#tryHttp();
  }

  async #tryHttp(): Promise<void> {
    const channels = await readStatus(AbortSignal.timeout(SILENCE_MS));
    if (!channels || this.#http || this.link.get().state !== "lost" || this.#users === 0) return;
    this.#http = new HttpPictures(this.#places, (known) => this.#onHttpStatus(known));
    this.#onHttpStatus(channels);
  }

  #onHttpStatus(channels: readonly LiveStatus[] | undefined): void {
    if (channels) {
      for (const { name, id } of channels) this.#places.know(name, id);
      this.status.set(channels);
      this.link.set({ state: document.visibilityState === "hidden" ? "paused" : "open" });
    } else {
      this.#endHttp();
      this.link.set({ state: "lost", retryAt: Date.now(), reason: "" });
    }
  }

  #endHttp(): void {
    this.#http?.stop();
    this.#http = undefined;
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#nameOf.clear();
    socket?.close();
  }

  #checkSilence(): void {
    if (document.visibilityState === "hidden" || !this.#socket) return;
    if (performance.now() - this.#heardAt > SILENCE_MS) this.#onLost("");
  }

  readonly #onVisibility = (): void => {
    const hidden = document.visibilityState === "hidden";
    this.#heardAt = performance.now();
    this.#http?.follow();
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      if (!hidden) this.tryNow();
      return;
    }
    this.#say({ type: hidden ? "pause" : "resume" });
    this.link.set({ state: hidden ? "paused" : "open" });
  };

  readonly #onPageHide = (): void => {
    this.#endHttp();
    this.#drop();
  };

  #gather(): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.#sayWishes();
      this.#http?.follow();
    }, GATHER_MS);
  }

  #sayWishes(): void {
    this.#say({ type: "watch", channels: this.#places.wishes, status: true });
  }

  #say(message: LiveClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #onText(text: string): void {
    let message: LiveServerMessage;
    try {
      message = liveServerMessage.parse(JSON.parse(text));
    } catch {
      // A newer hub may say more than this page understands; a reload brings the newer page.
      return;
    }
    if (message.type === "status") {
      // The smallest difference seen is the one with the least delay on the way.
      this.#clockLead = Math.min(this.#clockLead, Date.now() - message.now);
      this.status.set(message.channels);
    } else if (message.type === "watching") {
      const refusals = new Map(this.refusals.get());
      for (const { id, name } of message.channels) {
        this.#places.know(name, id);
        this.#nameOf.set(id, name);
        refusals.delete(name);
      }
      for (const { name, code, reason } of message.refused) refusals.set(name, { code, reason });
      this.refusals.set(refusals);
    } else if (message.type === "gone" && message.reason === "forbidden") {
      const { name, reason } = message;
      this.refusals.set(new Map(this.refusals.get()).set(name, { code: "disconnected", reason }));
    }
  }

  /** The newest one is acknowledged when it is drawn, which stands for those before it: the hub sends what this page can draw. */
  #onFrame(socket: WebSocket, data: ArrayBuffer): void {
    const frame = decodeLiveFrame(data);
    if (!frame) return;
    const { channel, seq } = frame;
    this.#places.take(this.#nameOf.get(channel) ?? "", frame, () => {
      if (socket === this.#socket) this.#say({ type: "ack", channel, seq });
    });
  }
}

/** The connection of this page. */
export const live = new LiveConnection(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/live`);
