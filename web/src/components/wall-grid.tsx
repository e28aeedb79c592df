import type { LiveStatus } from "@lightwell/wire/live.ts";
import { useLayoutEffect, useRef, useState } from "react";
import { tileRate } from "../live/tile-rate.ts";
import { USUAL_SHAPE, wallLayout } from "../live/wall-layout.ts";
import { Tile } from "./tile.tsx";

const GAP = 12;
/** Of a tile, in CSS pixels: a picture of the usual shape is then 300 wide. */
const LEAST_HEIGHT = 168;

/** A channel that never had a picture does not take the place of one that has. */
function waitingLast(channels: readonly LiveStatus[]): readonly LiveStatus[] {
  return channels.toSorted((a, b) => Number(a.health === "waiting") - Number(b.health === "waiting"));
}

/** Width by height of what a channel shows; a cell of text is twice as high as wide. */
function shapeOf({ kind, width, height }: LiveStatus): number {
  if (!width || !height) return USUAL_SHAPE;
  return kind === "text" ? width / (2 * height) : width / height;
}

/** Tiles in the shapes of their pictures, as large as the room allows: on a wide wall all at once, else to scroll. */
export function WallGrid({ channels }: { readonly channels: readonly LiveStatus[] }) {
  const room = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<{ readonly width: number; readonly height: number }>();
  useLayoutEffect(() => {
    const element = room.current;
    if (!element) return undefined;
    const measure = () => {
      const { width, top } = element.getBoundingClientRect();
      const height = innerHeight - Math.max(0, top + scrollY) - GAP;
      setSize((before) => (before?.width === width && before.height === height ? before : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    addEventListener("resize", measure);
    return () => {
      observer.disconnect();
      removeEventListener("resize", measure);
    };
  }, []);
  const shown = waitingLast(channels);
  const layout =
    size &&
    wallLayout(shown.map(shapeOf), {
      ...size,
      gap: GAP,
      leastHeight: Math.min(LEAST_HEIGHT, size.width / USUAL_SHAPE),
    });
  const fps = tileRate(shown.length);
  return (
    <div ref={room}>
      {layout && (
        <ul className="relative" style={{ height: layout.height }}>
          {shown.map((status, index) => (
            <li key={status.name} className="absolute" style={layout.tiles[index]}>
              <Tile status={status} fps={fps} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
