import { Info, LayoutGrid, SlidersHorizontal } from "lucide-react";
import { useSyncExternalStore, type ReactNode } from "react";
import { Link } from "react-router";
import { Button } from "../components/button.tsx";
import { classes } from "../components/classes.ts";
import { FullScreenButton } from "../components/full-screen-button.tsx";
import { HealthMark } from "../components/health-mark.tsx";
import { useHub } from "../queries/hub.ts";
import type { ShownHealth } from "../live/shown-health.ts";
import { texts } from "../texts.ts";
import type { TextDisplay } from "./text-display.ts";

export interface TextBarProps {
  readonly display: TextDisplay;
  readonly name: string;
  readonly health: ShownHealth | undefined;
  readonly faded: boolean;
  readonly panelOpen: boolean;
  readonly readoutOpen: boolean;
  /** Cells have a size that somebody chose. */
  readonly zoomed: boolean;
  /** What else there is to choose. */
  readonly children?: ReactNode;
  /** Between cells that are read with ease and those that fit; undefined where there is nothing to choose. */
  readonly onZoom: (() => void) | undefined;
  onPanel(): void;
  onReadout(): void;
}

/** Name and the few things to do, on top of the text. */
export function TextBar(props: TextBarProps) {
  const { display, name, health, faded, panelOpen, readoutOpen, zoomed, children, onZoom, onPanel, onReadout } = props;
  const hub = useHub();
  const { link, scene } = display.connection;
  const { state } = useSyncExternalStore(link.follow, link.get);
  const hasScene = useSyncExternalStore(scene.follow, scene.get) !== undefined;
  return (
    <div
      className={classes(
        "on-picture pointer-events-none absolute inset-x-0 top-0 z-10 flex flex-wrap items-center gap-x-3 gap-y-2 bg-linear-to-b from-black/75 to-transparent p-3 pb-8 transition-opacity duration-200 focus-within:opacity-100 [&_a]:pointer-events-auto [&_button]:pointer-events-auto",
        faded && state === "open" && health === "live" && "opacity-0",
      )}
    >
      <Link
        to={hub?.surface === "admin" ? "/wall" : "/"}
        aria-label={texts.watch.back}
        title={texts.watch.back}
        className="grid size-10 shrink-0 place-items-center rounded-md bg-black/50 hover:bg-black/75"
      >
        <LayoutGrid size={18} />
      </Link>
      <span className="min-w-0 truncate rounded-md bg-black/50 px-2 text-lg font-medium">{name}</span>
      {health !== undefined && health !== "live" && (
        <span className="rounded-md bg-black/60 px-2 text-sm">
          <HealthMark health={health} />
        </span>
      )}
      {state === "connecting" && <span className="rounded-md bg-black/60 px-2 text-sm">{texts.link.connecting}</span>}
      <span className="flex-1" />
      <span className="order-1 flex basis-full gap-2 empty:hidden sm:order-none sm:basis-auto">{children}</span>
      <span className="flex gap-2">
        {onZoom && (
          <Button
            look="picture"
            icon
            aria-pressed={zoomed}
            aria-label={texts.text.actualSize}
            title={`${zoomed ? texts.text.fitWindow : texts.text.actualSize} (z)`}
            onClick={onZoom}
          >
            {zoomed ? texts.text.fit : texts.text.oneToOne}
          </Button>
        )}
        {hasScene && (
          <Button
            look="picture"
            icon
            aria-expanded={panelOpen}
            aria-label={texts.text.panel}
            title={`${texts.text.panel} (p)`}
            onClick={onPanel}
          >
            <SlidersHorizontal size={18} />
          </Button>
        )}
        <Button
          look="picture"
          icon
          aria-pressed={readoutOpen}
          aria-label={texts.text.readout}
          title={`${texts.text.readout} (i)`}
          onClick={onReadout}
        >
          <Info size={18} />
        </Button>
        <FullScreenButton look="picture" />
      </span>
    </div>
  );
}
