import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import { SERIES_SECONDS, type Point } from "../queries/series.ts";
import { useShownTheme } from "../theme.ts";

export interface SparklineProps {
  readonly series: readonly Point[];
  readonly value: (point: Point) => number | null;
  readonly format: (value: number) => string;
  /** For who does not see it. */
  readonly label: string;
  /** Top of the scale; without it the largest value. */
  readonly top?: number;
}

const HEIGHT = 44;

/** The last two minutes of one figure. Point at it to read a moment. */
export function Sparkline({ series, value, format, label, top }: SparklineProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [width, setWidth] = useState(0);
  const [pointed, setPointed] = useState<number | null>(null);
  const theme = useShownTheme();

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = box.current;
    if (!element || width === 0) return undefined;
    const colours = getComputedStyle(document.documentElement);
    const accent = colours.getPropertyValue("--accent").trim();
    const made = new uPlot(
      {
        width,
        height: HEIGHT,
        legend: { show: false },
        axes: [{ show: false }, { show: false }],
        padding: [4, 4, 2, 0],
        scales: {
          x: { time: true, range: (_, __, end) => [end - SERIES_SECONDS, end] },
          y: { range: (_, __, most) => [0, top ?? Math.max(1, most * 1.1)] },
        },
        cursor: { y: false, drag: { setScale: false, x: false }, points: { size: 7 } },
        series: [{}, { stroke: accent, width: 1.5, fill: `${accent}22`, points: { show: false }, spanGaps: false }],
        hooks: { setCursor: [(self) => setPointed(self.cursor.idx ?? null)] },
      },
      [[], []],
      element,
    );
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = undefined;
    };
  }, [width, theme, top]);

  useEffect(() => {
    plot.current?.setData([series.map(({ time }) => time), series.map(value)]);
    // `value` is written in place by who uses this; the series says when it changes.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [series, width, theme, top]);

  const point = pointed === null ? undefined : series[pointed];
  const read = point && value(point);
  return (
    <div className="relative">
      <div ref={box} role="img" aria-label={label} className="h-11 w-full" />
      {point && read !== null && read !== undefined && (
        <span className="figures pointer-events-none absolute -top-6 right-0 rounded-sm border border-line bg-raised px-2 text-sm shadow-raised">
          {format(read)} · {new Date(point.time * 1000).toLocaleTimeString()}
        </span>
      )}
    </div>
  );
}
