import * as format from "../format.ts";
import { useNow } from "../live/now.ts";
import { useHub } from "../queries/hub.ts";
import { texts } from "../texts.ts";

/** How long the hub has been running. */
export function Uptime() {
  const hub = useHub();
  const now = useNow();
  if (!hub) return null;
  return (
    <span className="figures text-sm text-muted" title={texts.since(format.exactTime(hub.startedAt))}>
      {texts.monitor.uptime} {format.wholeSpan(now - hub.startedAt)}
    </span>
  );
}
