import type { LiveStatus } from "@lightwell/wire/live.ts";
import type { Access, Identity } from "#contract/services.ts";
import { mayWatch } from "#contract/visible.ts";
import type { LiveChannel } from "#core/live-channel.ts";

/** The facts of a channel that a tile shows; why it fails is for operators. */
export function statusOf(channel: LiveChannel, forOperators = false): LiveStatus {
  const { state, since } = channel.health;
  const content = channel.latest?.content;
  let viewers = 0;
  for (const _ of channel.viewers()) viewers++;
  return {
    id: channel.id,
    name: channel.name,
    kind: content?.kind ?? "none",
    ...(content?.kind === "image" && { width: content.width, height: content.height }),
    ...(content?.kind === "text" && { width: content.grid.cols, height: content.grid.rows }),
    visibility: channel.settings.visibility,
    health: state,
    healthSince: since,
    failing: channel.fault !== undefined,
    ...(forOperators && channel.fault !== undefined && { fault: channel.fault }),
    fps: Math.round(channel.fps * 10) / 10,
    viewers,
  };
}

/** One `status` message for one second: written once for everybody who sees the same channels. */
export class StatusRound {
  readonly #rows: ReadonlyArray<{
    readonly channel: LiveChannel;
    readonly json: string;
    readonly forOperators: string;
  }>;
  readonly #access: Access;
  readonly #head: string;
  #public: string | undefined;

  constructor(channels: readonly LiveChannel[], access: Access, now: number) {
    this.#rows = channels.map((channel) => {
      const json = JSON.stringify(statusOf(channel));
      const forOperators = channel.fault === undefined ? json : JSON.stringify(statusOf(channel, true));
      return { channel, json, forOperators };
    });
    this.#access = access;
    this.#head = `{"type":"status","now":${now},"channels":[`;
  }

  messageFor(identity: Identity | undefined): string {
    if (!identity) return (this.#public ??= this.#write(undefined));
    return this.#write(identity);
  }

  #write(identity: Identity | undefined): string {
    const visible = this.#rows.filter(({ channel }) => mayWatch(this.#access, identity, channel));
    const operates = identity?.role === "operator" || identity?.role === "admin";
    const rows = visible.map(({ json, forOperators }) => (operates ? forOperators : json));
    return `${this.#head}${rows.join(",")}]}`;
  }
}
