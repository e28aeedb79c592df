import * as format from "../format.ts";
import { useChannelSeries } from "../queries/channel-series.ts";
import { texts } from "../texts.ts";
import { FigureCard } from "./figure-card.tsx";

/** A channel's last minutes: what comes in, who watches, what goes out. */
export function ChannelGraphs({ name }: { readonly name: string }) {
  const series = useChannelSeries(name);
  const { monitor } = texts;
  return (
    <dl className="grid grid-cols-3 gap-4">
      <FigureCard flat title={monitor.fpsIn} series={series} value={(point) => point.framesIn} format={fps} />
      <FigureCard flat title={monitor.viewers} series={series} value={(point) => point.viewers} format={format.count} />
      <FigureCard
        flat
        title={monitor.out}
        series={series}
        value={(point) => point.bytesOut}
        format={format.bytesPerSecond}
      />
    </dl>
  );
}

const fps = (value: number): string => texts.fps(format.rate(value));
