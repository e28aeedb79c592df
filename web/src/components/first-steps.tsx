import { publishCommands } from "../commands.ts";
import { useWatchUrl } from "../queries/hub.ts";
import { texts } from "../texts.ts";
import { CommandLine } from "./command-line.tsx";

/** What an empty page of channels says: what it is for and how to send the first picture. */
export function FirstSteps({ lead = texts.wall.empty }: { readonly lead?: string }) {
  const hub = useWatchUrl();
  return (
    <section className="mx-auto flex max-w-2xl flex-col gap-4 px-1 py-6 sm:py-16">
      <h2 className="text-xl font-medium text-balance">{lead}</h2>
      <p className="text-muted">{texts.wall.emptyHint}</p>
      {publishCommands(hub, "demo").map((command) => (
        <CommandLine key={command.label} {...command} wrap />
      ))}
      <p className="text-sm text-muted">{texts.commands.tokenHint}</p>
    </section>
  );
}
