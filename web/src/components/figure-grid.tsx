import * as format from "../format.ts";
import type { Knowledge } from "../queries/snapshot.ts";
import { texts } from "../texts.ts";
import { CoreBars } from "./core-bars.tsx";
import { FigureCard } from "./figure-card.tsx";

/** The hub's figures at a glance. */
export function FigureGrid({ snapshot, series }: Pick<Knowledge, "snapshot" | "series">) {
  const figures = snapshot?.figures ?? {};
  const behind = snapshot?.viewers.filter((viewer) => viewer.behind).length ?? 0;
  const lastError = figures["last_error"];
  const memoryUsed = figures["mem_used"];
  return (
    <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <FigureCard
        title={texts.monitor.cpu}
        series={series}
        value={(point) => point.cpu}
        format={format.percent}
        top={100}
        note={<CoreBars cores={series.at(-1)?.cores ?? []} />}
      />
      <FigureCard
        title={texts.monitor.memory}
        series={series}
        value={(point) => point.memory}
        format={format.bytes}
        note={typeof memoryUsed === "number" && texts.monitor.memoryOf(format.bytes(memoryUsed))}
      />
      <FigureCard
        title={texts.monitor.viewers}
        series={series}
        value={(point) => point.viewers}
        format={format.count}
        note={texts.monitor.behind(behind)}
      />
      <FigureCard
        title={texts.monitor.age}
        series={series}
        value={(point) => point.age}
        format={format.span}
        note={`${texts.monitor.skipped}: ${format.rate(series.at(-1)?.skipped ?? 0)}/s`}
      />
      <FigureCard title={texts.monitor.fpsIn} series={series} value={(point) => point.fpsIn} format={fps} />
      <FigureCard title={texts.monitor.fpsOut} series={series} value={(point) => point.fpsOut} format={fps} />
      <FigureCard
        title={texts.monitor.out}
        series={series}
        value={(point) => point.out}
        format={format.bytesPerSecond}
      />
      <FigureCard
        title={texts.monitor.errors}
        series={series}
        value={(point) => point.errors}
        format={format.count}
        note={
          typeof lastError === "string" && lastError !== ""
            ? texts.monitor.lastError(lastError)
            : texts.monitor.noErrors
        }
      />
    </dl>
  );
}

const fps = (value: number): string => texts.fps(format.rate(value));
