import { texts } from "./texts.ts";

/** A short span: `120 ms`, `4.2 s`, `12 s`, `3 min`, `5 h`, `2 d`. */
export function span(ms: number): string {
  if (!Number.isFinite(ms)) return texts.unknown;
  const positive = Math.max(0, ms);
  if (positive < 995) return `${Math.round(positive / 10) * 10} ms`;
  const seconds = positive / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  if (seconds < 5970) return `${Math.round(seconds / 60)} min`;
  if (seconds < 99 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** As {@link span}, in whole seconds at least: for what is told once a second. */
export function wholeSpan(ms: number): string {
  return ms < 99_500 ? `${Math.max(0, Math.floor(ms / 1000))} s` : span(ms);
}

/** Bytes in powers of 1000, three figures: `0 B`, `12.3 kB`, `1.20 GB`. */
export function bytes(count: number): string {
  if (!Number.isFinite(count)) return texts.unknown;
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let value = Math.max(0, count);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : value >= 9.95 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

export const bytesPerSecond = (rate: number): string => `${bytes(rate)}/s`;

/** Frames per second: one decimal below 10, so that a slow channel does not read 0. */
export function rate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return texts.unknown;
  return perSecond > 0 && perSecond < 9.95 ? perSecond.toFixed(1) : String(Math.round(perSecond));
}

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** A whole number with separators: `1,234,567`. */
export const count = (value: number): string => grouped.format(value);

export const percent = (value: number): string => (Number.isFinite(value) ? `${Math.round(value)} %` : texts.unknown);

const exactFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** Date and time to the second, in the reader's way. */
export const exactTime = (ms: number): string => exactFormat.format(ms);

/** `14:03:59`, for log lines. */
export function clockTime(ms: number): string {
  const date = new Date(ms);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}
