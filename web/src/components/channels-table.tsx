import type { ChannelInfo } from "@lightwell/wire/api/monitor.ts";
import { Lock } from "lucide-react";
import { Link } from "react-router";
import * as format from "../format.ts";
import { shownHealth } from "../live/shown-health.ts";
import { texts } from "../texts.ts";
import { classes } from "./classes.ts";
import { HealthMark } from "./health-mark.tsx";
import { Table, wideCell } from "./table.tsx";

export interface ChannelsTableProps {
  readonly channels: readonly ChannelInfo[];
  readonly chosen: string | undefined;
}

/** One row per channel; the row leads to its detail. */
export function ChannelsTable({ channels, chosen }: ChannelsTableProps) {
  const { columns } = texts.channels;
  return (
    <div className="overflow-hidden rounded-md border border-line bg-surface">
      <Table
        label={texts.channels.title}
        columns={[
          columns.name,
          columns.health,
          { title: columns.size, wide: true },
          { title: columns.fps, figure: true },
          { title: columns.viewers, figure: true },
          { title: columns.age, figure: true, wide: true },
          { title: columns.in, figure: true, wide: true },
          { title: columns.skipped, figure: true, wide: true },
        ]}
      >
        {channels.map((channel) => (
          <tr
            key={channel.id}
            className={classes(
              "relative h-11 border-t border-line hover:bg-raised",
              channel.name === chosen && "bg-raised shadow-[inset_3px_0_0_var(--accent)]",
            )}
          >
            <td className="max-w-32 pr-3 pl-4 sm:max-w-60">
              <Link
                to={`/channels/${channel.name}`}
                aria-current={channel.name === chosen ? "true" : undefined}
                className="flex items-center gap-2 rounded-sm font-medium after:absolute after:inset-0"
              >
                <span className="truncate">{channel.name}</span>
                {channel.visibility === "private" && (
                  <Lock size={14} aria-label={texts.channels.private} className="shrink-0 text-muted" />
                )}
              </Link>
            </td>
            <td className="px-3 py-1">
              <HealthMark health={shownHealth(channel)} />
              {channel.fault !== undefined && (
                <span title={channel.fault} className="line-clamp-2 max-w-72 text-sm text-muted">
                  {channel.fault}
                </span>
              )}
            </td>
            <td className={classes("px-3 whitespace-nowrap text-muted", wideCell)}>{sizeOf(channel)}</td>
            <td className="px-3 text-right">{format.rate(channel.fps)}</td>
            <td className="px-3 text-right">{format.count(channel.viewers)}</td>
            <td className={classes("px-3 text-right whitespace-nowrap", wideCell)}>{ageOf(channel)}</td>
            <td className={classes("px-3 text-right whitespace-nowrap", wideCell)}>
              {/* What a text weighs depends on how it is sent. */}
              {channel.kind === "text" ? texts.unknown : format.bytes(channel.publishedBytes)}
            </td>
            <td className={classes("px-3 text-right", wideCell)}>{format.count(channel.skipped)}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

/** How old the oldest picture is that a viewer sees; of a placeholder that says nothing. */
export function ageOf({ ageMs, substitute }: ChannelInfo): string {
  return ageMs === undefined || substitute ? texts.unknown : format.span(ageMs);
}

/** `1280 × 720 jpeg`, or what else it shows. */
export function sizeOf({ kind, format: type, width, height }: ChannelInfo): string {
  if (kind === "none" || width === undefined || height === undefined) return texts.unknown;
  return `${width} × ${height} ${type ?? kind}`;
}
