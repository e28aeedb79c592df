import { commandHelp, helpText } from "../../hub/src/cli/help.ts";
import { version } from "../../hub/src/version.ts";

const screen = (text: string) => ["```text", text.trimEnd(), "```", ""];

/** What `--help` says, of the program and of every command. */
export function commandLineReference(): string {
  return [
    "# Command line",
    "",
    "What `lightwell --help` and `lightwell help <command>` say; in a clone it is `npx lightwell …`, or `npm start -- …`",
    "to run a hub. Generated from `hub/src/cli/help.ts`.",
    "",
    ...screen(helpText().replace(version, "<version>")),
    ...Object.keys(commandHelp).flatMap((name) => [`## ${name}`, "", ...screen(helpText(name))]),
  ].join("\n");
}
