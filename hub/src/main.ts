import { HubError, messageOf } from "#contract/errors.ts";
import { stringify } from "yaml";
import { readArguments, type Command } from "./cli/arguments.ts";
import { helpText } from "./cli/help.ts";
import { homeOf, programName } from "./cli/home.ts";
import { terminalAddress } from "./cli/hub-address.ts";
import { openBrowser } from "./cli/open-browser.ts";
import { configurationReference } from "./cli/reference.ts";
import { settleMemory } from "./cli/settle-memory.ts";
import { readConfig } from "./cli/settings.ts";
import { stats } from "./cli/stats.ts";
import { tokenCommand } from "./cli/token.ts";
import { watch } from "./cli/watch.ts";
import type { Config } from "./config.ts";
import { weighPictures } from "./cli/weigh-pictures.ts";
import { startHub, type Hub } from "./hub.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { modules } from "./modules.ts";
import { version } from "./version.ts";

/** By then the first frames have gone through and what they needed once can go. */
const SETTLE_AFTER_MS = 2000;

type Run = Extract<Command, { name: "run" }>;

/** Where the launcher could not make way for this process it is its parent, and holds a channel to it as long as it lives. */
function endWithTheLauncher(): void {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
}

async function main(args: readonly string[]): Promise<void> {
  const command = readArguments(args);
  switch (command.name) {
    case "help":
      process.stdout.write(helpText(programName(), command.topic));
      return;
    case "version":
      process.stdout.write(`lightwell ${version}\n`);
      return;
    case "config":
      return configCommand(command);
    case "token":
      process.stdout.write(await tokenCommand(modules, command));
      return;
    case "watch":
      return watch(
        terminalAddress("telnet", command.hub, () => readConfig(modules, command.settings)),
        command.channel,
      );
    case "stats":
      return stats(terminalAddress("stats", command.hub, () => readConfig(modules, command.settings)));
    case "run":
      return run(command);
  }
}

function configCommand({ action, settings }: Extract<Command, { name: "config" }>): void {
  if (action === "docs") {
    process.stdout.write(configurationReference(modules));
    return;
  }
  const { hub, channels, modules: sections, file } = readConfig(modules, settings);
  const printed = maskSecrets({ hub, channels, ...sections });
  const read = file === undefined ? `no file was read: there is no ${homeOf(process.env).configPath}` : `read ${file}`;
  process.stdout.write(action === "print" ? stringify(printed) : `the configuration is right; ${read}\n`);
}

async function run({ settings, open }: Run): Promise<void> {
  weighPictures();
  const config = readConfig(modules, settings);
  const hub = await startHub(modules, config).catch(explainPorts);
  endWithTheProcess(hub);
  announce(hub, config, open);
  setTimeout(settleMemory, SETTLE_AFTER_MS).unref();
}

/** All listeners stand in each other's way when two hubs run on one machine: one option moves all of them. */
function explainPorts(error: unknown): never {
  if (!(error instanceof HubError) || error.code !== "port-in-use") throw error;
  const lines = [error.message, "perhaps another Lightwell runs here; --port-base 10000 moves all of this one's ports"];
  throw new HubError(error.code, lines.join("\n"), { cause: error });
}

function announce(hub: Hub, config: Config, open: boolean): void {
  const addresses = [
    ...hub.addresses(),
    ...(config.file === undefined ? [] : [{ use: "settings", at: config.file }]),
    { use: "data", at: config.hub.dataDir },
  ];
  const width = Math.max(...addresses.map(({ use }) => use.length));
  process.stdout.write(
    [
      `Lightwell ${version} is running.`,
      ...addresses.map(({ use, at }) => `  ${use.padEnd(width)}  ${at}`),
      "  ^C ends it.",
      "",
    ].join("\n"),
  );
  const http = hub.service("http");
  const base = http?.address("public") ?? http?.address("admin");
  const first = hub.channels.list()[0]?.name;
  const page = base && first ? `${base}/watch/${first}` : base;
  if (open && page)
    openBrowser(page, () => process.stdout.write(`no browser could be started; open ${page} yourself\n`));
}

function endWithTheProcess(hub: Hub): void {
  let asked = 0;
  const end = () => {
    // A second ^C means now.
    if (++asked > 1) process.exit(130);
    hub.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
}

try {
  endWithTheLauncher();
  await main(process.argv.slice(2));
} catch (error) {
  const known = error instanceof HubError;
  process.stderr.write(`lightwell: ${known ? messageOf(error) : (error as Error).stack}\n`);
  process.exit(1);
}
