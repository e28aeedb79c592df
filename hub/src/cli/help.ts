import { modes, type Mode } from "../modes.ts";
import { version } from "../version.ts";

/** The text of `--help`. */
export function helpText(): string {
  const rows = Object.entries<Mode>(modes).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
  return `Lightwell ${version}: one live hub for everything that glows.

Usage
  npm start -- [mode] [options]
  lightwell [mode] [options]
  lightwell config check|print|docs [options]
  lightwell token create|list|revoke [options]
  lightwell watch [channel] [--hub host:port]   a channel of any hub in this terminal
  lightwell stats [--hub host:port]             its statistics screen

Modes (all when none is named)
${rows.join("\n")}

Options
  --mode <mode>          the mode, if not named as the first word
  --port <n>             main port of the mode: pictures (all, web), monitor (local), telnet (ascii), WebSocket (asciiweb)
  --dir <folder>         show the pictures of this folder
  --data <folder>        keep tokens and state here (default: data)
  --config <file>        read settings from this YAML file (default: lightwell.yaml, if there is one)
  --set section.key=value  one setting; may be repeated
  --open                 show the picture full-screen in the default browser
  -h, --help             this text
  -V, --version          the version

Tokens
  lightwell token create [--role producer] [--name cam-1] [--channel cam …]
  lightwell token list
  lightwell token revoke <id>

Terminals
  watch and stats leave by q. A token for private channels comes from LIGHTWELL_TOKEN.

Settings also come from the environment (LIGHTWELL_<SECTION>_<KEY>, e.g. LIGHTWELL_HTTP_PUBLIC_PORT).
"lightwell config docs" lists them all. Stronger ones later: defaults, mode, file, environment, options.
`;
}
