import type { ViewerInfo } from "@lightwell/wire/api/monitor.ts";
import { peopleOf } from "@lightwell/wire/api/people.ts";
import * as format from "../format.ts";
import { shownHealth } from "../live/shown-health.ts";
import type { Knowledge } from "../queries/snapshot.ts";
import { texts } from "../texts.ts";
import { CoreBars } from "./core-bars.tsx";
import { FigureCard } from "./figure-card.tsx";

/** The hub's figures at a glance. */
export function FigureGrid({ snapshot, series }: Pick<Knowledge, "snapshot" | "series">) {
  const figures = snapshot?.figures ?? {};
  const channels = snapshot?.channels ?? [];
  const last = series.at(-1);
  const healths = channels.map(shownHealth);
  const [live, resting] = ["live", "resting"].map((health) => healths.filter((each) => each === health).length);
  const failing = channels.find(({ fault }) => fault !== undefined);
  const sent = channels.reduce((sum, { deliveredBytes }) => sum + deliveredBytes, 0);
  const behind = snapshot?.viewers.filter((viewer) => viewer.behind).length ?? 0;
  const lastError = figures["last_error"];
  const { mem_used: used, mem_total: total } = figures;
  return (
    <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <FigureCard
        title={texts.monitor.cpu}
        series={series}
        value={(point) => point.cpu}
        format={format.percent}
        top={100}
        note={<CoreBars cores={last?.cores ?? []} />}
      />
      <FigureCard
        title={texts.monitor.memory}
        series={series}
        value={(point) => point.memory}
        format={format.bytes}
        note={
          typeof used === "number" &&
          typeof total === "number" &&
          texts.monitor.memoryOf(format.percent((used / total) * 100))
        }
      />
      <FigureCard
        title={texts.monitor.viewers}
        series={series}
        value={(point) => point.viewers}
        format={format.count}
        note={byOutput(snapshot?.viewers ?? [])}
      />
      <FigureCard
        title={texts.monitor.age}
        series={series}
        value={(point) => point.age}
        format={format.span}
        note={texts.monitor.behind(behind)}
      />
      <FigureCard
        title={texts.monitor.fpsIn}
        series={series}
        value={(point) => point.framesIn}
        format={fps}
        note={texts.monitor.channelsLive(live ?? 0, resting ?? 0, channels.length)}
      />
      <FigureCard
        title={texts.monitor.fpsOut}
        series={series}
        value={(point) => point.framesOut}
        format={fps}
        note={texts.monitor.skippedRate(format.rate(last?.skipped ?? 0))}
      />
      <FigureCard
        title={texts.monitor.out}
        series={series}
        value={(point) => point.bytesOut}
        format={format.bytesPerSecond}
        note={texts.monitor.inAll(format.bytes(sent))}
      />
      <FigureCard
        title={texts.monitor.errors}
        series={series}
        value={(point) => point.errors}
        format={format.count}
        ill={failing !== undefined}
        note={
          failing?.fault !== undefined
            ? texts.monitor.failingNow(failing.name, failing.fault)
            : typeof lastError === "string" && lastError !== ""
              ? texts.monitor.lastError(lastError)
              : texts.monitor.noErrors
        }
      />
    </dl>
  );
}

/** `3 browser, 1 telnet` */
function byOutput(viewers: readonly ViewerInfo[]): string {
  const counts = new Map<string, number>();
  for (const { output } of peopleOf(viewers)) counts.set(output, (counts.get(output) ?? 0) + 1);
  return [...counts].map(([output, count]) => `${count} ${texts.outputs[output] ?? output}`).join(", ");
}

const fps = (value: number): string => texts.fps(format.rate(value));
