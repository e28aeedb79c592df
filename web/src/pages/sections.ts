import { Activity, LayoutGrid, RadioTower, Settings, type LucideIcon } from "lucide-react";
import { texts } from "../texts.ts";

/** The sections of the control room, in the order of the rail. Only what exists is listed. */
export const sections: ReadonlyArray<{ readonly path: string; readonly title: string; readonly Icon: LucideIcon }> = [
  { path: "/wall", title: texts.wall.title, Icon: LayoutGrid },
  { path: "/channels", title: texts.channels.title, Icon: RadioTower },
  { path: "/monitor", title: texts.monitor.title, Icon: Activity },
  { path: "/settings", title: texts.settings.title, Icon: Settings },
];
