import { AckWindow } from "./ack-window.ts";

/** A link, its reader and what goes over it, all in ms and bytes. */
export interface SimulatedLink {
  /** Bytes per ms; what it is from a time on. The first is from 0 on; 0: the link is off. */
  readonly rates: ReadonlyArray<readonly [fromMs: number, rate: number]>;
  readonly roundTripMs: number;
  readonly jitterMs: number;
  /** The first frames, this many, take as many round trips more, each one fewer than the one before, as TCP's slow start does. */
  readonly slowStart: number;
  /** Of all frames that are held up for a round trip and more, as by a lost packet, with all behind them. */
  readonly lossShare: number;
  /** What the reader takes for each. */
  readonly readMs: number;
  /** The reader acknowledges at most once in this time, the newest that it has. */
  readonly gatherMs: number;
  readonly frameBytes: number;
  readonly framesPerSecond: number;
  /** After this the reader takes nothing more. */
  readonly stopsAtMs?: number;
}

/** What the reader saw, and what was under way. */
export interface Watched {
  readonly arrivals: ReadonlyArray<{ readonly atMs: number; readonly ageMs: number }>;
  readonly mostUnderWay: number;
  /** The last frame of the source, and the last that the reader had. */
  readonly published: number;
  readonly last: number;
}

interface Event {
  readonly atMs: number;
  readonly run: () => void;
}

/** Plays a source over a link for this long, and then until nothing is under way. `random` gives 0 to 1. */
export function watchOver(link: SimulatedLink, forMs: number, random: () => number): Watched {
  const window = new AckWindow();
  const events: Event[] = [];
  const at = (atMs: number, run: () => void) => {
    const index = events.findLastIndex((event) => event.atMs <= atMs) + 1;
    events.splice(index, 0, { atMs, run });
  };
  const arrivals: Array<{ atMs: number; ageMs: number }> = [];
  let [now, published, sent, last, mostUnderWay] = [0, 0, 0, 0, 0];
  let [linkFreeAt, readerFreeAt, lastArrival, nextAckAt] = [0, 0, 0, 0];
  let ackPlanned = false;

  const bornAt = (seq: number) => ((seq - 1) * 1000) / link.framesPerSecond;
  const offer = () => {
    if (published === sent || !window.hasRoom(now)) return;
    sent = published;
    window.sent({ seq: sent, bytes: link.frameBytes, ageMs: now - bornAt(sent) }, now);
    mostUnderWay = Math.max(mostUnderWay, window.frames);
    travel(sent);
  };
  const travel = (seq: number) => {
    linkFreeAt = passedAt(link, Math.max(now, linkFreeAt), link.frameBytes);
    const slowStart = Math.max(0, link.slowStart - seq) * link.roundTripMs;
    const lost = random() < link.lossShare ? link.roundTripMs + 20 : 0;
    const jitter = random() * link.jitterMs;
    lastArrival = Math.max(lastArrival, linkFreeAt + link.roundTripMs / 2 + jitter + lost + slowStart);
    readerFreeAt = Math.max(readerFreeAt, lastArrival) + link.readMs;
    if (link.stopsAtMs !== undefined && readerFreeAt > link.stopsAtMs) return;
    at(readerFreeAt, () => {
      arrivals.push({ atMs: now, ageMs: now - bornAt(seq) });
      last = seq;
      if (ackPlanned) return;
      ackPlanned = true;
      at(Math.max(now, nextAckAt), () => {
        ackPlanned = false;
        nextAckAt = now + link.gatherMs;
        const newest = last;
        at(now + link.roundTripMs / 2, () => {
          window.ack(newest, now);
          offer();
        });
      });
    });
  };
  const publish = () => {
    published++;
    if (bornAt(published + 1) <= forMs) at(bornAt(published + 1), publish);
    offer();
  };
  at(0, publish);
  for (let event = events.shift(); event; event = events.shift()) {
    now = event.atMs;
    event.run();
  }
  return { arrivals, mostUnderWay, published, last };
}

/** When this many bytes have passed that begin at this time. */
function passedAt({ rates }: SimulatedLink, beginMs: number, bytes: number): number {
  let [time, left] = [beginMs, bytes];
  for (const [i, [, rate]] of rates.entries()) {
    const until = rates[i + 1]?.[0] ?? Infinity;
    if (time >= until) continue;
    if (left <= rate * (until - time)) return time + left / rate;
    left -= rate * (until - time);
    time = until;
  }
  throw new Error("the link stays off");
}
