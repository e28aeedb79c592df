import { Circle, TriangleAlert } from "lucide-react";
import { Link } from "react-router";
import { useNow } from "../live/now.ts";
import { isIll, shownHealth } from "../live/shown-health.ts";
import { useKnowledge } from "../queries/snapshot.ts";
import { texts } from "../texts.ts";
import { classes } from "./classes.ts";

/** Without word from the hub for this long its light goes out. */
const SILENCE_MS = 5000;

/** One light for the whole hub, with the reason in words. */
export function HubLight() {
  const { snapshot, heardAt } = useKnowledge();
  const now = useNow();
  if (!snapshot || heardAt === undefined) return null;
  const troubled = snapshot.channels.filter((channel) => isIll(shownHealth(channel))).length;
  const lost = now - heardAt > SILENCE_MS;
  const good = !lost && troubled === 0 && snapshot.channels.length > 0;
  const { health } = texts.shell;
  const words = lost
    ? health.lost
    : snapshot.channels.length === 0
      ? health.none
      : troubled === 0
        ? health.good
        : health.some(troubled);
  return (
    <Link
      to="/channels"
      title={words}
      className={classes(
        "flex h-10 min-w-10 items-center justify-center gap-2 rounded-md px-2 text-sm hover:bg-raised",
        lost ? "text-stop" : good ? "text-live" : "text-warn",
      )}
    >
      {good ? (
        <Circle size={10} fill="currentColor" aria-hidden="true" />
      ) : (
        <TriangleAlert size={16} aria-hidden="true" />
      )}
      <span className="sr-only lg:not-sr-only lg:whitespace-nowrap">{words}</span>
    </Link>
  );
}
