import { Link } from "react-router";
import { publishCommands } from "../commands.ts";
import { useWatchUrl } from "../queries/hub.ts";
import { texts } from "../texts.ts";
import { CommandLine } from "./command-line.tsx";

/** In place of the detail of a channel that is not there: how to bring it up, and the way back. */
export function ChannelGone({ name }: { readonly name: string }) {
  const hub = useWatchUrl();
  return (
    <section className="flex min-w-0 flex-col gap-3 rounded-md border border-line bg-surface p-4">
      <h2 className="text-lg font-medium">{texts.channels.gone(name)}</h2>
      <p className="text-sm text-muted">{texts.channels.goneHint}</p>
      {publishCommands(hub, name).map((command) => (
        <CommandLine key={command.label} {...command} />
      ))}
      <p className="text-sm text-muted">{texts.commands.tokenHint}</p>
      <Link to="/channels" className="flex h-10 items-center self-start rounded-sm text-sm text-accent underline">
        {texts.watch.back}
      </Link>
    </section>
  );
}
