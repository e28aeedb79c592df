import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Sparkline, type SparklineProps } from "../charts/sparkline.tsx";
import { greatest, type Timed } from "../queries/series.ts";
import { texts } from "../texts.ts";
import { classes } from "./classes.ts";

export interface FigureCardProps<T extends Timed> extends Pick<SparklineProps<T>, "series" | "value" | "format"> {
  readonly title: string;
  readonly top?: number;
  /** A line of small print below the figure; undefined: no such line. */
  readonly note?: ReactNode;
  /** What the small print says is wrong now. */
  readonly ill?: boolean;
  /** Without a frame, for a place that has one. */
  readonly flat?: boolean;
}

/** One figure: its value now, its greatest and its last minutes. */
export function FigureCard<T extends Timed>({
  title,
  series,
  value,
  format,
  top,
  note,
  ill = false,
  flat = false,
}: FigureCardProps<T>) {
  const last = series.at(-1);
  const now = last ? value(last) : null;
  const most = greatest(series, value);
  const words = (figure: number | null) => (figure === null ? texts.unknown : format(figure));
  return (
    <div
      className={classes("flex min-w-0 flex-col", !flat && "rounded-md border border-line bg-surface px-4 pt-3 pb-2")}
    >
      <dt className="flex justify-between gap-3 text-sm text-muted">
        <span className="truncate">{title}</span>
        {most !== null && !flat && (
          <span className="figures hidden shrink-0 sm:inline lg:hidden xl:inline">
            {texts.monitor.most(format(most))}
          </span>
        )}
      </dt>
      <dd className={classes("figures truncate font-medium", flat ? "text-base" : "text-xl")}>{words(now)}</dd>
      {note !== undefined && (
        <dd
          title={typeof note === "string" ? note : undefined}
          className={classes("figures flex h-5 items-center gap-1 text-sm", ill ? "text-stop" : "text-muted")}
        >
          {ill && <TriangleAlert size={14} aria-hidden="true" className="shrink-0" />}
          <span className="truncate">{note}</span>
        </dd>
      )}
      <dd className="mt-auto pt-2">
        <Sparkline
          series={series}
          value={value}
          format={format}
          label={texts.monitor.graph(title, words(now), words(most))}
          {...(top !== undefined && { top })}
        />
      </dd>
    </div>
  );
}
