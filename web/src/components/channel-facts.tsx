import type { ChannelInfo } from "@lightwell/wire/api/monitor.ts";
import type { ReactNode } from "react";
import * as format from "../format.ts";
import { shownHealth } from "../live/shown-health.ts";
import { texts } from "../texts.ts";
import { ageOf, sizeOf } from "./channels-table.tsx";
import { HealthMark } from "./health-mark.tsx";
import { RelativeTime } from "./relative-time.tsx";

/** Health, size and counts of a channel, one below the other. */
export function ChannelFacts({ channel }: { readonly channel: ChannelInfo }) {
  const { facts } = texts.channels;
  return (
    <dl className="figures grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 p-4 text-sm">
      <Fact name={facts.health}>
        <span className="flex flex-wrap items-baseline gap-x-3">
          <HealthMark health={shownHealth(channel)} />
          {(channel.health === "stalled" || channel.health === "frozen" || shownHealth(channel) === "waiting") && (
            <span className="text-muted">
              <RelativeTime at={channel.healthSince} />
            </span>
          )}
        </span>
        {channel.fault !== undefined && <span className="block">{channel.fault}</span>}
        {channel.substitute && <span className="text-warn">{texts.channels.substitute}</span>}
      </Fact>
      <Fact name={facts.kind}>
        {sizeOf(channel)}, {texts.fps(format.rate(channel.fps))}
      </Fact>
      {channel.capturedAt !== undefined && (
        <Fact name={facts.captured}>
          <RelativeTime at={channel.capturedAt} />
        </Fact>
      )}
      <Fact name={facts.published}>
        {channel.kind === "text"
          ? texts.channels.frames(format.count(channel.published))
          : texts.channels.framesOf(format.count(channel.published), format.bytes(channel.publishedBytes))}
      </Fact>
      <Fact name={facts.delivered}>
        {texts.channels.deliveredFrames(format.count(channel.delivered), format.count(channel.skipped))}
      </Fact>
      <Fact name={facts.age}>{ageOf(channel)}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
