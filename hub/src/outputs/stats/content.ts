import type { Health, LiveChannel } from "#core/live-channel.ts";
import { peopleOf } from "@lightwell/wire/api/people.ts";
import { plain, type Ink, type Span } from "./page.ts";

/** What the screen tells of. */
export interface Facts {
  /** ms since the epoch. */
  readonly now: number;
  /** Keys of `/data`. */
  readonly figures: Readonly<Record<string, unknown>>;
  /** The last error of the log. */
  readonly lastError: string | undefined;
  readonly channels: readonly LiveChannel[];
}

type Line = readonly Span[];

/** Width of a value before the next label in its line. */
const COLUMN = 34;

/** The sections of the original's screen in its order, then channels and outputs, in this many rows. */
export function linesOf(facts: Facts, rows: number): Line[] {
  const fixed = originalSections(facts);
  const outputs = outputLines(facts.channels);
  const room = rows - fixed.length - 2;
  const forOutputs = Math.max(1, Math.min(outputs.length, Math.floor(room / 2)));
  const forChannels = Math.max(1, room - forOutputs);
  return [
    ...fixed,
    [heading("[CHANNELS]"), plain(`${" ".repeat(14)}fps  viewers    skipped  age of the oldest picture`)],
    ...cutTo(forChannels, facts.channels.map(channelLine)),
    [heading("[OUTPUTS]"), plain(`${" ".repeat(19)} viewers    skipped  age of the oldest picture`)],
    ...cutTo(forOutputs, outputs),
  ];
}

function originalSections({ now, figures, lastError, channels }: Facts): Line[] {
  const viewers = peopleOf(channels.flatMap((channel) => [...channel.viewers()].map(({ info }) => info))).length;
  const show = (key: string, unit = "") => {
    const value = figures[key];
    return value === null || value === undefined ? "-" : `${format(value)}${unit}`;
  };
  const fastest = Math.max(0, ...channels.map(({ fps }) => fps));
  const used = Number(figures["mem_used"]);
  const total = Number(figures["mem_total"]);
  return [
    [{ text: "=== ASCII STREAM MONITOR ===", ink: "bright", bold: true }, plain(`   ${clockText(now)}`)],
    [
      heading("[CLIENTS]"),
      plain(`  active ${show("ascii_clients")}/${show("ascii_max_clients")}, on all outputs ${viewers}`),
    ],
    [heading("[PERFORMANCE]")],
    pair("FPS", figures["fps"] === undefined ? fastest.toFixed(1) : show("fps"), "Index", show("index")),
    [...labelled("Delta", show("delta")), state(figures["latency_state"])],
    pair("FIFO depth", show("fifo_depth"), "Staleness", show("staleness_ms", " ms")),
    [heading("[CONTENT]")],
    pair("Main folder", show("main_folder"), "Covered", show("main_covered")),
    pair("Float folder", show("float_folder"), "Covered", show("float_covered")),
    labelled("Entropy M/F", `${show("main_entropy")} / ${show("float_entropy")}`),
    [heading("[SYSTEM]")],
    pair("CPU", `${show("cpu_percent", " %")} (${show("threads")} threads)`, "Uptime", show("script_uptime")),
    labelled("Memory", total > 0 ? `${gigabytes(used)} of ${gigabytes(total)} GiB` : "-"),
    [heading("[ERRORS]")],
    labelled(
      "Failed loads",
      show("failed_load_count"),
      Number(figures["failed_load_count"] ?? 0) > 0 ? "red" : "plain",
    ),
    labelled("Last error", lastError ?? "none", lastError ? "red" : "plain"),
  ];
}

const heading = (text: string): Span => ({ text, ink: "cyan", bold: true });

function labelled(label: string, value: string, ink: Ink = "bright"): Line {
  return [plain(`  ${`${label}:`.padEnd(14)}`), { text: value, ink }];
}

function pair(label: string, value: string, next: string, nextValue: string): Line {
  return [...labelled(label, value.padEnd(COLUMN - 16)), ...labelled(next, nextValue)];
}

/** `Delta synced` and its like, as `/data` has it. */
function state(value: unknown): Span {
  const word = typeof value === "string" ? value.replace(/^Delta /, "") : "";
  const ink = word === "synced" ? "green" : word === "resting" ? "plain" : "red";
  return { text: word && ` ${word}`, ink };
}

function channelLine(channel: LiveChannel): Line {
  const viewers = [...channel.viewers()];
  const health = channel.fault === undefined ? channel.health.state : "failing";
  const ink = inkOf[health];
  const figures = `${channel.fps.toFixed(1).padStart(7)} ${tail(viewers.length, channel.totals.skipped, viewers)}`;
  // Colour is not alone: the word stands where those who watch would have an age.
  const trouble = health === "live" ? "" : `${health}${channel.fault === undefined ? "" : `: ${channel.fault}`}`;
  return [{ text: `  ${fixedWidth(channel.name, 18)}`, ink }, plain(figures), { text: trouble && `  ${trouble}`, ink }];
}

const inkOf: Readonly<Record<Health | "failing", Ink>> = {
  live: "green",
  waiting: "yellow",
  resting: "plain",
  stalled: "red",
  frozen: "red",
  failing: "red",
};

function outputLines(channels: readonly LiveChannel[]): Line[] {
  const byOutput = Map.groupBy(
    channels.flatMap((channel) => [...channel.viewers()]),
    ({ info }) => info.output,
  );
  return [...byOutput]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([output, viewers]) => [
      { text: `  ${fixedWidth(output, 18)}`, ink: "bright" },
      plain(
        `        ${tail(
          viewers.length,
          viewers.reduce((sum, { skipped }) => sum + skipped, 0),
          viewers,
        )}`,
      ),
    ]);
}

function tail(count: number, skipped: number, viewers: readonly { readonly ageMs: number | undefined }[]): string {
  const ages = viewers.map(({ ageMs }) => ageMs).filter((age) => age !== undefined);
  // Tens of ms: the last digit would change at each refresh and tells nothing.
  const age = ages.length > 0 ? `${Math.round(Math.max(...ages) / 10) * 10} ms` : "-";
  return `${String(count).padStart(8)} ${String(skipped).padStart(10)}  ${age}`;
}

function cutTo(rows: number, lines: readonly Line[]): Line[] {
  if (lines.length === 0) return [[plain("  none")]];
  if (lines.length <= rows) return [...lines];
  const shown = lines.slice(0, rows - 1);
  return [...shown, [plain(`  … and ${lines.length - shown.length} more`)]];
}

const fixedWidth = (text: string, width: number) => text.slice(0, width).padEnd(width);
const gigabytes = (bytes: number) => (bytes / 2 ** 30).toFixed(1);

function format(value: unknown): string {
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : value.toFixed(2);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Local time of the hub, as `2026-11-21 01:02:03`. */
function clockText(now: number): string {
  const date = new Date(now);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
