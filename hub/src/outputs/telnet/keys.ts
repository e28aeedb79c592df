/** What a viewer asks for by keys or by a line. */
export type Wish =
  | { readonly type: "leave" | "next" | "previous" | "help" | "colour" | "automatic" | "glyphs" }
  | { readonly type: "depth"; readonly depth: "mono" | "16" | "256" | "24bit" }
  | { readonly type: "token"; readonly secret: string }
  | {
      readonly type: "watch";
      readonly channel: string;
      /** Then it is enough. */
      readonly forMs?: number;
    };

const KEYS: ReadonlyMap<string, Wish> = new Map<string, Wish>([
  ["q", { type: "leave" }],
  // ^C and ^D as characters, from clients that pass them on.
  ["\x03", { type: "leave" }],
  ["\x04", { type: "leave" }],
  ["n", { type: "next" }],
  ["p", { type: "previous" }],
  ["h", { type: "help" }],
  ["?", { type: "help" }],
  ["c", { type: "colour" }],
  ["g", { type: "glyphs" }],
  ["1", { type: "depth", depth: "mono" }],
  ["2", { type: "depth", depth: "16" }],
  ["3", { type: "depth", depth: "256" }],
  ["4", { type: "depth", depth: "24bit" }],
  ["5", { type: "automatic" }],
]);

/** Arrow keys, right and left: the final bytes of `ESC [ C` and `ESC O C`. */
const ARROWS: ReadonlyMap<string, Wish> = new Map<string, Wish>([
  ["C", { type: "next" }],
  ["D", { type: "previous" }],
]);

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** Timers do not reach further than 24 days; nobody means to. */
const LONGEST_MS = 24 * 3_600_000;

/** A token is at most 200 characters long. */
const LONGEST_LINE = 256;

/**
 * Reads keys. `t` and `w` begin a line that Enter ends: `token <secret>`, `watch <channel>`, `watch <channel> for 2s`
 * (`ms`, `s`, `m`, `h`; a day at most); scripts send such lines, people type them unseen. Escape takes a line back. Everything else is ignored.
 */
export class KeyReader {
  readonly #wish: (wish: Wish) => void;
  #line: string | undefined;
  #escape: "none" | "escape" | "sequence" = "none";

  constructor(wish: (wish: Wish) => void) {
    this.#wish = wish;
  }

  feed(bytes: Uint8Array): void {
    for (const byte of bytes) this.#take(byte);
  }

  #take(byte: number): void {
    const key = String.fromCharCode(byte);
    if (this.#escape !== "none") this.#inEscape(byte, key);
    else if (byte === 0x1b) {
      this.#line = undefined;
      this.#escape = "escape";
    } else if (this.#line !== undefined) this.#inLine(byte, key);
    else if (key === "t" || key === "w") this.#line = key;
    else {
      const wish = KEYS.get(key.toLowerCase());
      if (wish) this.#wish(wish);
    }
  }

  #inEscape(byte: number, key: string): void {
    if (this.#escape === "escape" && (key === "[" || key === "O")) {
      this.#escape = "sequence";
      return;
    }
    const begun = this.#escape;
    // Parameters of a control sequence (ECMA-48, 5.4) go on, anything else ends it.
    if (begun === "sequence" && byte >= 0x20 && byte < 0x40) return;
    this.#escape = "none";
    if (begun === "escape") {
      this.#take(byte);
      return;
    }
    const wish = ARROWS.get(key);
    if (wish) this.#wish(wish);
  }

  #inLine(byte: number, key: string): void {
    if (byte === 0x0d || byte === 0x0a) {
      const line = this.#line ?? "";
      this.#line = undefined;
      const [, secret] = /^token\s+(\S+)\s*$/.exec(line) ?? [];
      const [, channel, count, unit = ""] = /^watch\s+(\S+)(?:\s+for\s+(\d{1,8})(ms|s|m|h))?\s*$/.exec(line) ?? [];
      if (secret !== undefined) this.#wish({ type: "token", secret });
      if (channel === undefined) return;
      const forMs = Math.min(LONGEST_MS, Number(count) * (UNITS[unit] ?? 0));
      this.#wish({ type: "watch", channel, ...(count !== undefined && { forMs }) });
    } else if (byte === 0x03 || byte === 0x04) {
      this.#line = undefined;
      this.#wish({ type: "leave" });
    } else if (byte === 0x7f || byte === 0x08) {
      this.#line = this.#line?.slice(0, -1) || undefined;
    } else if (byte >= 0x20 && (this.#line?.length ?? 0) < LONGEST_LINE) {
      this.#line += key;
    }
  }
}
