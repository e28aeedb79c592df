/** A link between the hub and one viewer. Everything but the delay holds for the way to the viewer only. */
export interface Link {
  readonly name: string;
  /** Mbit/s from these seconds on; Infinity: no limit, 0: off. */
  readonly rates: ReadonlyArray<readonly [second: number, mbit: number]>;
  readonly roundTripMs: number;
  readonly jitterMs: number;
  readonly lossPercent: number;
  /** What waits in the network at most. */
  readonly queueBytes: number;
  /** Congestion control of the hub's side. */
  readonly congestion: Congestion;
}

export type Congestion = "cubic" | "bbr";

export const PROTOCOLS = ["mjpeg", "live", "display", "telnet"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** A link that is off or changes its rate does so after this, when its viewers have long run in. */
export const CHANGE_SECOND = 8;
/** Between two changes of a rate. */
const STEP_SECONDS = 4;

interface Wish {
  readonly jitter?: number;
  readonly loss?: number;
  readonly queue?: number;
  readonly congestion?: Congestion;
}

/** What waits in front of a link of this rate, unless a case says otherwise: a tenth of a second or one round trip. */
function usualQueue(mbit: number, roundTripMs: number): number {
  if (mbit === Infinity) return 1_000_000;
  return Math.max(32_000, (mbit * 1e6 * Math.max(100, roundTripMs)) / 8000);
}

function link(
  mbit: number,
  roundTripMs: number,
  { jitter = 0, loss = 0, queue, congestion = "cubic" }: Wish = {},
): Link {
  const marks = [
    jitter && ` jitter ${jitter}`,
    loss && ` loss ${loss} %`,
    queue && ` queue ${queue / 1e6} MB`,
    congestion !== "cubic" && ` ${congestion}`,
  ];
  return {
    name: `${mbit === Infinity ? "∞" : `${mbit}M`}/${roundTripMs}${marks.filter(Boolean).join("")}`,
    rates: [[0, mbit]],
    roundTripMs,
    jitterMs: jitter,
    lossPercent: loss,
    queueBytes: queue ?? usualQueue(mbit, roundTripMs),
    congestion,
  };
}

/** The rate becomes `other` and comes back. */
function changing(mbit: number, other: number, roundTripMs: number): Link {
  const rates = [mbit, other, mbit].map(
    (rate, step) => [step && CHANGE_SECOND + (step - 1) * STEP_SECONDS, rate] as const,
  );
  return { ...link(mbit, roundTripMs), name: `${mbit}M/${roundTripMs} → ${other}M → ${mbit}M`, rates };
}

function interrupted(mbit: number, roundTripMs: number, offSeconds: number, wish?: Wish): Link {
  const usual = link(mbit, roundTripMs, wish);
  return {
    ...usual,
    name: `${usual.name} off ${offSeconds} s`,
    rates: [
      [0, mbit],
      [CHANGE_SECOND, 0],
      [CHANGE_SECOND + offSeconds, mbit],
    ],
  };
}

const bbr = { congestion: "bbr" } as const;

const forPictures: readonly Link[] = [
  ...[5, 80, 150, 300].map((roundTripMs) => link(Infinity, roundTripMs)),
  link(Infinity, 150, bbr),
  ...[5, 40, 150].map((roundTripMs) => link(50, roundTripMs)),
  ...[5, 40, 150, 300].map((roundTripMs) => link(20, roundTripMs)),
  link(20, 150, bbr),
  link(10, 80),
  ...[5, 40, 150, 300].map((roundTripMs) => link(5, roundTripMs)),
  link(5, 40, bbr),
  link(2, 80),
  link(1, 40),
  link(1, 150),
  link(0.5, 40),
  link(0.5, 300),
  link(20, 40, { jitter: 20 }),
  link(5, 40, { jitter: 20 }),
  ...[{}, bbr].flatMap((wish) => [
    link(50, 40, { loss: 0.1, ...wish }),
    link(20, 40, { loss: 1, ...wish }),
    link(20, 40, { loss: 3, ...wish }),
    link(5, 80, { loss: 1, ...wish }),
    link(5, 40, { queue: 1_000_000, ...wish }),
    link(20, 40, { queue: 1_000_000, ...wish }),
  ]),
  changing(20, 8, 80),
  changing(4, 8, 40),
  interrupted(20, 40, 2),
  interrupted(20, 150, 5),
  interrupted(5, 40, 2),
  interrupted(5, 40, 5),
  interrupted(Infinity, 80, 2),
  interrupted(20, 40, 2, bbr),
];

const forText: readonly Link[] = [
  link(Infinity, 5),
  link(Infinity, 300),
  link(20, 150),
  link(5, 40),
  link(5, 150),
  link(2, 80),
  link(1, 40),
  link(0.5, 40),
  link(0.5, 150),
  link(0.5, 300),
  link(1, 40, { jitter: 20 }),
  link(1, 40, { loss: 1 }),
  link(1, 40, { loss: 1, ...bbr }),
  link(1, 40, { queue: 1_000_000 }),
  changing(2, 1, 80),
  interrupted(2, 40, 2),
  interrupted(2, 40, 5),
];

/** The links that a protocol is measured over. */
export const linksFor: Readonly<Record<Protocol, readonly Link[]>> = {
  mjpeg: forPictures,
  live: forPictures,
  display: forText,
  telnet: forText,
};
