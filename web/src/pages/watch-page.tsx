import { useEffect, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { LivePicture, type Shown } from "../components/live-picture.tsx";
import { useIdle } from "../components/use-idle.ts";
import { useKey } from "../components/use-key.ts";
import { WatchBar } from "../components/watch-bar.tsx";
import { WatchNote } from "../components/watch-note.tsx";
import { useFullScreen } from "../live/full-screen.ts";
import { isIll, shownHealth } from "../live/shown-health.ts";
import { useLink, useLiveChannels } from "../live/use-live.ts";
import { Value } from "../live/value.ts";
import { texts } from "../texts.ts";

/** As fast as a screen shows; the hub sends no more than the source gives. */
const FPS = 60;

/** One channel as large as fits. What surrounds it fades while nobody moves. */
export function WatchPage() {
  const { channel: name = "" } = useParams();
  const channels = useLiveChannels();
  const status = channels?.find((channel) => channel.name === name);
  const lost = useLink().state === "lost";
  const [shown] = useState(() => new Value<Shown | undefined>(undefined));
  const idle = useIdle(3000);
  const { toggle } = useFullScreen();
  const navigate = useNavigate();
  const step = (by: number) => {
    if (!channels || channels.length < 2) return;
    const index = channels.findIndex((channel) => channel.name === name);
    const next = channels[(index + by + channels.length) % channels.length];
    if (next) void navigate(`/watch/${next.name}`, { replace: true });
  };
  useKey("f", toggle);
  useKey("ArrowLeft", () => step(-1));
  useKey("ArrowRight", () => step(1));
  useEffect(() => {
    document.title = name;
  }, [name]);
  const health = status && shownHealth(status);
  return (
    <main
      id="content"
      className="over-picture relative h-dvh overflow-hidden bg-black"
      data-health={lost ? "lost" : health}
    >
      <h1 className="sr-only">{texts.watch.picture(name)}</h1>
      <LivePicture
        key={name}
        name={name}
        fps={FPS}
        label={texts.watch.picture(name)}
        stale={lost || isIll(health)}
        shown={shown}
      />
      <WatchNote name={name} status={status} known={channels !== undefined} />
      <WatchBar name={name} status={status} shown={shown} faded={idle} />
    </main>
  );
}
