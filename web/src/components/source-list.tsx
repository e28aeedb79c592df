import type { ChannelInfo } from "@lightwell/wire/api/monitor.ts";
import { texts } from "../texts.ts";

/** What publishes into a channel, and how it goes. */
export function SourceList({ channel: { sources, health, failing } }: { readonly channel: ChannelInfo }) {
  const { ok, resting, silent } = texts.channels;
  const quiet = health === "resting" ? resting : health === "live" || health === "frozen" ? ok : silent;
  const tone = failing ? "text-stop" : "text-warn";
  if (sources.length === 0) return <p className="text-sm text-muted">{texts.channels.noSources}</p>;
  return (
    <ul className="flex flex-col gap-1 text-sm">
      {sources.map(({ label, status }, index) => (
        <li key={`${label}-${index}`} className="flex flex-wrap gap-x-3">
          <span className="mono min-w-0 break-all">{label}</span>
          <span className={status !== "" || quiet === silent ? tone : quiet === ok ? "text-live" : "text-muted"}>
            {status || quiet}
          </span>
        </li>
      ))}
    </ul>
  );
}
