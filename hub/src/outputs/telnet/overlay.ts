import { Attribute, type TextGrid } from "@lightwell/wire/text/grid.ts";
import type { Channel } from "#core/channel.ts";
import { Rendition } from "#core/rendition.ts";

/** Words on top of the picture. */
export interface Overlay {
  /** `box`: in the middle. `line`: in the last row, from the left. */
  readonly place: "box" | "line";
  readonly lines: readonly string[];
}

const INK = 0xffffff;
const GROUND = 0x202830;

/** What the keys do. */
export const HELP: Overlay = {
  place: "box",
  lines: [
    "Lightwell",
    "",
    "q        leave",
    "n  p     next, previous channel",
    "c        colour on and off",
    "1 2 3 4  mono, 16, 256, all colours",
    "5        colours as the link allows",
    "g        other glyphs",
    "h  ?     this help",
    "",
    "watch <channel>, token <secret>",
    "and Enter: typed unseen",
  ],
};

/** The channel with words over it, shared by all who see the same words. Text that is no picture stays as it is below. */
export function withOverlay(channel: Channel, overlay: Overlay): Channel {
  return Rendition.of(channel, `overlay;${overlay.place};${overlay.lines.join("\n")}`, ({ content }) =>
    content.kind === "text" ? { kind: "text", grid: drawOver(content.grid, overlay) } : content,
  );
}

/** A copy of the grid with the words in it; what does not fit is cut off. */
export function drawOver(grid: TextGrid, { place, lines }: Overlay): TextGrid {
  const drawn: TextGrid = {
    ...grid,
    glyph: grid.glyph.slice(),
    fg: grid.fg.slice(),
    bg: grid.bg.slice(),
    attr: grid.attr.slice(),
  };
  if (place === "line") {
    for (const [k, line] of lines.entries()) put(drawn, 0, grid.rows - lines.length + k, ` ${line} `, 0);
    return drawn;
  }
  const inner = Math.max(...lines.map((line) => line.length));
  const left = Math.max(0, (grid.cols - inner - 4) >> 1);
  const top = Math.max(0, (grid.rows - lines.length - 2) >> 1);
  const framed = ["", ...lines, ""];
  for (const [k, line] of framed.entries())
    put(drawn, left, top + k, `  ${line.padEnd(inner)}  `, k === 1 ? Attribute.bold : 0);
  return drawn;
}

function put(grid: TextGrid, x: number, y: number, text: string, attr: number): void {
  if (y < 0 || y >= grid.rows) return;
  const width = Math.min(text.length, grid.cols - x);
  const start = y * grid.cols + x;
  for (let k = 0; k < width; k++) {
    grid.glyph[start + k] = text.charCodeAt(k);
    grid.fg[start + k] = INK;
    grid.bg[start + k] = GROUND;
    grid.attr[start + k] = attr;
  }
}
