import type { ReactNode } from "react";
import { Sparkline, type SparklineProps } from "../charts/sparkline.tsx";
import { texts } from "../texts.ts";

export interface FigureCardProps extends Pick<SparklineProps, "series" | "value" | "format"> {
  readonly title: string;
  readonly top?: number;
  /** A line of small print below the figure; keeps its place when empty. */
  readonly note?: ReactNode;
}

/** One figure of the hub: its value now and its last two minutes. */
export function FigureCard({ title, series, value, format, top, note }: FigureCardProps) {
  const last = series.at(-1);
  const now = last ? value(last) : null;
  return (
    <div className="flex min-w-0 flex-col rounded-md border border-line bg-surface px-4 pt-3 pb-2">
      <dt className="text-sm text-muted">{title}</dt>
      <dd className="figures truncate text-xl font-medium">{now === null ? texts.unknown : format(now)}</dd>
      <dd className="figures h-5 truncate text-sm text-muted">{note}</dd>
      <dd className="mt-2">
        <Sparkline series={series} value={value} format={format} label={title} {...(top !== undefined && { top })} />
      </dd>
    </div>
  );
}
