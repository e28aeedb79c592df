import { LIVE_MAX_CHANNELS, type LiveWish } from "@lightwell/wire/live.ts";

/** What one place on the page wants of a channel. */
export interface Want {
  readonly name: string;
  /** Device pixels across. */
  readonly width: number;
  readonly fps: number;
}

/** What to ask the hub for: one wish per channel, large and fast enough for every place that shows it. */
export function mergeWants(wants: Iterable<Want>): LiveWish[] {
  const wishes = new Map<string, { name: string; width: number; fps: number }>();
  for (const { name, width, fps } of wants) {
    const known = wishes.get(name);
    if (known) {
      known.width = Math.max(known.width, width);
      known.fps = Math.max(known.fps, fps);
    } else wishes.set(name, { name, width, fps });
  }
  return [...wishes.values()].slice(0, LIVE_MAX_CHANNELS);
}
