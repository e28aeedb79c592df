import { useEffect } from "react";
import { FirstSteps } from "../components/first-steps.tsx";
import { FullScreenButton } from "../components/full-screen-button.tsx";
import { Mark } from "../components/mark.tsx";
import { useKey } from "../components/use-key.ts";
import { WallGrid } from "../components/wall-grid.tsx";
import { useFullScreen } from "../live/full-screen.ts";
import { useLiveChannels } from "../live/use-live.ts";
import { useHub } from "../queries/hub.ts";
import { texts } from "../texts.ts";

/** The public page: every channel, nothing else. */
export function WallPage() {
  const channels = useLiveChannels();
  const hub = useHub();
  const { toggle } = useFullScreen();
  useKey("f", toggle);
  const name = hub?.name ?? texts.app;
  useEffect(() => {
    document.title = name;
  }, [name]);
  return (
    <div className="flex min-h-dvh flex-col px-3 pb-3">
      <header className="flex h-14 shrink-0 items-center gap-3 pl-1 min-[2400px]:text-lg">
        <Mark />
        <h1 className="truncate font-medium">{name}</h1>
        <span className="figures ml-auto text-muted">
          {channels && channels.length > 0 && texts.wall.channelCount(channels.length)}
        </span>
        <FullScreenButton />
      </header>
      <main id="content" className="flex-1">
        {channels && (channels.length === 0 ? <FirstSteps /> : <WallGrid channels={channels} />)}
      </main>
    </div>
  );
}
