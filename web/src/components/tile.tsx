import type { LiveStatus } from "@lightwell/wire/live.ts";
import { Lock } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import * as format from "../format.ts";
import { live } from "../live/connection.ts";
import { useNow } from "../live/now.ts";
import { useLink } from "../live/use-live.ts";
import { Value } from "../live/value.ts";
import { texts } from "../texts.ts";
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
  const { name, kind, health, healthSince, visibility } = status;
  const [shown] = useState(() => new Value<Shown | undefined>(undefined));
  const lost = useLink().state === "lost";
  const now = useNow() && live.hubNow();
  const stale = lost || health === "stalled" || health === "frozen";
  return (
    <Link
      to={kind === "text" ? `/text/${name}` : `/watch/${name}`}
      aria-label={`${texts.wall.open(name)}, ${texts.health[health]}`}
      data-channel={name}
      data-health={lost ? "lost" : health}
      className="over-picture relative block aspect-video overflow-hidden rounded-md bg-black ring-1 ring-line outline-offset-2 hover:ring-2 hover:ring-accent"
    >
      <LivePicture name={name} fps={fps} label={texts.watch.picture(name)} stale={stale} shown={shown} />
      {health === "waiting" && kind === "none" && (
        <span className="absolute inset-0 grid place-items-center bg-surface px-4 pb-8 text-center text-sm text-muted">
          {texts.waitingForPicture}
        </span>
      )}
      {!lost && (health === "stalled" || health === "frozen") && (
        <span className="figures absolute top-2 left-2 inline-flex items-center gap-2 rounded-md bg-black/75 px-2 text-sm text-white">
          <HealthMark health={health} quiet />
          {(health === "stalled" ? texts.stalledFor : texts.frozenFor)(format.wholeSpan(now - healthSince))}
        </span>
      )}
      <span className="on-picture absolute inset-x-0 bottom-0 flex items-baseline gap-3 bg-linear-to-t from-black/80 via-black/45 to-transparent px-3 pt-8 pb-2 text-sm">
        <span className="flex min-w-0 items-center gap-2 text-base font-medium">
          {health === "live" && !lost && <HealthMark health={health} quiet />}
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
