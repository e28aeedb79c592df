import { backoffMs, type BackoffBounds } from "./backoff.ts";
import type { Clock } from "./clock.ts";

/** How one attempt ended. */
export interface AttemptEnd {
  /** It had worked for a while: the next wait is short again. */
  readonly worked: boolean;
  /** Why it ended, for people. */
  readonly reason: string;
  /** Nothing more is to come: do not try again. */
  readonly over?: boolean;
}

export interface KeepTrying {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** One attempt, over when its source is gone. Must not reject. */
  attempt(): Promise<AttemptEnd>;
  /** Called before each wait, with its length. */
  waiting(end: AttemptEnd, waitMs: number): void;
  readonly bounds?: BackoffBounds;
  readonly random?: () => number;
}

/** Make one attempt after another, with growing waits while they fail, until one is the last or the signal comes. */
export async function keepTrying({ clock, signal, attempt, waiting, bounds, random }: KeepTrying): Promise<void> {
  for (let failures = 0; !signal.aborted;) {
    const end = await attempt();
    if (end.over || signal.aborted) return;
    failures = end.worked ? 1 : failures + 1;
    const waitMs = backoffMs(failures, bounds, random);
    waiting(end, waitMs);
    await new Promise<void>((resolve) => {
      const cancel = clock.after(waitMs, wake);
      signal.addEventListener("abort", wake, { once: true });
      function wake() {
        cancel();
        signal.removeEventListener("abort", wake);
        resolve();
      }
    });
  }
}
