import { HubError } from "#contract/errors.ts";
import { modes, type Mode } from "../modes.ts";
import { nearest } from "../nearest.ts";
import { version } from "../version.ts";

interface CommandHelp {
  readonly usage: readonly string[];
  readonly summary: string;
  /** Names in {@link options}. */
  readonly options: readonly string[];
  readonly notes: readonly string[];
  readonly examples: readonly string[];
}

const options: Readonly<Record<string, string>> = {
  "--mode <mode>": "the mode, if not named as the first word",
  "--port <n>": "main port of the mode: pictures (all, web), monitor (local), telnet (ascii), WebSocket (asciiweb)",
  "--dir <folder>": "show the pictures of this folder",
  "--port-base <n>": "add n to every port of the hub: 10000 makes 8080 18080, for a second hub on one machine",
  "--data <folder>": "keep tokens and state here (default: data in Lightwell's own folder)",
  "--config <file>":
    "read settings from this YAML file (default: lightwell.yaml in Lightwell's own folder, if it is there)",
  "--set section.key=value": "one setting; may be repeated",
  "--open": "show the picture full-screen in the default browser",
  "--role <role>": "viewer, producer (default), operator or admin",
  "--name <text>": "for people, to know the token again in the list",
  "--channel <name>": "good for this channel only; may be repeated",
  "--hub host:port": "where the hub is (default: this machine, the port in its settings)",
};

const settings = ["--config <file>", "--set section.key=value", "--data <folder>"];
const whereSettingsComeFrom = [
  "Settings come from, stronger ones later: defaults, the mode, the file, the environment",
  "(LIGHTWELL_<SECTION>_<KEY>, e.g. LIGHTWELL_HTTP_PUBLIC_PORT), options.",
];

/** Every command of the program by its first word; `run` is what stands without one. */
export const commandHelp: Readonly<Record<string, CommandHelp>> = {
  run: {
    usage: ["lightwell [mode] [options]"],
    summary: "Run a hub until ^C.",
    options: ["--mode <mode>", "--port <n>", "--port-base <n>", "--dir <folder>", ...settings, "--open"],
    notes: whereSettingsComeFrom,
    examples: ["lightwell", "lightwell web --dir ~/Pictures --port 8000", "lightwell local --open"],
  },
  config: {
    usage: ["lightwell config check|print|docs [options]"],
    summary: "Say whether the settings are right; print them all, secrets left out; or describe every one.",
    options: ["--mode <mode>", ...settings],
    notes: whereSettingsComeFrom,
    examples: ["lightwell config check --config /etc/lightwell.yaml", "lightwell config print --mode web"],
  },
  token: {
    usage: [
      "lightwell token create [--role <role>] [--name <text>] [--channel <name> …]",
      "lightwell token list",
      "lightwell token revoke <id>",
    ],
    summary: "Make, list and revoke tokens, beside a hub that runs or without one.",
    options: ["--role <role>", "--name <text>", "--channel <name>", ...settings],
    notes: [
      "The first line of the output is the token; it is shown only now.",
      "Tokens are kept in the data folder, which is named after that: use the --data and --config that the hub uses.",
    ],
    examples: [
      "lightwell token create --role producer --name porch --channel porch",
      "TOKEN=$(lightwell token create --role viewer | head -1)",
    ],
  },
  watch: {
    usage: ["lightwell watch [channel] [--hub host:port]"],
    summary: "Show a channel of any hub in this terminal, by its telnet port.",
    options: ["--hub host:port", "--port-base <n>", ...settings],
    notes: ["q leaves, h helps. A token for private channels comes from LIGHTWELL_TOKEN."],
    examples: ["lightwell watch scene", "lightwell watch porch --hub 192.168.1.5:2323"],
  },
  stats: {
    usage: ["lightwell stats [--hub host:port]"],
    summary: "Show the statistics screen of any hub in this terminal.",
    options: ["--hub host:port", "--port-base <n>", ...settings],
    notes: ["q leaves. Beyond loopback the screen asks for an operator's token: LIGHTWELL_TOKEN."],
    examples: ["lightwell stats"],
  },
};

const columns = (rows: ReadonlyArray<readonly [string, string]>, width: number) =>
  rows.map(([left, right]) => `  ${left.padEnd(width)} ${right}`);

const optionRows = (names: readonly string[]) => names.map((name) => [name, options[name] ?? ""] as const);

/**
 * The text of `--help`: of one command, or of the program, which is typed as `program`.
 *
 * @throws {HubError} `bad-config` for a topic that is none.
 */
export function helpText(program: string, topic?: string): string {
  return textOf(program, topic).replace(/(?<=^ *"?|\$\()lightwell(?= [[a-z-]|$)/gm, program);
}

function textOf(program: string, topic: string | undefined): string {
  if (topic === undefined) return overview();
  const help = commandHelp[Object.hasOwn(modes, topic) ? "run" : topic];
  if (!help)
    throw new HubError(
      "bad-config",
      `there is no command "${topic}"${nearest(topic, [...topics()])}; see ${program} --help`,
    );
  return [
    help.summary,
    "",
    "Usage",
    ...help.usage.map((line) => `  ${line}`),
    "",
    "Options",
    ...columns(optionRows(help.options), 24),
    "",
    ...help.notes,
    "",
    "Examples",
    ...help.examples.map((line) => `  ${line}`),
    "",
  ].join("\n");
}

function* topics(): Generator<string> {
  yield* Object.keys(modes);
  yield* Object.keys(commandHelp);
}

function overview(): string {
  const usage = Object.values(commandHelp).flatMap((help) => help.usage.map((line) => `  ${line}`));
  const modeRows = Object.entries<Mode>(modes).map(([name, { summary }]) => [name, summary] as const);
  return [
    `Lightwell ${version}: one live hub for everything that glows.`,
    "",
    "Usage",
    ...usage,
    "  lightwell help <command>      what it does, its options, examples",
    "",
    "Modes (all when none is named)",
    ...columns(modeRows, 10),
    "",
    "Options",
    ...columns(
      [
        ...optionRows(Object.keys(options)),
        ["-h, --help", "this text, or a command's"],
        ["-V, --version", "the version"],
      ],
      24,
    ),
    "",
    ...whereSettingsComeFrom,
    '"lightwell config docs" lists them all.',
    "",
  ].join("\n");
}
