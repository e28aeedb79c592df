// Runs one benchmark: `npm run bench <subject>`. It prints a table and appends it, with machine and commit, to docs/reference/benchmarks.md.
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, readdirSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";

interface Outcome {
  readonly table: Array<Record<string, string | number>>;
  readonly notes: readonly string[];
}

/** What a `bench/<subject>/run.ts` exports by default: `skipped` is why it cannot run on this machine. */
type Benchmark = (args: readonly string[]) => Promise<Outcome | { readonly skipped: string }>;

const folder = fileURLToPath(new URL("../bench/", import.meta.url));
const subjects = readdirSync(folder).filter((name) => existsSync(`${folder}${name}/run.ts`));
const words = process.argv.slice(2);
// While something is being worked on its figures are looked at and not kept.
const records = !words.includes("--unrecorded");
const [subject, ...args] = words.filter((word) => word !== "--unrecorded");

const usage = `usage: npm run bench <subject> [-- --quick] [--unrecorded]\nsubjects: ${subjects.join(", ")}`;

if (process.argv.includes("--help")) {
  console.log(usage);
  process.exit(0);
}
if (!subject || !subjects.includes(subject)) {
  console.error(usage);
  process.exit(1);
}

const { default: run } = (await import(`${folder}${subject}/run.ts`)) as { default: Benchmark };
const outcome = await run(args);
if ("skipped" in outcome) {
  console.log(`skipped: ${outcome.skipped}`);
  process.exit(0);
}
const { table, notes } = outcome;

const columns = [...new Set(table.flatMap((row) => Object.keys(row)))];
const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
const git = (...words: string[]) => execFileSync("git", words, { encoding: "utf8" }).trim();
const commit = `${git("rev-parse", "--short", "HEAD")}${git("status", "--porcelain") ? " with changes" : ""}`;
const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
const text = [
  `## ${subject} · ${new Date().toISOString().slice(0, 16).replace("T", " ")} · ${commit}`,
  "",
  machine,
  "",
  line(columns),
  line(columns.map(() => "---")),
  ...table.map((row) => line(columns.map((column) => row[column] ?? ""))),
  "",
  ...notes.map((note) => `- ${note}`),
  "",
].join("\n");
if (records) appendFileSync(fileURLToPath(new URL("../docs/reference/benchmarks.md", import.meta.url)), `\n${text}`);
console.table(table);
console.log(notes.join("\n"));
console.log(`${records ? "appended to docs/reference/benchmarks.md" : "not kept"} (${commit}; ${machine})`);
process.exit(0);
