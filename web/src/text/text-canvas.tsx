import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { classes } from "../components/classes.ts";
import { texts } from "../texts.ts";
import type { Room } from "./fit-cells.ts";
import { SelectionLayer } from "./selection-layer.tsx";
import type { TextDisplay, View } from "./text-display.ts";

export interface TextCanvasProps {
  readonly display: TextDisplay;
  readonly name: string;
  readonly view: View;
  /** Grey and dim: what is shown is not live. */
  readonly stale: boolean;
}

/** The text as large as its room allows, or in parts when somebody wants it larger; the selection on top of it. */
export function TextCanvas({ display, name, view, stale }: TextCanvasProps) {
  const room = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [frame, setFrame] = useState<HTMLDivElement | null>(null);
  const place = useSyncExternalStore(display.place.follow, display.place.get);
  const scrolls = place?.scrolls ?? false;
  useLayoutEffect(() => display.setView(view), [display, view]);
  useLayoutEffect(() => {
    const element = room.current;
    if (!element) return undefined;
    display.setRoom(roomOf(element.getBoundingClientRect()), devicePixelRatio);
    return followRoom(element, display);
  }, [display]);
  useEffect(() => {
    const element = canvas.current;
    return element ? display.start(element) : undefined;
  }, [display]);
  return (
    <div ref={setFrame} className="relative h-full w-full">
      <div
        ref={room}
        {...(scrolls && { role: "region", tabIndex: 0, "aria-label": texts.text.part(name) })}
        className={classes("relative h-full w-full -outline-offset-2", scrolls ? "overflow-auto" : "overflow-hidden")}
      >
        <canvas
          ref={canvas}
          role="img"
          aria-label={texts.text.picture(name)}
          width={0}
          height={0}
          className={classes(
            "absolute [image-rendering:pixelated] transition-[filter] duration-200",
            stale && "brightness-50 grayscale",
          )}
        />
        {place && frame && <SelectionLayer display={display} place={place} frame={frame} />}
      </div>
    </div>
  );
}

function followRoom(element: HTMLElement, display: TextDisplay): () => void {
  const observer = new ResizeObserver((entries) => {
    const entry = entries.at(-1);
    if (entry) display.setRoom(roomOf(entry.contentRect, entry.devicePixelContentBoxSize?.[0]), devicePixelRatio);
  });
  try {
    observer.observe(element, { box: "device-pixel-content-box" });
  } catch {
    // Safari counts CSS pixels only.
    observer.observe(element);
  }
  return () => observer.disconnect();
}

/** Device pixels of an element: as the browser counts them, if it does, which differs from the product by rounding. */
function roomOf({ width, height }: { width: number; height: number }, counted?: ResizeObserverSize): Room {
  const [across, down] = [width * devicePixelRatio, height * devicePixelRatio];
  // An emulated phone counts without its ratio.
  const trusted = counted && Math.abs(counted.inlineSize - across) < 2 && Math.abs(counted.blockSize - down) < 2;
  return trusted
    ? { width: counted.inlineSize, height: counted.blockSize }
    : { width: Math.floor(across), height: Math.floor(down) };
}
