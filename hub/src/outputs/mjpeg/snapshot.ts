import type { Channel, Watcher } from "#core/channel.ts";
import type { Clock } from "#core/clock.ts";
import type { Frame, ImageContent } from "#core/frame.ts";
import { HubError } from "#contract/errors.ts";

export interface Snapshot {
  readonly frame: Frame;
  readonly content: ImageContent;
}

/**
 * The channel's latest picture, waiting for one as long as there is none, or none taken within `maxAgeMs` and by the
 * source itself (a placeholder is never fresh).
 *
 * @throws {HubError} `timeout` when none came within `timeoutMs`, `not-found` when the channel closed meanwhile.
 */
export function takeSnapshot(
  channel: Channel,
  clock: Clock,
  {
    maxAgeMs,
    timeoutMs,
    client,
  }: {
    readonly maxAgeMs?: number | undefined;
    readonly timeoutMs: number;
    /** Address of the one who asks. */
    readonly client?: string | undefined;
  },
): Promise<Snapshot> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      stop();
      // Later: the channel may be handing out its frame to this watcher just now, before it has been added.
      queueMicrotask(() => channel.remove(watcher));
      end();
    };
    const watcher: Watcher = {
      client,
      offer(frame) {
        const { content } = frame;
        if (content.kind !== "image") return;
        if (maxAgeMs !== undefined && (frame.substitute || clock.now() - frame.capturedAt > maxAgeMs)) return;
        settle(() => resolve({ frame, content }));
      },
      close: () => settle(() => reject(new HubError("not-found", "the channel has been closed"))),
    };
    const stop = clock.after(timeoutMs, () =>
      settle(() =>
        reject(
          new HubError(
            "timeout",
            maxAgeMs === undefined
              ? `"${channel.name}" has no picture yet`
              : `"${channel.name}" has had no picture of the last ${maxAgeMs} ms for ${timeoutMs} ms`,
          ),
        ),
      ),
    );
    channel.add(watcher);
  });
}
