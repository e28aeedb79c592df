import type { Identity } from "#contract/services.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import type { Viewer } from "#core/viewer.ts";
import type { ChannelInfo, ViewerInfo } from "@lightwell/wire/api/monitor.ts";

const tenth = (value: number) => Math.round(value * 10) / 10;

export const isOperator = (identity: Identity | undefined): boolean =>
  identity?.role === "operator" || identity?.role === "admin";

/** A channel's figures for whoever may watch it: nothing of where it comes from or who else watches. */
export function watchRowOf(channel: LiveChannel): ChannelInfo {
  const { latest } = channel;
  const { state, since } = channel.health;
  const { delivered, skipped } = channel.totals;
  let viewers = 0;
  let ageMs: number | undefined;
  for (const viewer of channel.viewers()) {
    viewers++;
    if (viewer.ageMs !== undefined) ageMs = Math.max(ageMs ?? 0, viewer.ageMs);
  }
  return {
    id: channel.id,
    name: channel.name,
    ...pictureOf(channel),
    visibility: channel.settings.visibility,
    health: state,
    healthSince: since,
    failing: channel.fault !== undefined,
    substitute: latest?.substitute ?? false,
    seq: latest?.seq ?? 0,
    ...(channel.live && { capturedAt: channel.live.capturedAt }),
    fps: tenth(channel.fps),
    published: channel.published,
    publishedBytes: channel.publishedBytes,
    viewers,
    delivered,
    deliveredBytes: channel.deliveredBytes,
    skipped,
    ...(ageMs !== undefined && { ageMs: Math.round(ageMs) }),
    sources: [],
    renditions: [],
  };
}

/** All of a channel's figures, for operators. */
export function operatorRowOf(channel: LiveChannel): ChannelInfo {
  return {
    ...watchRowOf(channel),
    ...(channel.fault !== undefined && { fault: channel.fault }),
    sources: [...channel.publishers].map(({ label, status }) => ({ label, status })),
    renditions: [...channel.renditions.values()].map(({ key, fps, failures }) => ({ key, fps: tenth(fps), failures })),
    settings: settingsOf(channel),
  };
}

/** The settings that operators see, with the stall time-out that holds now. */
function settingsOf({ settings, stallAfterMs }: LiveChannel): NonNullable<ChannelInfo["settings"]> {
  const { visibility, whenStalled, frozenTimeoutMs, fallback } = settings;
  return { visibility, whenStalled, stallTimeoutMs: stallAfterMs, frozenTimeoutMs, fallback: fallback ?? null };
}

/** `channel` is the live one; a viewer's own can be a rendition of it. */
export function viewerRowOf(channel: LiveChannel, viewer: Viewer): ViewerInfo {
  const { name, output, remote, agent } = viewer.info;
  return {
    id: viewer.id,
    name,
    output,
    channel: channel.name,
    remote,
    ...(agent !== undefined && { agent }),
    since: viewer.since,
    fps: tenth(viewer.fps),
    delivered: viewer.delivered,
    skipped: viewer.skipped,
    bytes: viewer.bytes,
    behind: viewer.behind,
    ...(viewer.ageMs !== undefined && { ageMs: Math.round(viewer.ageMs) }),
  };
}

function pictureOf({ latest }: LiveChannel): Pick<ChannelInfo, "kind" | "format" | "width" | "height"> {
  if (!latest) return { kind: "none" };
  const { content } = latest;
  if (content.kind === "text") return { kind: "text", width: content.grid.cols, height: content.grid.rows };
  return { kind: "image", format: content.format, width: content.width, height: content.height };
}
