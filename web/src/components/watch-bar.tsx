import type { LiveStatus } from "@lightwell/wire/live.ts";
import { LayoutGrid, Link as LinkIcon, Type } from "lucide-react";
import { Popover } from "radix-ui";
import { Link } from "react-router";
import { watchLinks } from "../commands.ts";
import * as format from "../format.ts";
import { live } from "../live/connection.ts";
import { useNow } from "../live/now.ts";
import { shownHealth } from "../live/shown-health.ts";
import { useLink } from "../live/use-live.ts";
import type { Value } from "../live/value.ts";
import { useHub, useWatchUrl } from "../queries/hub.ts";
import { texts } from "../texts.ts";
import { Button } from "./button.tsx";
import { classes } from "./classes.ts";
import { CommandLine } from "./command-line.tsx";
import { FullScreenButton } from "./full-screen-button.tsx";
import { HealthMark } from "./health-mark.tsx";
import type { Shown } from "./live-picture.tsx";
import { TileFigures } from "./tile-figures.tsx";

export interface WatchBarProps {
  readonly name: string;
  readonly status: LiveStatus | undefined;
  readonly shown: Value<Shown | undefined>;
  readonly faded: boolean;
}

/** Name, health and the few things to do, on top of the picture. */
export function WatchBar({ name, status, shown, faded }: WatchBarProps) {
  const now = useNow() && live.hubNow();
  const hub = useHub();
  const url = useWatchUrl();
  const lost = useLink().state === "lost";
  const health = lost || !status ? undefined : shownHealth(status);
  return (
    <div
      className={classes(
        "on-picture @container absolute inset-x-0 top-0 flex items-center gap-3 bg-linear-to-b from-black/75 to-transparent p-3 pb-10 transition-opacity duration-200 focus-within:opacity-100",
        faded && health === "live" && "opacity-0",
      )}
    >
      <Link
        to={hub?.surface === "admin" ? "/wall" : "/"}
        aria-label={texts.watch.back}
        title={texts.watch.back}
        className="grid size-10 shrink-0 place-items-center rounded-md bg-black/50 hover:bg-black/75"
      >
        <LayoutGrid size={18} />
      </Link>
      <span className="flex min-w-0 flex-col gap-x-3 sm:flex-row sm:items-center">
        <span className="truncate text-lg font-medium">{name}</span>
        {status && health && (
          <span className="figures flex shrink-0 items-center gap-3 text-sm whitespace-nowrap">
            <span className="flex gap-1 sm:rounded-md sm:bg-black/60 sm:px-2">
              <HealthMark health={health} />
              {(health === "stalled" || health === "frozen") && texts.ago(format.wholeSpan(now - status.healthSince))}
            </span>
            <span className="hidden md:block">
              <TileFigures status={status} shown={shown} now={now} />
            </span>
          </span>
        )}
      </span>
      <span className="ml-auto flex gap-2">
        <Link
          to={`/text/${name}`}
          aria-label={texts.text.asText}
          title={texts.text.asText}
          className="grid size-10 shrink-0 place-items-center rounded-md bg-black/50 hover:bg-black/75"
        >
          <Type size={18} />
        </Link>
        <Popover.Root>
          <Popover.Trigger asChild>
            <Button look="picture" icon aria-label={texts.watch.links} title={texts.watch.links}>
              <LinkIcon size={18} />
            </Button>
          </Popover.Trigger>
          <Popover.Portal>
            <Popover.Content
              aria-label={texts.watch.links}
              align="end"
              sideOffset={8}
              collisionPadding={12}
              className="z-20 flex w-96 max-w-[calc(100vw-24px)] flex-col gap-3 rounded-md border border-line bg-surface p-4 text-text shadow-raised"
            >
              {watchLinks(url, name).map((link) => (
                <CommandLine key={link.label} {...link} />
              ))}
            </Popover.Content>
          </Popover.Portal>
        </Popover.Root>
        <FullScreenButton look="picture" />
      </span>
    </div>
  );
}
