import { channelSample, type ChannelSample } from "@lightwell/wire/api/history.ts";
import { useEffect, useState, useSyncExternalStore } from "react";
import { getJson } from "./api.ts";
import { Series } from "./series.ts";
import { useKnowledge } from "./snapshot.ts";

/** A channel's last minutes. The name must not change: use a component with a key. */
export function useChannelSeries(name: string): readonly ChannelSample[] {
  const { snapshot } = useKnowledge();
  const [series] = useState(
    () => new Series(() => getJson(`/api/channels/${encodeURIComponent(name)}/history`, channelSample.array())),
  );
  const samples = snapshot?.channelSamples ?? {};
  const sample = Object.hasOwn(samples, name) ? samples[name] : undefined;
  useEffect(() => series.hear(sample), [series, sample]);
  return useSyncExternalStore(series.points.follow, series.points.get);
}
