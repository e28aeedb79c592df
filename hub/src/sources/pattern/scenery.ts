import { Canvas, ink } from "#picture/canvas.ts";
import { loadEngine } from "#picture/engine.ts";
import { letter } from "#picture/lettering.ts";
import type { Layout } from "./layout.ts";

/** Bars of 75 % saturation from light to dark, as test pictures have had them since SMPTE EG 1. */
const BARS = ["#e8eaee", "#f2c94c", "#ffb454", "#4cc38a", "#3bb3c3", "#4d7cfe", "#a05cff", "#e5484d"];
const GREYS = 12;

/** All that never moves, drawn once. */
export async function drawScenery(layout: Layout, caption: string): Promise<Canvas> {
  const { width, height, unit } = layout;
  const engine = await loadEngine();
  const data = await engine(Buffer.from(shapes(layout)))
    .flatten({ background: "#0b0d10" })
    .raw()
    .toBuffer();
  const canvas = new Canvas(width, height, data);
  const title = await letter("Lightwell", { face: "bold", sizePx: Math.round(unit * 6) });
  const words = await letter(caption, { face: "regular", sizePx: Math.round(unit * 3.4) });
  const top = Math.round(height * 0.13);
  canvas.paint(title, layout.wordsLeft, top, ink.warm);
  canvas.paint(words, layout.wordsLeft, Math.round(top + title.height * 0.95), ink.dim);
  return canvas;
}

/** Shapes only: text in an SVG would need fonts of the machine. */
function shapes({ width, height, unit, dial, lamps, lampRadius, groove, bars, greys }: Layout): string {
  const line = Math.max(1, unit * 0.25);
  const grid = height / 9;
  const ticks = Array.from({ length: 60 }, (_, i) => {
    const long = i % 5 === 0;
    return `<line x1="0" y1="${-dial.radius * (long ? 1.14 : 1.1)}" x2="0" y2="${-dial.radius * 1.2}" transform="rotate(${i * 6})"
      stroke="${long ? "#8b93a1" : "#3a404c"}" stroke-width="${line * (long ? 2 : 1.4)}"/>`;
  });
  const colours = BARS.map(
    (colour, i) =>
      `<rect x="${(width / BARS.length) * i}" y="${bars.top}" width="${width / BARS.length + 1}" height="${bars.height}" fill="${colour}"/>`,
  );
  const steps = Array.from({ length: GREYS }, (_, i) => {
    const level = Math.round((255 * i) / (GREYS - 1));
    return `<rect x="${(width / GREYS) * i}" y="${greys.top}" width="${width / GREYS + 1}" height="${greys.height}" fill="rgb(${level},${level},${level})"/>`;
  });
  const corner = unit * 5;
  const corners = [`M${line},${corner}V${line}H${corner}`, `M${width - corner},${line}H${width - line}V${corner}`];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs>
      <radialGradient id="room" gradientUnits="userSpaceOnUse" cx="${dial.x}" cy="${dial.y}" r="${width * 0.75}">
        <stop offset="0" stop-color="#2a2116"/><stop offset="0.4" stop-color="#14161b"/><stop offset="1" stop-color="#0b0d10"/>
      </radialGradient>
      <pattern id="grid" width="${grid}" height="${grid}" patternUnits="userSpaceOnUse">
        <path d="M0,0H${grid}M0,0V${grid}" stroke="#ffffff" stroke-opacity="0.05" stroke-width="1" fill="none"/>
      </pattern>
    </defs>
    <rect width="100%" height="100%" fill="url(#room)"/>
    <rect width="100%" height="100%" fill="url(#grid)"/>
    <path d="${corners.join("")}" fill="none" stroke="#ffb454" stroke-width="${line * 2}"/>
    <g transform="translate(${dial.x},${dial.y})">
      <circle r="${dial.radius}" fill="#0b0d10" fill-opacity="0.5" stroke="#2a2f38" stroke-width="${line * 3}"/>
      ${ticks.join("")}
    </g>
    ${lamps.map(({ x, y }) => `<circle cx="${x}" cy="${y}" r="${lampRadius * 0.55}" fill="#2b2419" stroke="#4a3d28" stroke-width="${line}"/>`).join("")}
    <line x1="${groove.left}" y1="${groove.y}" x2="${groove.right}" y2="${groove.y}" stroke="#2a2f38" stroke-width="${line * 2}" stroke-linecap="round"/>
    ${colours.join("")}${steps.join("")}
  </svg>`;
}
