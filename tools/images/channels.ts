import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { createGrid } from "../../wire/src/text/grid.ts";
import type { Hub } from "../../hub/src/hub.ts";

const COLS = 96;
const ROWS = 27;
const PERIOD_MS = 100;

/** What ffmpeg draws by itself, by channel. */
const drawn = {
  fractal: "mandelbrot=size=960x540:rate=15:start_scale=0.01:maxiter=600",
  life: "life=size=480x270:mold=12:rate=15:ratio=0.15:death_color=#801010:life_color=#ffb060:seed=7",
  dusk: "gradients=size=960x540:rate=15:c0=#1b1036:c1=#7a2a5f:c2=#ff9a4d:nb_colors=3:speed=0.02:seed=4",
} as const;

/** Short films in `folder`, as the inputs of the module `video`. */
export function films(folder: string): Array<{ channel: string; input: string; width: number }> {
  return Object.entries(drawn).map(([channel, graph]) => {
    const input = join(folder, `${channel}.mp4`);
    const picture = ["-f", "lavfi", "-i", graph, "-t", "10", "-vf", "scale=960:540:flags=neighbor"];
    execFileSync("ffmpeg", ["-v", "error", "-y", ...picture, "-preset", "ultrafast", "-pix_fmt", "yuv420p", input]);
    return { channel, input, width: 960 };
  });
}

/** A channel as a program would fill it: waves of colour, drawn into the halves of the cells of a grid. */
export function ownChannel(hub: Hub): { close(): void } {
  const source = hub.channels.open("wave").publisher("a program");
  const draw = () => {
    const grid = createGrid(COLS, ROWS);
    const seconds = Date.now() / 1000;
    for (let i = 0; i < grid.glyph.length; i++) {
      const [x, y] = [i % COLS, Math.floor(i / COLS)];
      grid.glyph[i] = UPPER_HALF;
      grid.fg[i] = colourAt(x, 2 * y, seconds);
      grid.bg[i] = colourAt(x, 2 * y + 1, seconds);
    }
    source.publish({ kind: "text", grid });
  };
  const timer = setInterval(draw, PERIOD_MS);
  return {
    close() {
      clearInterval(timer);
      source.close();
    },
  };
}

const UPPER_HALF = 0x2580;

function colourAt(x: number, y: number, seconds: number): number {
  const height = Math.sin(x / 9 + seconds) + Math.sin(y / 8 - seconds * 0.7) + Math.sin((x + y) / 15 + seconds);
  const level = Math.round(((height + 3) / 6) * 255);
  return (level << 16) | ((level >> 1) << 8) | (140 - (level >> 1));
}
