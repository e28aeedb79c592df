import type { ViewerInfo } from "@lightwell/wire/api/monitor.ts";
import { peopleOf } from "@lightwell/wire/api/people.ts";
import { useWatchUrl } from "../queries/hub.ts";
import { texts } from "../texts.ts";
import { CommandLine } from "./command-line.tsx";
import { Panel } from "./panel.tsx";
import { ViewersTable } from "./viewers-table.tsx";

export interface ViewersPanelProps {
  readonly viewers: readonly ViewerInfo[];
  readonly className?: string;
}

/** Who watches anything; while nobody does, how to. */
export function ViewersPanel({ viewers, className }: ViewersPanelProps) {
  const url = useWatchUrl();
  return (
    <Panel
      title={texts.monitor.viewersOf(peopleOf(viewers).length, viewers.length)}
      {...(className !== undefined && { className })}
    >
      {viewers.length > 0 ? (
        <ViewersTable viewers={viewers} />
      ) : (
        <div className="flex flex-col gap-3 p-4">
          <p className="text-sm text-muted">{texts.monitor.noViewers}</p>
          <CommandLine label={texts.monitor.watchHint} command={`${url}/`} />
        </div>
      )}
    </Panel>
  );
}
