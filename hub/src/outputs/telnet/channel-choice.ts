import type { LiveChannel } from "#core/live-channel.ts";

/** The one this many places after `current`, around the end; the first when `current` is not in the list. */
export function neighbour(
  list: readonly LiveChannel[],
  current: LiveChannel | undefined,
  step: 1 | -1,
): LiveChannel | undefined {
  const at = current ? list.indexOf(current) : -1;
  return at < 0 ? list[0] : list[(at + step + list.length) % list.length];
}
