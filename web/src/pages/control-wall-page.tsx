import { FirstSteps } from "../components/first-steps.tsx";
import { FullScreenButton } from "../components/full-screen-button.tsx";
import { PageHead } from "../components/page-head.tsx";
import { useKey } from "../components/use-key.ts";
import { WallGrid } from "../components/wall-grid.tsx";
import { useFullScreen } from "../live/full-screen.ts";
import { useLiveChannels } from "../live/use-live.ts";
import { texts } from "../texts.ts";

/** The wall inside the control room: private channels too. */
export function ControlWallPage() {
  const channels = useLiveChannels();
  const { toggle } = useFullScreen();
  useKey("f", toggle);
  return (
    <>
      <PageHead title={texts.wall.title}>
        <FullScreenButton />
      </PageHead>
      {channels && (channels.length === 0 ? <FirstSteps /> : <WallGrid channels={channels} />)}
    </>
  );
}
