/** Ends a timer. Calling it twice is harmless. */
export type Cancel = () => void;

/** The only source of time below the modules, so that tests can move it by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. */
  monotonic(): number;
  /** Call `run` once after `delayMs`. */
  after(delayMs: number, run: () => void): Cancel;
  /** Call `run` every `intervalMs`. */
  every(intervalMs: number, run: () => void): Cancel;
}

/** The machine's own clock. Its timers do not keep a process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    unref(timer);
    return () => clearTimeout(timer);
  },
  every(intervalMs, run) {
    const timer = setInterval(run, intervalMs);
    unref(timer);
    return () => clearInterval(timer);
  },
};

/** Node's timers are objects with `unref`, a browser's are numbers: core runs on both. */
function unref(timer: unknown): void {
  if (typeof timer === "object" && timer !== null && "unref" in timer && typeof timer.unref === "function")
    timer.unref();
}
