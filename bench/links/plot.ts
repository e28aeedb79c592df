// Draws age and rate over time from the results of a run: node bench/links/plot.ts results.json plot.svg "20M/150" …
import { readFileSync, writeFileSync } from "node:fs";

interface Drawn {
  readonly link: { readonly name: string };
  readonly seen: Readonly<Record<string, ReadonlyArray<readonly [at: number, age: number]>>>;
}

const [PANEL_WIDTH, PANEL_HEIGHT, GAP, LEFT] = [420, 150, 44, 46] as const;
/** The rate is counted over this long. */
const WINDOW_MS = 1000;
const lines: ReadonlyArray<readonly [subject: string, name: string, colour: string]> = [
  ["plain", "plain Node", "#888888"],
  ["before", "before", "#b3261e"],
  ["hub", "this", "#137a3f"],
];

const [input = "", output = "", ...names] = process.argv.slice(2);
const results = JSON.parse(readFileSync(input, "utf8")) as Drawn[];
const panels = names.map((name) => {
  const found = results.find(({ link }) => link.name === name);
  if (!found) throw new Error(`there is no link ${name} in ${input}`);
  return found;
});

const width = LEFT + 2 * (PANEL_WIDTH + GAP);
const height = 30 + panels.length * (PANEL_HEIGHT + GAP);
writeFileSync(
  output,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${lines.map(([, name, colour], i) => `<text x="${LEFT + i * 110}" y="18" fill="${colour}" font-weight="bold">${name}</text>`).join("\n")}
${panels.map((panel, row) => rowOf(panel, 40 + row * (PANEL_HEIGHT + GAP))).join("\n")}
</svg>
`,
);

function rowOf({ link, seen }: Drawn, top: number): string {
  const end = Math.max(...Object.values(seen).flatMap((list) => list.map(([at]) => at)));
  const ages = lines.map(([subject]) => (seen[subject] ?? []).map(([at, age]) => [at, age] as const));
  const rates = lines.map(([subject]) => ratesOf(seen[subject] ?? [], end));
  return [
    panelOf(`${link.name}: age, ms`, ages, { left: LEFT, top, end }),
    panelOf(`${link.name}: pictures/s`, rates, { left: LEFT + PANEL_WIDTH + GAP, top, end }),
  ].join("\n");
}

function ratesOf(seen: ReadonlyArray<readonly [number, number]>, end: number) {
  const points: Array<readonly [number, number]> = [];
  for (let to = WINDOW_MS; to <= end; to += 250) {
    const count = seen.filter(([at]) => at > to - WINDOW_MS && at <= to).length;
    points.push([to, (count * 1000) / WINDOW_MS]);
  }
  return points;
}

function panelOf(
  title: string,
  series: ReadonlyArray<ReadonlyArray<readonly [number, number]>>,
  { left, top, end }: { readonly left: number; readonly top: number; readonly end: number },
): string {
  const most = Math.max(1, ...series.flatMap((points) => points.map(([, value]) => value)));
  const x = (at: number) => (left + (at / end) * PANEL_WIDTH).toFixed(1);
  const y = (value: number) => (top + PANEL_HEIGHT - (value / most) * PANEL_HEIGHT).toFixed(1);
  const paths = series.map(
    (points, i) =>
      `<polyline fill="none" stroke="${lines[i]?.[2]}" points="${points.map(([at, value]) => `${x(at)},${y(value)}`).join(" ")}"/>`,
  );
  const seconds = Array.from({ length: Math.floor(end / 4000) + 1 }, (_, i) => i * 4);
  return [
    `<text x="${left}" y="${top - 6}">${title}</text>`,
    `<rect x="${left}" y="${top}" width="${PANEL_WIDTH}" height="${PANEL_HEIGHT}" fill="none" stroke="#cccccc"/>`,
    `<text x="${left - 4}" y="${top + 10}" text-anchor="end">${Math.round(most)}</text>`,
    `<text x="${left - 4}" y="${top + PANEL_HEIGHT}" text-anchor="end">0</text>`,
    ...seconds.map((s) => `<text x="${x(s * 1000)}" y="${top + PANEL_HEIGHT + 14}" text-anchor="middle">${s} s</text>`),
    ...paths,
  ].join("\n");
}
