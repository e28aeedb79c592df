// Shows a channel in this terminal: watch.ts [channel]. Ctrl-C ends it.
import { connect, diffToAnsi, gridToAnsi, type TextGrid } from "@lightwell/sdk";

// A channel that this token may not see, and the like: one line says it, on the user's own screen.
process.on("uncaughtException", ({ message }) => {
  process.on("exit", () => console.error(message));
  process.exit(1);
});

const { LIGHTWELL_URL = "http://127.0.0.1:8080", LIGHTWELL_TOKEN: token } = process.env;
const { columns: cols = 80, rows = 24 } = process.stdout;
const watch = connect(LIGHTWELL_URL, { token }).watch(process.argv[2] ?? "scene", { cols, rows });
process.stdout.on("resize", () => watch.resize(process.stdout.columns, process.stdout.rows));
process.on("exit", () => process.stdout.write("\x1b[0m\x1b[?25h\n"));
process.on("SIGINT", () => process.exit());
process.stdout.write("\x1b[?25l\x1b[2J");
let shown: TextGrid | undefined;
for await (const { grid } of watch) {
  process.stdout.write(shown ? diffToAnsi(grid, shown, "24bit") : gridToAnsi(grid, "24bit"));
  shown = grid;
}
