import * as format from "../format.ts";
import { useHub } from "../queries/hub.ts";
import { texts } from "../texts.ts";
import { Panel } from "./panel.tsx";

/** Version, mode and addresses of the hub. */
export function HubFacts() {
  const hub = useHub();
  const { settings } = texts;
  const facts = hub && [
    [settings.version, hub.version],
    [settings.mode, hub.mode],
    [settings.machine, hub.name],
    [settings.started, format.exactTime(hub.startedAt)],
    [settings.publicAddress, hub.publicUrl ?? texts.unknown],
    [settings.adminAddress, hub.adminUrl ?? texts.unknown],
  ];
  return (
    <Panel title={settings.hub}>
      <dl className="figures grid min-h-40 grid-cols-[auto_1fr] content-start gap-x-6 gap-y-1 p-4 text-sm">
        {facts?.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
