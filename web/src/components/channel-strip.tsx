import { Link } from "react-router";
import { useLiveChannels } from "../live/use-live.ts";
import { texts } from "../texts.ts";
import { Panel } from "./panel.tsx";
import { Tile } from "./tile.tsx";

/** Tiles that fit beside each other on a desk. */
const MOST = 4;
const FPS = 5;

/** A few channels at a glance, those in trouble first. */
export function ChannelStrip() {
  const channels = useLiveChannels() ?? [];
  const shown = channels.toSorted((a, b) => Number(a.health === "live") - Number(b.health === "live")).slice(0, MOST);
  if (shown.length === 0) return null;
  return (
    <Panel
      title={texts.monitor.channels}
      actions={
        <Link to="/wall" className="flex h-10 items-center rounded-sm text-sm text-muted hover:text-text">
          {channels.length > MOST ? texts.monitor.more(channels.length - MOST) : texts.monitor.allChannels}
        </Link>
      }
    >
      <ul className="grid grid-cols-2 gap-3 p-3 lg:grid-cols-4">
        {shown.map((status) => (
          <li key={status.id}>
            <Tile status={status} fps={FPS} compact />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
