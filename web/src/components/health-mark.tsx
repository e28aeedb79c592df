import { Circle, CircleDashed, CircleX, Moon, Snowflake, TriangleAlert } from "lucide-react";
import type { ShownHealth } from "../live/shown-health.ts";
import { texts } from "../texts.ts";
import { classes } from "./classes.ts";

/** Each state has its own shape, so that colour is never alone. */
const marks = {
  live: { Icon: Circle, tone: "text-live", fill: "currentColor" },
  waiting: { Icon: CircleDashed, tone: "text-muted", fill: "none" },
  stalled: { Icon: TriangleAlert, tone: "text-stop", fill: "none" },
  frozen: { Icon: Snowflake, tone: "text-warn", fill: "none" },
  resting: { Icon: Moon, tone: "text-muted", fill: "none" },
  failing: { Icon: CircleX, tone: "text-stop", fill: "none" },
} as const;

/** The shape of a channel's health, with its word unless `quiet` (then for screen readers only). */
export function HealthMark({ health, quiet = false }: { readonly health: ShownHealth; readonly quiet?: boolean }) {
  const { Icon, tone, fill } = marks[health];
  return (
    <span className={classes("inline-flex items-baseline gap-2 whitespace-nowrap", tone)}>
      <span className="grid size-3.5 shrink-0 place-items-center self-center">
        <Icon size={health === "live" ? 10 : 14} fill={fill} aria-hidden="true" />
      </span>
      <span className={quiet ? "sr-only" : undefined}>{texts.health[health]}</span>
    </span>
  );
}
