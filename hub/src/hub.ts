import { randomInt } from "node:crypto";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { HubError, messageOf } from "#contract/errors.ts";
import type { Address, ModuleContext, ModuleDefinition, Running } from "#contract/module.ts";
import type { Report, Services } from "#contract/services.ts";
import { systemClock, type Clock } from "#core/clock.ts";
import { Channels } from "#core/registry.ts";
import { openAll } from "#transport/open-all.ts";
import { Registry } from "prom-client";
import { settingsOf } from "./channel-settings.ts";
import type { Config } from "./config.ts";
import { LogBook } from "./log-book.ts";
import { moduleMetrics } from "./metrics.ts";
import { modes, type Mode } from "./modes.ts";
import { settingsReport } from "./settings-report.ts";
import { version } from "./version.ts";

/** A hub that runs. */
export interface Hub {
  readonly channels: Channels;
  /** A service by name; undefined when no running module provides it. */
  service<Name extends keyof Services>(name: Name): Services[Name] | undefined;
  /** Where people find what the modules offer, in their order. */
  addresses(): readonly Address[];
  /** End everything at once, but no module before those that use its services. Safe to call twice. */
  close(): Promise<void>;
}

/** How long one module may take to close before the hub goes on without it. */
const CLOSE_TIMEOUT_MS = 1000;
/** How often viewers that do not read are looked for. */
const SWEEP_MS = 1000;

/**
 * Start the modules of the configured mode: `start` in order, then `open` in order.
 *
 * @throws {HubError} naming the module that failed; what had started is closed again.
 */
export async function startHub(
  modules: readonly ModuleDefinition[],
  config: Config,
  {
    clock = systemClock,
    logBook = new LogBook(config.hub.logLevel, config.hub.logFormat),
  }: { clock?: Clock; logBook?: LogBook } = {},
): Promise<Hub> {
  const registry = new Registry();
  const closing = new AbortController();
  const settings = settingsOf(config.channels, config.origins);
  // Ids of the last run stay with it: a page that reconnects must not take one channel for another.
  const channels = new Channels(clock, settings, config.channels.maxChannels, randomInt(2 ** 31));
  for (const name of Object.keys(config.channels.named)) channels.expect(name);
  const log = logBook.of("hub");
  const parts: Array<() => Record<string, unknown>> = [];
  const report: Report = {
    version,
    mode: config.hub.mode,
    startedAt: clock.now(),
    add: (part) => void parts.push(part),
    figures: () => Object.assign({}, ...parts.map((part) => part())) as Record<string, unknown>,
    lines: (filter) => logBook.lines(filter),
    tail: () => logBook.tail(),
    settings: () => settingsReport(modules, config),
    prometheus: () => registry.metrics(),
  };
  const services: Partial<Services> = { report };
  const running: Array<{ readonly module: ModuleDefinition; readonly handle: Running<keyof Services> }> = [];
  let closed: Promise<void> | undefined;

  let sweptAt = clock.monotonic();
  const sweep = clock.every(SWEEP_MS, () => {
    // A machine that was paused, or starved this process, is not taken for viewers that do not read.
    const heldUpMs = Math.max(0, clock.monotonic() - sweptAt - SWEEP_MS);
    sweptAt = clock.monotonic();
    const count = channels.closeNotReading(config.hub.viewerTimeoutMs, heldUpMs);
    if (count > 0) log.info({ count }, "closed viewers that took nothing");
  });

  const close = () =>
    (closed ??= (async () => {
      sweep();
      closing.abort();
      channels.shutdown();
      // All at once, so that their graces do not add up, but none before those that use its services.
      const ends = new Map<ModuleDefinition, Promise<void>>();
      for (const { module, handle } of running.toReversed()) {
        const uses = ({ needs, wants }: ModuleDefinition) => [...needs, ...wants];
        const users = running.filter((one) => uses(one.module).some((name) => module.provides.includes(name)));
        const end = async () => {
          await Promise.all(users.map((user) => ends.get(user.module)));
          try {
            await within(CLOSE_TIMEOUT_MS, handle[Symbol.asyncDispose]());
          } catch (error) {
            log.error({ error: messageOf(error) }, `${module.name} did not close cleanly`);
          }
        };
        ends.set(module, end());
      }
      await Promise.all(ends.values());
      registry.clear();
    })());

  const mode: Mode = modes[config.hub.mode];
  try {
    makeFolder(config.hub.dataDir);
    const selected = modules.filter((module) => !mode.modules || mode.modules.includes(module.name));
    for (const module of selected) {
      const base: ModuleContext<unknown> = {
        options: config.modules[module.name],
        channels,
        clock,
        log: logBook.of(module.name),
        metrics: moduleMetrics(registry, module.name),
        signal: closing.signal,
        dataDir: join(config.hub.dataDir, module.name),
      };
      const needed = Object.fromEntries(
        module.needs.map((name) => [name, services[name] ?? missing(module.name, name)]),
      );
      const wanted = Object.fromEntries(
        module.wants.flatMap((name) => (services[name] ? [[name, services[name]]] : [])),
      );
      const handle = await named(module.name, () =>
        module.start({ ...base, ...wanted, ...needed } as Parameters<typeof module.start>[0]),
      );
      running.push({ module, handle });
      Object.assign(services, handle.services);
    }
    await openAll(
      running.map(
        ({ module, handle }) =>
          async () =>
            named(module.name, () => handle.open?.()),
      ),
    );
  } catch (error) {
    await close();
    throw error;
  }
  return {
    channels,
    service: (name) => services[name],
    addresses: () => running.flatMap(({ handle }) => handle.addresses?.() ?? []),
    close,
  };
}

function makeFolder(path: string): void {
  try {
    // Tokens, pictures and settings are in it: a folder that is made here is its owner's alone, whatever the umask.
    if (mkdirSync(path, { recursive: true }) !== undefined) chmodSync(path, 0o700);
  } catch (cause) {
    throw new HubError(
      "bad-config",
      `the data folder ${path} cannot be made (${messageOf(cause)}): choose one that this user may write, by --data or hub.dataDir`,
      { cause },
    );
  }
}

async function named<T>(module: string, run: () => T): Promise<Awaited<T>> {
  try {
    return await run();
  } catch (error) {
    const code = error instanceof HubError ? error.code : "internal";
    throw new HubError(code, messageOf(error).replace(/^/gm, `${module}: `), { cause: error });
  }
}

function missing(module: string, service: string): never {
  throw new HubError(
    "bad-config",
    `${module} needs the service "${service}", which no module before it provides in this mode`,
  );
}

async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not end within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
