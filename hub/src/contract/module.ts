import type { Channels } from "#core/registry.ts";
import type { Clock } from "#core/clock.ts";
import type { z } from "zod";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Services } from "./services.ts";

/** What every module is started with. */
export interface ModuleContext<Options> {
  /** The module's section of the configuration, checked and with its defaults. */
  readonly options: Options;
  readonly channels: Channels;
  readonly clock: Clock;
  /** Lines carry the module's name. */
  readonly log: Log;
  /** Names are prefixed `lightwell_<module>_`. */
  readonly metrics: Metrics;
  /** Aborted when the hub begins to close. */
  readonly signal: AbortSignal;
  /** Where the module may keep files that survive a restart. It makes the folder when it has some. */
  readonly dataDir: string;
}

/** What a started module leaves with the hub. */
export interface Running<Provided extends keyof Services = never> {
  /** The services that it said it provides. */
  readonly services?: Pick<Services, Provided>;
  /** Open listeners and begin work. Called when every module has started. */
  open?(): Promise<void>;
  /** Where people find it, once open. */
  addresses?(): readonly Address[];
  /** Stop all that was started. Must end within a second and must not fail because of a peer. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A line of what is printed when the hub runs. */
export interface Address {
  /** What is there: `watch`, `terminals`. */
  readonly use: string;
  /** To be typed or clicked as it stands: `telnet 127.0.0.1 2323`. */
  readonly at: string;
}

/** What a module moves, for the table of what goes where. */
export interface Capability {
  /** `source` puts frames into channels, `output` takes them to viewers, `service` helps the others. */
  readonly role: "source" | "output" | "service";
  /** What it takes: `JPEG, WebP, PNG`, `folders of pictures`. */
  readonly takes?: string;
  /** What it gives: `MJPEG`, `JSON`. */
  readonly gives?: string;
  /** How: `HTTP /video_feed`, `WebSocket /ws`. */
  readonly transport?: string;
}

export interface ModuleDefinition<
  Options extends z.ZodType = z.ZodType,
  Needed extends keyof Services = keyof Services,
  Provided extends keyof Services = keyof Services,
  Wanted extends keyof Services = keyof Services,
> {
  /** Kebab-case; the key of its configuration section and the prefix of its metrics. */
  readonly name: string;
  /** One line for tables and help. */
  readonly summary: string;
  readonly capability: Capability;
  /** Strict object schema; every key has a default and a description. */
  readonly options: Options;
  /** Services that it cannot do without. */
  readonly needs: readonly Needed[];
  /** Services that it uses where an earlier module provides them. */
  readonly wants: readonly Wanted[];
  readonly provides: readonly Provided[];
  start(
    context: ModuleContext<z.output<Options>> & Pick<Services, Needed> & Partial<Pick<Services, Wanted>>,
  ): Promise<Running<Provided>> | Running<Provided>;
}

/**
 * Declares a module. Its life:
 *
 * 1. It is one folder, and one line in `modules.ts`; a mode says whether it runs.
 * 2. Its section of the configuration is checked against `options` before anything starts.
 * 3. `start` is called in the order of the list, with the services it `needs` and those it
 *    `wants` and that are there (earlier modules provide them).
 *    It sets up and registers routes; it opens no listener yet. A throw ends the hub, naming the module.
 * 4. When all have started, `open` is called in the same order: now listeners open and sources begin.
 * 5. On shutdown `signal` is aborted, every channel closes its viewers, and modules are disposed, all at once but none
 *    before those that use its services.
 * 6. A module that fails while running logs and recovers by itself; only a defect in the hub ends the process.
 */
export function defineModule<
  Options extends z.ZodType,
  const Needed extends keyof Services = never,
  const Provided extends keyof Services = never,
  const Wanted extends keyof Services = never,
>(
  definition: Omit<ModuleDefinition<Options, Needed, Provided, Wanted>, "needs" | "provides" | "wants"> & {
    readonly needs?: readonly Needed[];
    readonly wants?: readonly Wanted[];
    readonly provides?: readonly Provided[];
  },
): ModuleDefinition {
  // The list of modules is of mixed types: what `start` is called with is checked by the boot against
  // `needs` and `options`, which is what the types promised.
  return { needs: [], wants: [], provides: [], ...definition } as unknown as ModuleDefinition;
}
