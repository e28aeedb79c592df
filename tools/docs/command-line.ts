import { commandHelp, helpText } from "../../hub/src/cli/help.ts";
import { version } from "../../hub/src/version.ts";

const PROGRAM = "./lightwell";
const screen = (text: string) => ["```text", text.trimEnd(), "```", ""];

/** What `--help` says, of the program and of every command. */
export function commandLineReference(): string {
  return [
    "# Command line",
    "",
    "What `./lightwell --help` and `./lightwell help <command>` say in Lightwell's own folder; from another one it is called by",
    "its path, as in `~/lightwell/lightwell --help`. Where no script starts by its name (Windows) type",
    "`node hub/bin/lightwell.mjs` instead of it. Generated from `hub/src/cli/help.ts`.",
    "",
    ...screen(helpText(PROGRAM).replace(version, "<version>")),
    ...Object.keys(commandHelp).flatMap((name) => [`## ${name}`, "", ...screen(helpText(PROGRAM, name))]),
  ].join("\n");
}
