import { useEffect, useState, useSyncExternalStore } from "react";
import { useLocation } from "react-router";
import { COLOUR_DEPTHS, GLYPH_SET_NAMES, USUAL_LOOK } from "@lightwell/wire/text/look.ts";
import { useIdle } from "../components/use-idle.ts";
import { useFullScreen } from "../live/full-screen.ts";
import { useLink } from "../live/use-live.ts";
import { useAddressQuery } from "../components/use-address-query.ts";
import { isIll, type ShownHealth } from "../live/shown-health.ts";
import { texts } from "../texts.ts";
import { ControlPanel } from "./control-panel.tsx";
import { displayUrl } from "./display-connection.ts";
import { CELL_STEPS, USUAL_CELL } from "./fit-cells.ts";
import { LookFields } from "./look-fields.tsx";
import { TextBar } from "./text-bar.tsx";
import { TextCanvas } from "./text-canvas.tsx";
import { TextDisplay, type View } from "./text-display.ts";
import { TextMirror } from "./text-mirror.tsx";
import { TextNote } from "./text-note.tsx";
import { TextReadout } from "./text-readout.tsx";
import { useKeys } from "./use-keys.ts";
import { useLook } from "./use-look.ts";

export interface TextViewProps {
  readonly name: string;
  /** As the hub sees the source; undefined while it is not known. */
  readonly health: ShownHealth | undefined;
  readonly sizing: View["sizing"];
  /** Another channel: the next one, or the one before for −1. */
  onStep(by: number): void;
}

const IDLE_MS = 3000;
const wantsContrast = () => matchMedia("(prefers-contrast: more)").matches;

/** One channel as text that fills the window, with what steers its scene beside it. */
export function TextView({ name, health, sizing, onStep }: TextViewProps) {
  const [display] = useState(() => new TextDisplay(displayUrl(), name));
  const [query, changeQuery] = useAddressQuery();
  const [readout, setReadout] = useState(false);
  const [cellWidth, setCellWidth] = useState<number>();
  const [readable, setReadable] = useState(wantsContrast);
  const { pathname, search } = useLocation();
  const { toggle: toggleFullScreen } = useFullScreen();
  const idle = useIdle(IDLE_MS);
  const { connection, steering } = display;
  const { state } = useSyncExternalStore(connection.link.follow, connection.link.get);
  const hubState = useLink().state;
  const panel = query.has("panel");
  const togglePanel = () =>
    changeQuery((now) => {
      if (now.has("panel")) now.delete("panel");
      else now.set("panel", "");
    });
  const { look, choose } = useLook();
  const isPicture = sizing === "window";
  const isThere = health !== undefined;
  useEffect(() => {
    // The other connection of this page is through, or tells of the channel: so may this one be.
    if (hubState === "open" || isThere) connection.tryNow();
  }, [hubState, isThere, connection]);

  const steer = (run: () => void) => {
    if (connection.welcome.get()?.control) run();
  };
  const stages = () => Object.keys(steering.scene.get()?.stages ?? {});
  const moveStage = (by: number) =>
    steer(() => {
      const names = stages();
      const at = names.indexOf(steering.scene.get()?.selected_stage ?? "");
      const next = names[(at + by + names.length) % names.length];
      if (next !== undefined) steering.select(next);
    });
  const resize = (by: number) =>
    setCellWidth((now) => {
      const shown = now ?? display.place.get()?.cellWidth ?? 8;
      return by > 0 ? CELL_STEPS.find((step) => step > shown) : CELL_STEPS.findLast((step) => step < shown);
    });
  const toggleZoom = () => {
    if (!isPicture) setCellWidth((now) => (now === undefined ? USUAL_CELL : undefined));
  };
  /** A text that is larger than its room is moved by the arrows, which otherwise mean something else. */
  const arrow = (cols: number, rows: number, run: () => void) => () => {
    if (display.place.get()?.scrolls) display.scroll(cols, rows);
    else run();
  };
  useKeys({
    f: toggleFullScreen,
    i: () => setReadout((shown) => !shown),
    p: togglePanel,
    c: () => setReadable((on) => !on),
    n: () => steer(() => steering.nextPreset()),
    t: () =>
      steer(() => {
        const selected = steering.scene.get()?.selected_stage;
        if (selected) steering.toggle(selected);
      }),
    "+": () => resize(1),
    "-": () => resize(-1),
    "0": () => setCellWidth(undefined),
    z: toggleZoom,
    g: () => isPicture && choose(({ glyphs }) => ({ glyphs: after(GLYPH_SET_NAMES, glyphs ?? USUAL_LOOK.glyphs) })),
    d: () => isPicture && choose(({ depth }) => ({ depth: after(COLOUR_DEPTHS, depth ?? USUAL_LOOK.depth) })),
    ArrowUp: arrow(0, -4, () => moveStage(-1)),
    ArrowDown: arrow(0, 4, () => moveStage(1)),
    ArrowLeft: arrow(-8, 0, () => onStep(-1)),
    ArrowRight: arrow(8, 0, () => onStep(1)),
    ...Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [
        String(index + 1),
        () =>
          steer(() => {
            const stage = stages()[index];
            if (stage !== undefined) steering.toggle(stage);
          }),
      ]),
    ),
  });
  return (
    <div className="flex h-dvh flex-col bg-black md:flex-row">
      <main id="content" className="over-picture relative min-h-0 min-w-0 flex-1 overflow-hidden bg-black text-text">
        <h1 className="sr-only">{texts.text.picture(name)}</h1>
        <TextCanvas
          display={display}
          name={name}
          view={useView({ sizing, cellWidth, readable, look })}
          stale={state === "lost" || isIll(health)}
        />
        <TextNote display={display} name={name} here={`${pathname}${search}`} />
        {readout && <TextReadout display={display} />}
        <TextBar
          display={display}
          name={name}
          health={health}
          faded={idle && !panel}
          panelOpen={panel}
          readoutOpen={readout}
          zoomed={cellWidth !== undefined}
          onZoom={isPicture ? undefined : toggleZoom}
          onPanel={togglePanel}
          onReadout={() => setReadout((shown) => !shown)}
        >
          {isPicture && <LookFields look={look} onChange={(change) => choose(() => change)} />}
        </TextBar>
        <TextMirror display={display} name={name} />
      </main>
      {panel && <ControlPanel display={display} name={name} here={`${pathname}${search}`} onClose={togglePanel} />}
    </div>
  );
}

/** The next one, round and round. */
function after<Value>(values: readonly Value[], value: Value): Value {
  return values[(values.indexOf(value) + 1) % values.length] ?? value;
}

/** The same object as long as nothing of it differs. */
function useView(now: View): View {
  const [view, setView] = useState(now);
  const same =
    view.sizing === now.sizing &&
    view.cellWidth === now.cellWidth &&
    view.readable === now.readable &&
    view.look === now.look;
  if (same) return view;
  setView(now);
  return now;
}
