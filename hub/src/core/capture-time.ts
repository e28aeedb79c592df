/** A clock that is further off was never set: many cameras count from their start. */
const BELIEVED_MS = 24 * 60 * 60 * 1000;

/**
 * When a picture was taken, in ms since the epoch: what its `X-Timestamp` header says (seconds, with a
 * fraction) when that is within a day, else now. Never in the future.
 */
export function capturedAt(header: string | undefined, nowMs: number): number {
  if (header === undefined || !/^\d{1,11}(\.\d{1,9})?$/.test(header.trim())) return nowMs;
  const saidMs = Number(header) * 1000;
  return Math.abs(nowMs - saidMs) <= BELIEVED_MS ? Math.min(nowMs, saidMs) : nowMs;
}
