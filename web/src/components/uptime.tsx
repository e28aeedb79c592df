import * as format from "../format.ts";
import { useKnowledge } from "../queries/snapshot.ts";
import { texts } from "../texts.ts";

/** How long the hub has been running, by its own clock. */
export function Uptime() {
  const { snapshot } = useKnowledge();
  if (!snapshot) return null;
  const { time, startedAt } = snapshot;
  return (
    <span className="figures text-sm text-muted" title={texts.since(format.exactTime(startedAt))}>
      {texts.monitor.uptime} {format.wholeSpan(time - startedAt)}
    </span>
  );
}
