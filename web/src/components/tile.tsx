import type { LiveStatus } from "@lightwell/wire/live.ts";
import { Lock } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import * as format from "../format.ts";
import { live } from "../live/connection.ts";
import { useNow } from "../live/now.ts";
import { isIll, shownHealth, type ShownHealth } from "../live/shown-health.ts";
import { useLink } from "../live/use-live.ts";
import { Value } from "../live/value.ts";
import { texts } from "../texts.ts";
import { classes } from "./classes.ts";
import { HealthMark } from "./health-mark.tsx";
import { LivePicture, type Shown } from "./live-picture.tsx";
import { TileFigures } from "./tile-figures.tsx";

export interface TileProps {
  readonly status: LiveStatus;
  /** Frames per second to ask for. */
  readonly fps: number;
  /** Only its name and rate, for a small tile. */
  readonly compact?: boolean;
}

/** One channel on the wall: its latest picture, and the truth about it. */
export function Tile({ status, fps, compact = false }: TileProps) {
  const { name, kind, healthSince, visibility } = status;
  const health = shownHealth(status);
  const [shown] = useState(() => new Value<Shown | undefined>(undefined));
  const lost = useLink().state === "lost";
  const now = useNow() && live.hubNow();
  // Of an earlier run of the hub, until the source comes.
  const isOld = health === "waiting" && shown.get()?.substitute === false;
  const stale = lost || isOld || isIll(health);
  const troubleOf = (trouble: ShownHealth) => {
    if (trouble === "waiting") return texts.waitingForNew;
    if (trouble === "failing") return texts.failingBecause(status.fault);
    return (trouble === "stalled" ? texts.stalledFor : texts.frozenFor)(format.wholeSpan(now - healthSince));
  };
  return (
    <Link
      to={kind === "text" ? `/text/${name}` : `/watch/${name}`}
      aria-label={`${texts.wall.open(name)}, ${texts.health[health]}`}
      data-channel={name}
      data-health={lost ? "lost" : health}
      className={classes(
        "over-picture @container relative block overflow-hidden rounded-md bg-black ring-1 ring-line outline-offset-2 hover:ring-2 hover:ring-accent",
        compact ? "aspect-video" : "h-full",
      )}
    >
      <LivePicture name={name} fps={fps} label={texts.watch.picture(name)} stale={stale} shown={shown} />
      {kind === "none" && !(compact && health === "failing") && ["waiting", "live", "failing"].includes(health) && (
        <span className="absolute inset-0 grid place-items-center bg-surface px-4 pb-8 text-center text-sm text-muted">
          {health === "failing" ? texts.noPicture : texts.waitingForPicture}
        </span>
      )}
      {!lost && stale && (
        <span
          title={status.fault}
          className="figures tile-text absolute top-2 left-2 inline-flex max-w-[calc(100%-16px)] items-start gap-2 rounded-md bg-black/75 px-2 py-0.5 text-white"
        >
          <span className="flex h-[1lh] items-center">
            <HealthMark health={health} quiet />
          </span>
          <span className={compact ? "truncate" : "line-clamp-3"}>{troubleOf(health)}</span>
        </span>
      )}
      <span
        className={classes(
          "on-picture tile-text absolute inset-x-0 bottom-0 flex items-center gap-3 px-3 pb-2",
          // What a substitute says of itself is said here already.
          stale ? "bg-black/85 pt-2" : "bg-linear-to-t from-black/80 via-black/45 to-transparent pt-8",
        )}
      >
        <span className="tile-name flex min-w-0 items-center gap-2 font-medium">
          {!lost && <HealthMark health={health} quiet />}
          <span className="truncate">{name}</span>
          {visibility === "private" && <Lock size={14} aria-label={texts.channels.private} className="shrink-0" />}
        </span>
        {compact ? (
          <span className="figures ml-auto shrink-0 text-white/85">{!lost && texts.fps(format.rate(status.fps))}</span>
        ) : (
          <TileFigures status={lost ? undefined : status} shown={shown} now={now} />
        )}
      </span>
    </Link>
  );
}
