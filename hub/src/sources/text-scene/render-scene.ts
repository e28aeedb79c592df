import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import { Canvas } from "./canvas.ts";
import { inColumns, linesInColumns, paramsInColumns } from "./columns.ts";
import type { Scene } from "./scene.ts";
import type { Moment } from "./stage.ts";
import { stages } from "./stages.ts";

export interface SceneMoment extends Omit<Moment, "seconds"> {
  readonly cols: number;
  readonly rows: number;
}

/**
 * The picture of a scene at a moment. Pure: the same scene, moment, size and data give the same grid on every machine.
 * It depends on no frame before it, so that a hub that starts later, or leaves frames out, shows the same.
 */
export function renderScene(scene: Scene, { cols, rows, ...rest }: SceneMoment): TextGrid {
  const canvas = new Canvas(cols, rows);
  const { title, message, news } = rest.data;
  const data = { ...rest.data, title: inColumns(title), message: inColumns(message), news: linesInColumns(news) };
  const moment: Moment = { ...rest, data, seconds: rest.timeMs / 1000 };
  for (const stage of stages) {
    const settings = scene.stages.get(stage.name);
    if (settings?.enabled) stage.draw(canvas, paramsInColumns(settings.params), moment);
  }
  return canvas.finish();
}
