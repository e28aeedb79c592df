import { ChannelStrip } from "../components/channel-strip.tsx";
import { FigureGrid } from "../components/figure-grid.tsx";
import { LogPanel } from "../components/log-panel.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Uptime } from "../components/uptime.tsx";
import { ViewersPanel } from "../components/viewers-panel.tsx";
import { useKnowledge } from "../queries/snapshot.ts";
import { texts } from "../texts.ts";

/** How the hub is doing: figures, channels, viewers, log. */
export function MonitorPage() {
  const { snapshot, series } = useKnowledge();
  return (
    <>
      <PageHead title={texts.monitor.title}>
        <Uptime />
      </PageHead>
      <div className="grid grid-cols-1 gap-3 2xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-3">
          <FigureGrid snapshot={snapshot} series={series} />
          <ChannelStrip />
        </div>
        <div className="grid min-w-0 grid-cols-1 content-start gap-3 xl:grid-cols-2 2xl:flex 2xl:h-[calc(100dvh-8.75rem)] 2xl:flex-col">
          <ViewersPanel viewers={snapshot?.viewers ?? []} className="max-h-120" />
          <LogPanel className="max-h-120 2xl:max-h-none 2xl:min-h-80 2xl:flex-1" />
        </div>
      </div>
    </>
  );
}
