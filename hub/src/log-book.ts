import pino from "pino";
import type { Log, LogLevel, LogLine } from "#contract/log.ts";

const KEPT_BYTES = 64 * 1024;

export type LogFormat = "text" | "json" | "silent";

const levelOf = (value: number): LogLevel =>
  value >= 50 ? "error" : value >= 40 ? "warn" : value >= 30 ? "info" : "debug";

const severity: Record<LogLevel, number> = { debug: 20, info: 30, warn: 40, error: 50 };

/** Writes the log and keeps its last 64 KB, for `/log` and the admin page. */
export class LogBook {
  readonly #root: pino.Logger;
  readonly #lines: Array<LogLine & { readonly text: string }> = [];
  #bytes = 0;

  constructor(
    level: LogLevel,
    format: LogFormat,
    write: (line: string) => void = (line) => void process.stdout.write(line),
  ) {
    const destination = {
      write: (json: string) => {
        const text = this.#keep(json);
        if (format !== "silent") write(format === "json" ? json.replace(UNSEEN_IN_JSON, escape) : text);
      },
    };
    this.#root = pino(
      { level, base: null, redact: { paths: ["token", "*.token", "*.authorization", "*.cookie"], censor: "[secret]" } },
      destination,
    );
  }

  /** The log of one module. */
  of(module: string): Log {
    return this.#root.child({ module });
  }

  lines({ level = "debug", limit = 500 }: { readonly level?: LogLevel; readonly limit?: number } = {}): LogLine[] {
    return this.#lines
      .filter((line) => severity[line.level] >= severity[level])
      .slice(-limit)
      .map(({ text: _text, ...line }) => line);
  }

  tail(): string {
    return this.#lines.map((line) => line.text).join("");
  }

  #keep(json: string): string {
    const {
      level,
      time,
      module = "hub",
      msg = "",
      ...fields
    } = JSON.parse(json) as { level: number; time: number; module?: string; msg?: string; stack?: unknown };
    const { stack = "", ...others } = fields;
    const rest = Object.entries(others).map(([key, value]) => ` ${visible(key)}=${visible(shown(value))}`);
    // The one field with lines of its own: frames are code of ours, see framesOf.
    const frames = String(stack)
      .split("\n")
      .filter(Boolean)
      .map((frame) => `\n${visible(frame)}`);
    const message = `${visible(msg)}${rest.join("")}${frames.join("")}`;
    const text = `${new Date(time).toISOString()} ${levelOf(level).padEnd(5)} [${module}] ${message}\n`;
    this.#lines.push({ time, level: levelOf(level), module, message, text });
    this.#bytes += text.length;
    while (this.#bytes > KEPT_BYTES) this.#bytes -= this.#lines.shift()?.text.length ?? this.#bytes;
    return text;
  }
}

/**
 * Control characters, and those that break lines or turn their direction where text is shown (UAX 14, UAX 9). Names and
 * user agents of peers reach the log: they must neither steer a terminal nor pass for lines of the hub.
 */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
/** JSON has escaped the first ones; the line's own end stays. */
const UNSEEN_IN_JSON = new RegExp(UNSEEN.source.replace("\\u0000-\\u001f", ""), "g");

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const escape = (sign: string): string => SHORT[sign] ?? `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
const visible = (text: string): string => text.replace(UNSEEN, escape);

/** Quoted where it could pass for more fields than one. */
function shown(value: unknown): string {
  return typeof value === "string" && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}
