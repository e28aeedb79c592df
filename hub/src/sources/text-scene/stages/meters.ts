import { Attribute } from "@lightwell/wire/text/grid.ts";
import type { Canvas } from "../canvas.ts";
import { mix, rgb } from "../colour.ts";
import type { ChannelFigures, HubFigures } from "../scene-data.ts";
import { colour, defineStage, number } from "../stage.ts";

/** Eighths of a cell, from the left and from below. */
const ACROSS = [..." ▏▎▍▌▋▊▉█"];
const UP = [..." ▁▂▃▄▅▆▇█"];

export const meters = defineStage({
  name: "meters",
  summary: "The hub at work: channels with their rates and viewers, load, and a curve of delivered frames.",
  params: {
    top: number(30, 0, 100, 1, "%"),
    height: number(60, 10, 100, 1, "%"),
    margin: number(4, 0, 20, 1, "columns"),
    colour: colour("#c8f4ff"),
    bar: colour("#21d4ff"),
    hot: colour("#ff4f8b"),
    backing: number(0.45, 0, 1, 0.05),
    fullRate: number(30, 1, 120, 1, "frames/s"),
  },
  draw(canvas, values, { data }) {
    const left = Math.round(values.margin);
    const width = canvas.cols - 2 * left;
    const top = Math.round((canvas.rows * values.top) / 100);
    const rows = Math.min(canvas.rows - top, Math.round((canvas.rows * values.height) / 100));
    if (width < 24 || rows < 4) return;
    const inks = { text: rgb(values.colour), bar: rgb(values.bar), hot: rgb(values.hot) };
    canvas.shade(left, top, width, rows, values.backing);

    drawSummary(canvas, { left, top, width }, data.hub, inks);
    const curveRows = rows < 6 ? 0 : Math.min(8, Math.max(2, Math.floor(rows / 4)));
    const list = data.hub.channels.slice(0, Math.max(0, rows - 2 - (curveRows > 0 ? curveRows + 1 : 0)));
    for (const [i, channel] of list.entries())
      drawChannel(canvas, { left, top: top + 2 + i, width }, channel, values.fullRate, inks);
    if (curveRows > 0) drawCurve(canvas, { left, top: top + rows - curveRows, width }, curveRows, data.hub, inks);
  },
});

interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
}

interface Inks {
  readonly text: number;
  readonly bar: number;
  readonly hot: number;
}

function drawSummary(canvas: Canvas, { left, top, width }: Area, hub: HubFigures, { text, bar }: Inks): void {
  const minutes = Math.floor(hub.uptimeSeconds / 60);
  const entries: Array<readonly [name: string, value: string]> = [
    ["CHANNELS", String(hub.channels.length)],
    ["VIEWERS", String(hub.viewers)],
    ["FRAMES/S", (hub.deliveredPerSecond.at(-1) ?? 0).toFixed(0)],
    ...(hub.cpuPercent === undefined ? [] : [["CPU", `${hub.cpuPercent.toFixed(0)} %`] as const]),
    ...(hub.memoryMb === undefined ? [] : [["MEMORY", `${hub.memoryMb.toFixed(0)} MB`] as const]),
    ["UP", minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`],
  ];
  let x = left;
  for (const [name, value] of entries) {
    if (x + name.length + value.length + 1 > left + width) return;
    x = canvas.text(x, top, `${name} `, mix(bar, 0, 0.25));
    x = canvas.text(x, top, `${value}   `, text, { attr: Attribute.bold });
  }
}

function drawChannel(canvas: Canvas, area: Area, channel: ChannelFigures, fullRate: number, inks: Inks): void {
  const { left, top: y, width } = area;
  const nameWidth = Math.min(20, Math.floor(width / 4));
  const barWidth = width - nameWidth - 24;
  const live = channel.health === "live";
  const well = live || channel.health === "resting";
  canvas.text(left, y, live ? "● " : "○ ", well ? inks.bar : inks.hot);
  canvas.text(left + 2, y, channel.name, inks.text, { to: left + nameWidth });
  const share = Math.min(1, Math.max(0, channel.fps / fullRate));
  for (let i = 0; i < barWidth; i++) {
    const filled = Math.max(0, Math.min(1, share * barWidth - i));
    const at = left + nameWidth + 1 + i;
    canvas.put(at, y, 0x2508, mix(canvas.bg[y * canvas.cols + at] ?? 0, inks.bar, 0.3));
    const block = ACROSS[Math.round(filled * 8)] ?? " ";
    if (block !== " ") canvas.text(at, y, block, mix(inks.bar, inks.hot, (i / barWidth) ** 2));
  }
  const end = left + width;
  canvas.text(end - 21, y, `${channel.fps.toFixed(1).padStart(6)} fps`, inks.text);
  canvas.text(
    end - 10,
    y,
    `${String(channel.viewers).padStart(4)} ${channel.viewers === 1 ? "eye" : "eyes"}`,
    inks.bar,
  );
}

function drawCurve(canvas: Canvas, area: Area, rows: number, hub: HubFigures, inks: Inks): void {
  const values = hub.deliveredPerSecond.slice(-area.width);
  const most = Math.max(1, ...values);
  for (let x = 0; x < area.width; x++) {
    const value = values[values.length - area.width + x] ?? 0;
    // A line of base that is always there, so that an idle hub shows a curve at rest and not nothing.
    const level = Math.max(1, Math.round((value / most) * rows * 8));
    for (let row = 0; row < rows; row++) {
      const eighths = Math.max(0, Math.min(8, level - (rows - 1 - row) * 8));
      const ink = mix(inks.bar, inks.hot, ((rows - row - 1) / rows) * 0.8);
      canvas.text(area.left + x, area.top + row, UP[eighths] ?? " ", ink);
    }
  }
}
