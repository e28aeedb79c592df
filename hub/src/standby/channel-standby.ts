import type { Log } from "#contract/log.ts";
import { messageOf } from "#contract/errors.ts";
import type { Content, Frame, ImageContent } from "#core/frame.ts";
import type { Health, LiveChannel } from "#core/live-channel.ts";
import type { Channels } from "#core/registry.ts";
import { Follower } from "./follower.ts";
import { momentOf, placeholderFor, withBadge } from "./stand-in.ts";

export interface StandbyOptions {
  /** ms from the stall to the frames of the fallback channel; the badge is seen until then. */
  readonly fallbackAfterMs: number;
  /** ms from the stall to the placeholder. */
  readonly placeholderAfterMs: number;
  /** The operator's own; undefined: one is drawn. */
  readonly placeholder: ImageContent | undefined;
}

/** What a module-wide count is kept of. */
export interface Counts {
  stalled(): void;
  frozen(): void;
  closedViewers(count: number): void;
}

/** A source that delivers at once would only make a new channel flash its placeholder. */
const FIRST_FRAME_GRACE_MS = 500;

/** What viewers are shown in place of the source's frames. */
type Step = "nothing" | "badge" | "placeholder" | LiveChannel;

/** Acts on the stall policy of one channel. All of it follows from the time and the channel's health. */
export class ChannelStandby {
  readonly #channel: LiveChannel;
  readonly #channels: Channels;
  readonly #options: StandbyOptions;
  readonly #log: Log;
  readonly #counts: Counts;
  #state: Health = "waiting";
  #stateSince: number;
  /** Says which state and step is shown; a picture that was made for another one comes too late. */
  #shown = "";
  #follower: Follower | undefined;

  constructor(channel: LiveChannel, channels: Channels, options: StandbyOptions, log: Log, counts: Counts) {
    this.#channel = channel;
    this.#channels = channels;
    this.#options = options;
    this.#log = log;
    this.#counts = counts;
    this.#stateSince = channel.createdAt;
  }

  /** The state that was acted on last. */
  get state(): Health {
    return this.#state;
  }

  /** Look at the channel and do what is due. */
  check(): void {
    const health = this.#channel.health;
    // A source that rests is well, and nobody is there to be shown anything.
    const state = health.state === "resting" ? "live" : health.state;
    if (state !== this.#state) this.#change(state, health.since);
    if (this.#channel.settings.whenStalled === "close") this.#closeThoseInVain();
    this.#show(this.#step(state, health.since), health.since);
  }

  stop(): void {
    this.#follower?.stop();
    this.#follower = undefined;
    this.#shown = "stopped";
  }

  #change(state: Health, since: number): void {
    const channel = this.#channel;
    const [before, now] = [this.#state, channel.clock.now()];
    const fields = { channel: channel.name, policy: channel.settings.whenStalled };
    const lastedMs = now - this.#stateSince;
    this.#state = state;
    this.#stateSince = now;
    if (state === "live") {
      const first = channel.live ? "the first picture has come" : "the source rests until somebody watches";
      const words = before === "waiting" ? first : `live again after being ${before}`;
      this.#log.info({ channel: channel.name, afterMs: lastedMs }, words);
    } else if (state === "frozen") {
      this.#counts.frozen();
      this.#log.warn({ ...fields, since: this.#moment(since) }, "frozen: frames come, but the picture never changes");
    } else if (state === "stalled") {
      this.#counts.stalled();
      const viewers = [...channel.viewers()].length;
      if (fields.policy === "close") {
        channel.closeWatchers("stalled");
        this.#counts.closedViewers(viewers);
      }
      this.#log.warn({ ...fields, since: this.#moment(since), viewers }, "stalled: no frame comes");
    }
  }

  /** Who came during the stall is closed when he has had no live frame for as long as the others. */
  #closeThoseInVain(): void {
    if (this.#state !== "stalled" && this.#state !== "waiting") return;
    const channel = this.#channel;
    const latest = channel.clock.now() - channel.stallAfterMs;
    const late = [...channel.viewers()].filter((viewer) => viewer.since <= latest);
    for (const viewer of late) viewer.close("stalled");
    if (late.length > 0) this.#counts.closedViewers(late.length);
  }

  #step(state: Health, since: number): Step {
    const { settings, clock, stallAfterMs, createdAt, live } = this.#channel;
    if (settings.whenStalled !== "placeholder" || state === "live") return "nothing";
    if (state === "frozen") return "badge";
    const now = clock.now();
    // A picture of an earlier run is seen until its source comes or is overdue.
    if (state === "waiting") return live || now - since < FIRST_FRAME_GRACE_MS ? "nothing" : "placeholder";
    const stalledFor = now - Math.max(since + stallAfterMs, createdAt);
    const fallback = stalledFor >= this.#options.fallbackAfterMs ? this.#fallback() : undefined;
    return fallback ?? (stalledFor >= this.#options.placeholderAfterMs ? "placeholder" : "badge");
  }

  /** The channel to show meanwhile, if it is live and anybody would see it. A private one is not shown to the public. */
  #fallback(): LiveChannel | undefined {
    const channel = this.#channel;
    const { fallback: name, visibility } = channel.settings;
    const fallback = name === undefined ? undefined : this.#channels.get(name);
    if (!fallback || fallback === channel || !channel.watched) return undefined;
    // One that rests wakes as soon as it is followed.
    if (fallback.health.state !== "live" && fallback.health.state !== "resting") return undefined;
    return visibility === "public" && fallback.settings.visibility === "private" ? undefined : fallback;
  }

  #show(step: Step, since: number): void {
    const shown = `${this.#state} ${since} ${typeof step === "string" ? step : `channel ${step.id}`}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#follower?.stop();
    this.#follower = undefined;
    if (step === "nothing") return;
    if (typeof step !== "string") {
      this.#follower = new Follower(step, this.#channel);
      return;
    }
    const { live } = this.#channel;
    void this.#make(step, live, since).then((content) => {
      const late = this.#shown !== shown || this.#channel.health.state !== this.#state || this.#channel.closed;
      // A frozen feed goes on delivering the same picture, which must not flicker through the badge.
      if (content && !late)
        this.#channel.substitute(content, this.#state === "frozen" ? "changed-frame" : "next-frame");
    });
  }

  #moment(at: number): string {
    return momentOf(at, this.#channel.clock.now());
  }

  async #make(step: "badge" | "placeholder", live: Frame | undefined, since: number): Promise<Content | undefined> {
    const title = this.#channel.name;
    try {
      const own = live?.content.kind === "text" ? undefined : this.#options.placeholder;
      if (own && step === "placeholder") return own;
      if (!live) return await placeholderFor(undefined, title, "waiting for a picture");
      if (step === "badge") return await withBadge(live.content, `${this.#state} since ${this.#moment(since)}`);
      return await placeholderFor(live, title, `no picture since ${this.#moment(since)}`);
    } catch (error) {
      // The last picture cannot be decoded, say: it stays as it is.
      this.#log.warn({ channel: title, error: messageOf(error) }, `could not make a ${step}`);
      return undefined;
    }
  }
}
