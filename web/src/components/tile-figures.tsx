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

/** fps, viewers and age, each with its place, so that nothing moves when a figure changes. */
export function TileFigures({ status, shown, now }: TileFiguresProps) {
  // Read with the clock, once a second: thirty changes a second would be a flicker.
  const picture = shown.get();
  // The age of a placeholder says nothing.
  const capturedAt = picture?.substitute ? undefined : picture?.capturedAt;
  return (
    <span className="figures ml-auto flex shrink-0 gap-3 text-white/85">
      {status && (
        <>
          <span className="min-w-13 text-right">{texts.fps(format.rate(status.fps))}</span>
          <span className="text-right">{texts.viewers(status.viewers)}</span>
        </>
      )}
      {capturedAt !== undefined && (
        <span className="hidden min-w-18 text-right sm:inline">{texts.age(format.span(now - capturedAt))}</span>
      )}
    </span>
  );
}
