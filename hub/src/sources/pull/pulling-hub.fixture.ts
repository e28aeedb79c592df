import type { LiveChannel } from "#core/live-channel.ts";
import { bootHub, type TestHub } from "../../testing/boot.ts";
import pull from "./module.ts";

/** A hub that pulls one address into the channel `cam`; `input` is the rest of its settings. */
export const start = (input: object): Promise<TestHub> =>
  bootHub([pull], { "pull.inputs": [{ channel: "cam", ...input }] });

export function channelOf(hub: TestHub): LiveChannel {
  const channel = hub.channels.get("cam");
  if (!channel) throw new Error("there is no channel cam");
  return channel;
}

/** What the source says of itself; empty when all is well. */
export const statusOf = (hub: TestHub): string => [...channelOf(hub).publishers][0]?.status ?? "";
