import type { ChannelInfo } from "@lightwell/wire/api/monitor.ts";
import { texts } from "../texts.ts";

/** What publishes into a channel, and how it goes. */
export function SourceList({ sources }: { readonly sources: ChannelInfo["sources"] }) {
  if (sources.length === 0) return <p className="text-sm text-muted">{texts.channels.noSources}</p>;
  return (
    <ul className="flex flex-col gap-1 text-sm">
      {sources.map(({ label, status }, index) => (
        <li key={`${label}-${index}`} className="flex flex-wrap gap-x-3">
          <span className="mono min-w-0 break-all">{label}</span>
          <span className={status === "" ? "text-live" : "text-warn"}>{status || texts.channels.ok}</span>
        </li>
      ))}
    </ul>
  );
}
