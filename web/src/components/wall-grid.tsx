import type { LiveStatus } from "@lightwell/wire/live.ts";
import { useLayoutEffect, useRef, useState } from "react";
import { tileRate } from "../live/tile-rate.ts";
import { wallLayout, type WallLayout } from "../live/wall-layout.ts";
import { Tile } from "./tile.tsx";

const GAP = 12;
const LEAST_TILE = 300;

/** A channel that never had a picture does not take the place of one that has. */
function waitingLast(channels: readonly LiveStatus[]): readonly LiveStatus[] {
  return channels.toSorted((a, b) => Number(a.health === "waiting") - Number(b.health === "waiting"));
}

/** Tiles as large as the room allows: on a wide wall all at once, on a phone one below the other. */
export function WallGrid({ channels }: { readonly channels: readonly LiveStatus[] }) {
  const room = useRef<HTMLDivElement>(null);
  const [layout, setLayout] = useState<WallLayout>();
  const count = channels.length;
  useLayoutEffect(() => {
    const element = room.current;
    if (!element) return undefined;
    const fit = () => {
      const { width, top } = element.getBoundingClientRect();
      const height = innerHeight - Math.max(0, top + scrollY) - GAP;
      setLayout(wallLayout(count, width, height, GAP, Math.min(LEAST_TILE, width)));
    };
    fit();
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    addEventListener("resize", fit);
    return () => {
      observer.disconnect();
      removeEventListener("resize", fit);
    };
  }, [count]);
  const fps = tileRate(count);
  return (
    <div ref={room} className="min-h-0">
      {layout && (
        <ul
          className="grid justify-center gap-3"
          style={{ gridTemplateColumns: `repeat(${layout.columns}, ${layout.tileWidth}px)` }}
        >
          {waitingLast(channels).map((status) => (
            <li key={status.id}>
              <Tile status={status} fps={fps} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
