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
        if (format !== "silent") write(format === "json" ? json : text);
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
    } = JSON.parse(json) as { level: number; time: number; module?: string; msg?: string };
    const rest = Object.entries(fields).map(
      ([key, value]) => ` ${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
    );
    const message = `${msg}${rest.join("")}`;
    // Bytes of a peer (a user agent, a name) reach the log: no control character may reach the terminal.
    const clean = message.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "·");
    const text = `${new Date(time).toISOString()} ${levelOf(level).padEnd(5)} [${module}] ${clean}\n`;
    this.#lines.push({ time, level: levelOf(level), module, message: clean, text });
    this.#bytes += text.length;
    while (this.#bytes > KEPT_BYTES) this.#bytes -= this.#lines.shift()?.text.length ?? this.#bytes;
    return text;
  }
}
