import type { LiveStatus } from "@lightwell/wire/live.ts";
import * as format from "../format.ts";
import type { Value } from "../live/value.ts";
import { texts } from "../texts.ts";
import type { Shown } from "./live-picture.tsx";

export interface TileFiguresProps {
  /** Undefined when nothing is known of it now. */
  readonly status: LiveStatus | undefined;
  readonly shown: Value<Shown | undefined>;
  /** By the hub's clock. */
  readonly now: number;
}

/** fps, viewers and age, each with its place, so that nothing moves when a figure changes; as many as there is room. */
export function TileFigures({ status, shown, now }: TileFiguresProps) {
  // Read with the clock, once a second: thirty changes a second would be a flicker.
  const picture = shown.get();
  // Who sees a picture is a viewer, though the hub's last word is older.
  const viewers = Math.max(status?.viewers ?? 0, picture ? 1 : 0);
  // A source that rested until somebody came has no rate yet.
  const knowsRate = status && (status.fps > 0 || status.health !== "live") && status.health !== "resting";
  // The age of a placeholder says nothing.
  const capturedAt = picture?.substitute ? undefined : picture?.capturedAt;
  return (
    <span className="figures ml-auto flex shrink-0 gap-3 whitespace-nowrap text-white/85">
      {status && (
        <>
          <span className="hidden min-w-13 text-right @min-[12.5rem]:inline">
            {knowsRate && texts.fps(format.rate(status.fps))}
          </span>
          <span className="hidden text-right @min-[20rem]:inline">{texts.viewers(viewers)}</span>
        </>
      )}
      {capturedAt !== undefined && (
        <span className="hidden min-w-18 text-right @min-[27.5rem]:inline">
          {texts.age(format.span(now - capturedAt))}
        </span>
      )}
    </span>
  );
}
