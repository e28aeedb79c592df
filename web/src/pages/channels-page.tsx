import { useState } from "react";
import { useParams } from "react-router";
import { ChannelDetail } from "../components/channel-detail.tsx";
import { ChannelGone } from "../components/channel-gone.tsx";
import { ChannelsTable } from "../components/channels-table.tsx";
import { classes } from "../components/classes.ts";
import { FirstSteps } from "../components/first-steps.tsx";
import { PageHead } from "../components/page-head.tsx";
import { useKnowledge } from "../queries/snapshot.ts";
import { texts } from "../texts.ts";

/** Every channel in a list, one of them in detail beside it. */
export function ChannelsPage() {
  const { channel: chosen } = useParams();
  const { snapshot } = useKnowledge();
  const [filter, setFilter] = useState("");
  const all = snapshot?.channels ?? [];
  const found = all.filter(({ name }) => name.includes(filter.trim().toLowerCase()));
  const channel = all.find(({ name }) => name === chosen);
  return (
    <>
      <PageHead title={texts.channels.title}>
        {all.length > 0 && (
          <input
            type="search"
            aria-label={texts.channels.filter}
            placeholder={texts.channels.filter}
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
            className={classes(
              "h-10 w-44 rounded-md border border-control bg-surface px-3 text-sm placeholder:text-muted sm:w-60",
              chosen !== undefined && "hidden xl:block",
            )}
          />
        )}
      </PageHead>
      {snapshot && all.length === 0 && chosen === undefined ? (
        <FirstSteps lead={texts.channels.empty} />
      ) : (
        <div className="grid grid-cols-1 items-start gap-3 xl:grid-cols-[minmax(0,1fr)_minmax(0,28rem)] 2xl:grid-cols-[minmax(0,1fr)_minmax(0,36rem)]">
          {/* On a phone the detail takes the place of the list; back leads to it again. */}
          <div className={classes("min-w-0", chosen !== undefined && "hidden xl:block")}>
            <ChannelsTable channels={found} chosen={chosen} />
            {snapshot && found.length === 0 && <p className="p-4 text-sm text-muted">{texts.channels.none}</p>}
          </div>
          {channel && <ChannelDetail key={channel.name} channel={channel} viewers={snapshot?.viewers ?? []} />}
          {!channel && chosen !== undefined && snapshot && <ChannelGone name={chosen} />}
          {chosen === undefined && <p className="hidden p-4 text-sm text-muted xl:block">{texts.channels.select}</p>}
        </div>
      )}
    </>
  );
}
