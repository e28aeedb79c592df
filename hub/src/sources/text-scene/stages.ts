import type { Stage } from "./stage.ts";
import { aurora } from "./stages/aurora.ts";
import { border } from "./stages/border.ts";
import { clock } from "./stages/clock.ts";
import { copper } from "./stages/copper.ts";
import { fade } from "./stages/fade.ts";
import { fire } from "./stages/fire.ts";
import { firehose } from "./stages/firehose.ts";
import { glitch } from "./stages/glitch.ts";
import { gradient } from "./stages/gradient.ts";
import { headlines } from "./stages/headlines.ts";
import { horizon } from "./stages/horizon.ts";
import { message } from "./stages/message.ts";
import { meters } from "./stages/meters.ts";
import { noise } from "./stages/noise.ts";
import { plasma } from "./stages/plasma.ts";
import { rain } from "./stages/rain.ts";
import { scanlines, tint, vignette } from "./stages/screen.ts";
import { scroller } from "./stages/scroller.ts";
import { stars } from "./stages/stars.ts";
import { ticker } from "./stages/ticker.ts";
import { title } from "./stages/title.ts";

/** Every stage, in the order in which they draw. */
export const stages: readonly Stage[] = [
  // Grounds. The first three cover everything.
  gradient,
  plasma,
  horizon,
  stars,
  aurora,
  copper,
  fire,
  rain,
  firehose,
  // What there is to read.
  meters,
  headlines,
  scroller,
  title,
  // What happens to all of it.
  fade,
  noise,
  scanlines,
  tint,
  vignette,
  // What stays crisp on top, and what spares nothing.
  border,
  ticker,
  clock,
  message,
  glitch,
];

export const stageByName: ReadonlyMap<string, Stage> = new Map(stages.map((stage) => [stage.name, stage]));
