import { HISTORY_SECONDS } from "@lightwell/wire/api/history.ts";
import { useEffect, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import * as format from "../format.ts";
import { withGaps, type Timed } from "../queries/series.ts";
import { useShownTheme } from "../theme.ts";

export interface SparklineProps<T extends Timed> {
  readonly series: readonly T[];
  readonly value: (point: T) => number | null;
  readonly format: (value: number) => string;
  /** For who does not see it. */
  readonly label: string;
  /** Top of the scale; without it the largest value. */
  readonly top?: number;
}

/** The last minutes of one figure, with holes where nothing is known. Point at it to read a moment. */
export function Sparkline<T extends Timed>({ series, value, format: words, label, top }: SparklineProps<T>) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [{ width, height }, setSize] = useState({ width: 0, height: 0 });
  const [pointed, setPointed] = useState<{ readonly index: number; readonly left: number }>();
  const theme = useShownTheme();
  // `value` is written in place by those who use this; the series says when it changes.
  // oxlint-disable-next-line react/exhaustive-deps
  const drawn = useMemo(() => withGaps(series, value), [series]);

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = box.current;
    if (!element || width === 0) return undefined;
    const root = getComputedStyle(document.documentElement);
    const accent = root.getPropertyValue("--accent").trim();
    const scale = Number.parseFloat(root.fontSize) / 16;
    const made = new uPlot(
      {
        width,
        height,
        legend: { show: false },
        axes: [{ show: false }, { show: false }],
        padding: [4, 4, 1, 0],
        scales: {
          x: { time: true, range: (_, __, end) => [end - HISTORY_SECONDS, end] },
          y: { range: (_, __, most) => [0, top ?? Math.max(1, most * 1.1)] },
        },
        cursor: { y: false, drag: { setScale: false, x: false }, points: { size: 7 * scale } },
        series: [
          {},
          { stroke: accent, width: 1.5 * scale, fill: shade(accent), points: { show: false }, spanGaps: false },
        ],
        hooks: {
          setCursor: [
            ({ cursor: { idx, left } }) =>
              setPointed(idx === null || idx === undefined ? undefined : { index: idx, left: left ?? 0 }),
          ],
        },
      },
      [[], []],
      element,
    );
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = undefined;
    };
  }, [width, height, theme, top]);

  useEffect(() => {
    plot.current?.setData(drawn);
  }, [drawn, width, height, theme, top]);

  const time = pointed && drawn[0][pointed.index];
  const read = pointed && drawn[1][pointed.index];
  return (
    <div className="relative">
      <div
        ref={box}
        role="img"
        aria-label={label}
        className="h-12 w-full overflow-hidden shadow-[inset_0_-1px_0_var(--line)]"
      />
      {pointed && time !== undefined && read !== null && read !== undefined && (
        <span
          className="figures pointer-events-none absolute bottom-full z-10 -translate-x-1/2 rounded-sm border border-line bg-raised px-2 text-sm whitespace-nowrap shadow-raised"
          // Stays within the card at both ends.
          style={{ left: `clamp(64px, ${pointed.left}px, 100% - 64px)` }}
        >
          {words(read)} · {format.clockTime(time * 1000)}
        </span>
      )}
    </div>
  );
}

/** From the colour, faint, to nothing at the bottom. */
function shade(colour: string) {
  return ({ ctx, bbox: { top, height } }: uPlot): CanvasGradient => {
    const gradient = ctx.createLinearGradient(0, top, 0, top + height);
    gradient.addColorStop(0, `${colour}55`);
    gradient.addColorStop(1, `${colour}00`);
    return gradient;
  };
}
