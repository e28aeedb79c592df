import type { LiveStatus } from "@lightwell/wire/live.ts";
import { useEffect } from "react";
import { useNavigate, useParams } from "react-router";
import { shownHealth } from "../live/shown-health.ts";
import { useLiveChannels } from "../live/use-live.ts";
import { texts } from "../texts.ts";
import { TextView } from "./text-view.tsx";

export interface TextChannelProps {
  /** Where this page is. Without a name it shows a text, or for `ascii` a picture. */
  readonly base: "text" | "ascii";
}

/** One channel as text. Without a name in the address: the first that suits. */
export default function TextChannel({ base }: TextChannelProps) {
  const { channel } = useParams();
  const channels = useLiveChannels();
  const navigate = useNavigate();
  const name = channel ?? (channels && usual(channels, base)?.name);
  const status = channels?.find((each) => each.name === name);
  useEffect(() => {
    document.title = name ?? texts.app;
  }, [name]);
  // Its size depends on what the channel shows.
  if (!channels) return <div className="h-dvh bg-black" aria-busy="true" />;
  if (name === undefined)
    return (
      <main id="content" className="over-picture grid h-dvh place-items-center bg-black p-10 text-center text-text">
        <h1 className="text-lg">{texts.text.nothing}</h1>
      </main>
    );
  const step = (by: number) => {
    const index = channels.findIndex((each) => each.name === name);
    const next = channels[(index + by + channels.length) % channels.length];
    if (next && next.name !== name) void navigate(`/${base}/${next.name}`, { replace: true });
  };
  const sizing = status?.kind === "text" ? "own" : "window";
  return <TextView key={name} name={name} health={status && shownHealth(status)} sizing={sizing} onStep={step} />;
}

function usual(channels: readonly LiveStatus[], base: TextChannelProps["base"]): LiveStatus | undefined {
  const kind = base === "text" ? "text" : "image";
  return channels.find((each) => each.kind === kind) ?? channels[0];
}
