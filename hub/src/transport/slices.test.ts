import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PeerProgress } from "./peer-progress.ts";
import { Slices } from "./slices.ts";

const TICK_MS = 20;
const DELAYED_ACK_MS = 40;
const WINDOW_STEP = 1024;

/** A peer whose kernel holds `bufferBytes` and whose application reads so much a second; time is moved by hand. */
class Peer {
  rate: number;
  unread = 0;
  taken = 0;
  readonly #bufferBytes: number;
  #unsent = 0;
  #acked = 0;
  #window: number;
  #ackAt = 0;
  #ackDue: number | undefined;

  constructor(rate: number, bufferBytes: number) {
    this.rate = rate;
    this.#bufferBytes = bufferBytes;
    this.#window = this.#room;
  }

  take(bytes: number, nowMs: number): void {
    this.#unsent += bytes;
    this.#deliver(nowMs);
  }

  advance(ms: number, nowMs: number): void {
    this.unread = Math.max(0, this.unread - (this.rate * ms) / 1000);
    if (this.#ackDue !== undefined && nowMs >= this.#ackDue) this.#acknowledge(nowMs);
    // A kernel tells of its own accord only that a nearly full buffer is half empty again.
    if (this.#window < this.#bufferBytes / 2 && this.#room >= 2 * this.#window) this.#acknowledge(nowMs);
    // Keep-alive is on for paced peers.
    if (this.taken === this.#acked && nowMs - this.#ackAt >= 1000) this.#acknowledge(nowMs);
    this.#deliver(nowMs);
  }

  reading(nowMs: number) {
    return {
      acked: this.#acked,
      sacked: 0,
      unsent: this.#unsent,
      window: this.#window,
      ackAgeMs: nowMs - this.#ackAt,
      minRttMs: 0,
    };
  }

  get #room(): number {
    return Math.max(0, Math.floor((this.#bufferBytes - this.unread) / WINDOW_STEP) * WINDOW_STEP);
  }

  #deliver(nowMs: number): void {
    const inFlight = this.taken - this.#acked;
    const bytes = Math.min(this.#unsent, Math.max(0, this.#window - inFlight));
    if (bytes === 0) return;
    this.#unsent -= bytes;
    this.unread += bytes;
    this.taken += bytes;
    if (this.#unsent > 0) this.#acknowledge(nowMs);
    else this.#ackDue ??= nowMs + DELAYED_ACK_MS;
  }

  #acknowledge(nowMs: number): void {
    this.#acked = this.taken;
    this.#window = this.#room;
    this.#ackAt = nowMs;
    this.#ackDue = undefined;
  }
}

/** Send pictures to a peer, each as soon as the one before seems to have arrived. */
function run(
  peer: Peer,
  { pictureBytes, forMs, onArrived }: { pictureBytes: number; forMs: number; onArrived?: (nowMs: number) => void },
) {
  const progress = new PeerProgress(0);
  // What an open connection has sent before it is found slow.
  progress.observe(peer.reading(0), 0);
  progress.wrote(pictureBytes);
  peer.take(pictureBytes, 0);
  progress.restart(0);
  let now = 0;
  const slices = new Slices(progress, (bytes) => peer.take(bytes.length, now));
  const picture = Buffer.alloc(pictureBytes);
  let arrived = 0;
  while (now < forMs) {
    now += TICK_MS;
    peer.advance(TICK_MS, now);
    progress.observe(peer.reading(now), now);
    if (!slices.step(now)) continue;
    arrived++;
    onArrived?.(now);
    slices.take(picture);
  }
  return { arrived, slices, progress };
}

const peers = fc
  .record({
    rate: fc.integer({ min: 10_000, max: 1_000_000 }),
    bufferBytes: fc.integer({ min: 32, max: 1024 }).map((kB) => kB * 1024),
    pictureBytes: fc.integer({ min: 5_000, max: 200_000 }),
  })
  // A picture that takes longer comes too seldom to say how it went.
  .filter(({ rate, pictureBytes }) => pictureBytes / rate < 5);

describe("slices to a slow peer", () => {
  it("let the next picture begin when the peer has little left to read, whatever its speed and buffer", () => {
    fc.assert(
      fc.property(peers, ({ rate, bufferBytes, pictureBytes }) => {
        const peer = new Peer(rate, bufferBytes);
        const left: number[] = [];
        run(peer, { pictureBytes, forMs: 60_000, onArrived: () => left.push(peer.unread) });
        const settled = left.slice(Math.floor(left.length / 2)).toSorted((a, b) => a - b);
        const usual = settled[Math.floor(settled.length * 0.9)] ?? 0;
        // Little more than half a second of reading, and what windows and small slices hide; or half of its buffer,
        // for one that reads exactly as fast as it is asked.
        expect(usual).toBeLessThanOrEqual(Math.max(rate * 0.6 + 20_480, bufferBytes / 2 + 12_288));
      }),
      { numRuns: 300 },
    );
  });

  it("keep the peer reading most of the time", () => {
    fc.assert(
      fc.property(peers, ({ rate, bufferBytes, pictureBytes }) => {
        const forMs = 60_000;
        const { arrived } = run(new Peer(rate, bufferBytes), { pictureBytes, forMs });
        // Pictures that take no time are limited by ticks and delayed acknowledgements instead.
        const possible = Math.min((rate * forMs) / 1000 / pictureBytes, forMs / 150);
        expect(arrived).toBeGreaterThanOrEqual(Math.floor(possible * 0.5) - 2);
      }),
      { numRuns: 300 },
    );
  });

  it("stop for a peer that does not read, after a few pictures", () => {
    fc.assert(
      fc.property(peers, ({ bufferBytes, pictureBytes }) => {
        expect(run(new Peer(0, bufferBytes), { pictureBytes, forMs: 120_000 }).arrived).toBeLessThanOrEqual(4);
      }),
      { numRuns: 200 },
    );
  });

  it("trust a peer again that has become fast", () => {
    const peer = new Peer(50_000, 131_072);
    const { slices } = run(peer, {
      pictureBytes: 48_000,
      forMs: 40_000,
      onArrived: (now) => {
        if (now > 10_000) peer.rate = 100_000_000;
      },
    });
    expect(slices.trusted).toBe(true);
  });

  it("do not trust a peer that stays slow", () => {
    expect(run(new Peer(100_000, 131_072), { pictureBytes: 48_000, forMs: 40_000 }).slices.trusted).toBe(false);
  });
});
