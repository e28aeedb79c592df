import { quantile } from "../fanout/messages.ts";
import { CHANGE_SECOND, type Link, type Protocol } from "./cases.ts";
import type { Seen } from "./messages.ts";

/** Nobody is given more than the source has; terminals are given half of it, unless they are asked for more. */
export const MOST_PER_SECOND: Readonly<Record<Protocol, number>> = { mjpeg: 30, live: 30, display: 30, telnet: 15 };
/** Of the bytes that a link carries, TCP's payload: 1500 bytes of packet hold 1448, and Ethernet adds 14. */
const PAYLOAD_SHARE = 1448 / 1514;
/** A viewer has run in by then. */
export const FIRST_SECOND = 4;
/** After an outage the stream must be as good as before within this. */
const RECOVERY_SECONDS = 2;
/** What must hold: a share of what the link carries, and ms beside the round trip and two pictures. */
const [LEAST_SHARE, SLACK_MS] = [0.9, 150];

/** What one viewer got. Times in ms. */
export interface Figures {
  readonly perSecond: number;
  readonly ageP50: number;
  readonly ageP95: number;
  /** From when the link was on again until the stream was as good as before; of links that were off. */
  readonly recoveryMs?: number | undefined;
}

/** What a link can do with pictures of this size. */
export interface Capacity {
  readonly perSecond: number;
  readonly ageBoundMs: number;
}

type Span = readonly [from: number, to: number];

/** The seconds of a case that count, and when it ends. A link that was off has two seconds to recover. */
export function spansOf({ rates }: Link, seconds: number): { readonly spans: readonly Span[]; readonly end: number } {
  const [, change, back] = rates;
  if (!change || !back) return { spans: [[FIRST_SECOND, FIRST_SECOND + seconds]], end: FIRST_SECOND + seconds };
  if (change[1] > 0) return { spans: [[FIRST_SECOND, back[0] + 4]], end: back[0] + 4 };
  const recovered = back[0] + RECOVERY_SECONDS;
  const end = recovered + 5;
  return {
    spans: [
      [FIRST_SECOND, CHANGE_SECOND],
      [recovered, end],
    ],
    end,
  };
}

/** What the link carries over these spans of pictures with this many bytes each, if nothing is lost. */
export function capacityOf(
  { rates, roundTripMs }: Link,
  spans: readonly Span[],
  { bytes, mostPerSecond }: { readonly bytes: number; readonly mostPerSecond: number },
): Capacity {
  const perSecondAt = (mbit: number) => Math.min(mostPerSecond, (mbit * 1e6 * PAYLOAD_SHARE) / (8 * bytes));
  let pictures = 0;
  let total = 0;
  for (const [from, to] of spans) {
    total += to - from;
    for (const [i, [begin, mbit]] of rates.entries()) {
      const until = rates[i + 1]?.[0] ?? Infinity;
      pictures += Math.max(0, Math.min(to, until) - Math.max(from, begin)) * perSecondAt(mbit);
    }
  }
  const slowest = Math.min(...rates.map(([, mbit]) => mbit).filter((mbit) => mbit > 0));
  const pictureMs = (bytes * 8) / (slowest * 1000 * PAYLOAD_SHARE);
  return { perSecond: pictures / total, ageBoundMs: roundTripMs + 2 * pictureMs + SLACK_MS };
}

/** What a link that loses packets can do: no more than what plain Node, which always has bytes to send, gets through. */
export function withLoss(lossless: Capacity, { perSecond }: Figures, roundTripMs: number): Capacity {
  if (perSecond >= lossless.perSecond) return lossless;
  return { perSecond, ageBoundMs: Math.max(lossless.ageBoundMs, roundTripMs + 2000 / perSecond + SLACK_MS) };
}

/** What a viewer saw in these spans of a link that was connected at `startedAt`, in ms since the epoch. */
export function figuresOf(
  seen: readonly Seen[],
  { startedAt, link, spans, capacity }: { startedAt: number; link: Link; spans: readonly Span[]; capacity: Capacity },
): Figures {
  const total = spans.reduce((sum, [from, to]) => sum + to - from, 0);
  const inSpans = seen.filter(([at]) => spans.some((span) => isIn(span, (at - startedAt) / 1000)));
  const ages = inSpans.map(([at, capturedAt]) => at - capturedAt).toSorted((a, b) => a - b);
  const onAgain = link.rates[1]?.[1] === 0 ? link.rates[2]?.[0] : undefined;
  return {
    perSecond: inSpans.length / total,
    ageP50: quantile(ages, 0.5),
    ageP95: quantile(ages, 0.95),
    ...(onAgain !== undefined && { recoveryMs: recoveryOf(seen, startedAt + onAgain * 1000, capacity) }),
  };
}

/** What does not hold, in words; empty when all does. */
export function failingsOf(figures: Figures, capacity: Capacity, plain: Figures | undefined): string[] {
  const failings: string[] = [];
  if (figures.perSecond < LEAST_SHARE * capacity.perSecond) failings.push("rate");
  if (!(figures.ageP95 <= capacity.ageBoundMs)) failings.push("age");
  if (figures.recoveryMs !== undefined && figures.recoveryMs > RECOVERY_SECONDS * 1000) failings.push("recovery");
  if (plain && figures.perSecond < 0.9 * plain.perSecond) failings.push("fewer than plain");
  // A tenth, or ten ms, is what two runs of the same differ by.
  if (plain && figures.ageP95 > Math.max(plain.ageP95 * 1.1, plain.ageP95 + 10)) failings.push("older than plain");
  return failings;
}

/** Until the rate and the ages of the next half second, or of four pictures, are as they should be. */
function recoveryOf(seen: readonly Seen[], onAt: number, { perSecond, ageBoundMs }: Capacity): number {
  const spanMs = Math.max(500, 4000 / perSecond);
  const enough = Math.floor((LEAST_SHARE * perSecond * spanMs) / 1000);
  const after = seen.filter(([at]) => at >= onAt);
  for (const [first] of after) {
    const span = after.filter(([at]) => at >= first && at < first + spanMs);
    if (span.length >= enough && span.every(([at, capturedAt]) => at - capturedAt <= ageBoundMs)) return first - onAt;
  }
  return Infinity;
}

function isIn([from, to]: Span, second: number): boolean {
  return second >= from && second < to;
}
