import {
  parseServerMessage,
  TEXT_PROTOCOL_VERSION,
  writeClientMessage,
  type ClientMessageInput,
  type ServerMessage,
} from "@lightwell/wire/text/messages.ts";
import type { TextLook } from "@lightwell/wire/text/look.ts";
import { socketUrl, type Address } from "./address.ts";
import { Link, type Lost } from "./link.ts";
import { HubRefusal } from "./refusal.ts";

/** How a viewer wants a channel as text; without a size that of the text. Glyphs and colours are for pictures. */
export interface TextWish extends TextLook {
  readonly cols?: number | undefined;
  readonly rows?: number | undefined;
}

export interface ViewerLinkHandlers {
  /** Everything but a welcome and a refusal. */
  message(message: ServerMessage): void;
  welcome(message: Extract<ServerMessage, { type: "welcome" }>): void;
  binary(bytes: Uint8Array<ArrayBuffer>): void;
  refused(refusal: HubRefusal): void;
  lost(lost: Lost): void;
}

/** A viewer's connection to one channel of text, by version 1 of the protocol. */
export class ViewerLink {
  readonly #link: Link;
  readonly #subject: string;
  readonly #handlers: ViewerLinkHandlers;

  /** `wish` is asked at each hello: the size may have changed since the last. */
  constructor(
    address: Address,
    channel: string,
    wish: () => TextWish & { readonly paused?: boolean },
    handlers: ViewerLinkHandlers,
  ) {
    this.#subject = `channel "${channel}"`;
    this.#handlers = handlers;
    this.#link = new Link(socketUrl(address, "ws/display", {}), {
      open: () =>
        this.say({
          type: "hello",
          version: TEXT_PROTOCOL_VERSION,
          accept: ["diff"],
          channel,
          ...wish(),
          ...(address.token !== undefined && { token: address.token }),
        }),
      text: (text) => this.#onText(text),
      binary: (bytes) => handlers.binary(bytes),
      lost: (lost) => handlers.lost(lost),
      askForSign: () => writeClientMessage({ type: "ping", t: 0 }),
    });
  }

  start(): void {
    this.#link.start();
  }

  say(message: ClientMessageInput): void {
    this.#link.send(writeClientMessage(message));
  }

  end(): void {
    this.#link.end();
  }

  #onText(text: string): void {
    const parsed = parseServerMessage(text);
    // A newer hub may say more than this version knows.
    if (!parsed.ok) return;
    const { message } = parsed;
    if (message.type === "welcome") {
      this.#link.settle();
      this.#handlers.welcome(message);
    } else if (message.type === "refused") {
      const refusal = new HubRefusal(this.#subject, message);
      this.#link.explain(refusal.message);
      if (refusal.final) this.#link.end();
      this.#handlers.refused(refusal);
    } else {
      this.#handlers.message(message);
    }
  }
}
