import type { ViewerInfo } from "@lightwell/wire/api/monitor.ts";
import { X } from "lucide-react";
import { Link } from "react-router";
import { toast } from "sonner";
import * as format from "../format.ts";
import { closeViewer } from "../queries/actions.ts";
import { texts } from "../texts.ts";
import { Button } from "./button.tsx";
import { classes } from "./classes.ts";
import { RelativeTime } from "./relative-time.tsx";
import { Table, wideCell } from "./table.tsx";

export interface ViewersTableProps {
  readonly viewers: readonly ViewerInfo[];
  /** For the viewers of one channel, in a narrow place. */
  readonly compact?: boolean;
}

/** Who watches, how fresh their picture is, and a way to disconnect them. */
export function ViewersTable({ viewers, compact = false }: ViewersTableProps) {
  const { columns } = texts.monitor;
  const close = (viewer: ViewerInfo) =>
    void closeViewer(viewer.id).then(
      () => toast(texts.monitor.closedViewer(viewer.name)),
      (error: Error) => toast.error(texts.failed(error.message)),
    );
  return (
    <Table
      label={texts.monitor.viewersTable}
      columns={[
        columns.name,
        ...(compact ? [] : [columns.channel, { title: columns.from, wide: true }]),
        { title: columns.age, figure: true },
        { title: columns.fps, figure: true, wide: !compact },
        { title: columns.skipped, figure: true, wide: true },
        { title: columns.sent, figure: true },
        ...(compact ? [] : [{ title: columns.since, figure: true, wide: true }]),
        { title: columns.action, hidden: true },
      ]}
    >
      {viewers.map((viewer) => (
        <tr key={viewer.id} className="border-t border-line">
          <td
            className="max-w-32 truncate py-1 pr-3 pl-4 sm:max-w-52"
            title={[viewer.remote, viewer.agent].filter(Boolean).join(" · ")}
          >
            {viewer.name}{" "}
            <span className={classes("text-muted", !compact && "hidden sm:inline")}>
              {texts.outputs[viewer.output] ?? viewer.output}
            </span>
          </td>
          {!compact && (
            <>
              <td className="max-w-24 truncate px-3 sm:max-w-40">
                <Link
                  to={`/channels/${viewer.channel}`}
                  className="block h-10 min-w-10 truncate rounded-sm leading-10 hover:text-accent"
                >
                  {viewer.channel}
                </Link>
              </td>
              <td className={classes("max-w-40 truncate px-3 text-muted", wideCell)}>{viewer.remote}</td>
            </>
          )}
          <td className={classes("px-3 text-right whitespace-nowrap", viewer.behind && "text-warn")}>
            {viewer.ageMs === undefined ? texts.unknown : format.span(viewer.ageMs)}
            {viewer.behind && <span className="sr-only"> {texts.monitor.isBehind}</span>}
          </td>
          <td className={classes("px-3 text-right", !compact && wideCell)}>{format.rate(viewer.fps)}</td>
          <td className={classes("px-3 text-right", wideCell)}>{format.count(viewer.skipped)}</td>
          <td className="px-3 text-right whitespace-nowrap">{format.bytes(viewer.bytes)}</td>
          {!compact && (
            <td className={classes("px-3 text-right whitespace-nowrap text-muted", wideCell)}>
              <RelativeTime at={viewer.since} />
            </td>
          )}
          <td className="w-12 pr-2">
            <Button
              look="quiet"
              icon
              aria-label={texts.monitor.closeViewer(viewer.name)}
              title={texts.monitor.closeViewer(viewer.name)}
              onClick={() => close(viewer)}
            >
              <X size={16} />
            </Button>
          </td>
        </tr>
      ))}
    </Table>
  );
}
