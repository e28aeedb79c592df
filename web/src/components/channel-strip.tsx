import type { LiveStatus } from "@lightwell/wire/live.ts";
import { Link } from "react-router";
import { isIll, shownHealth } from "../live/shown-health.ts";
import { useLiveChannels } from "../live/use-live.ts";
import { texts } from "../texts.ts";
import { classes } from "./classes.ts";
import { Panel } from "./panel.tsx";
import { Tile } from "./tile.tsx";

/** Tiles beside each other on a desk; a wall has room for more rows. */
const IN_A_ROW = 4;
const MOST = 3 * IN_A_ROW;
const FPS = 5;

/** A few channels at a glance, those in trouble first. */
export function ChannelStrip() {
  const channels = useLiveChannels() ?? [];
  const shown = channels.toSorted((a, b) => urgency(b) - urgency(a)).slice(0, MOST);
  if (shown.length === 0) return null;
  return (
    <Panel
      title={texts.monitor.channels}
      actions={
        <Link to="/wall" className="flex h-10 items-center rounded-sm text-sm text-muted hover:text-text">
          {texts.monitor.allChannels(channels.length)}
        </Link>
      }
    >
      <ul className={classes("grid grid-cols-2 gap-3 p-3 lg:grid-cols-4", columnsOf(shown.length))}>
        {shown.map((status, index) => (
          <li key={status.name} className={classes(index >= IN_A_ROW && "hidden 2xl:block")}>
            <Tile status={status} fps={FPS} compact />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const urgency = (status: LiveStatus) => Number(isIll(shownHealth(status)));

/** On a wall few channels are large. */
function columnsOf(count: number): string | false {
  if (count <= 4) return "2xl:grid-cols-2";
  return count <= 9 && "2xl:grid-cols-3";
}
