import { cpus } from "node:os";

/** Times of one core since the machine started, ms. */
export interface CoreTimes {
  readonly busy: number;
  readonly total: number;
}

export function readCores(): CoreTimes[] {
  return cpus().map(({ times: { user, nice, sys, irq, idle } }) => {
    const busy = user + nice + sys + irq;
    return { busy, total: busy + idle };
  });
}

/** How busy each core was between two readings, in percent. */
export function busyPercent(before: readonly CoreTimes[], after: readonly CoreTimes[]): number[] {
  return after.map(({ busy, total }, core) => {
    const start = before[core] ?? { busy: 0, total: 0 };
    const spent = total - start.total;
    return spent > 0 ? round(Math.min(100, Math.max(0, ((busy - start.busy) / spent) * 100))) : 0;
  });
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : round(values.reduce((sum, value) => sum + value, 0) / values.length);
}

const round = (value: number) => Math.round(value * 10) / 10;
