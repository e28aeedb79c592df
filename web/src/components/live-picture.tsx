import { useEffect, useRef, useState } from "react";
import { live } from "../live/connection.ts";
import type { Picture } from "../live/places.ts";
import type { Value } from "../live/value.ts";
import { classes } from "./classes.ts";

/** What is on the screen of one place. */
export type Shown = Pick<Picture, "seq" | "capturedAt" | "substitute">;

export interface LivePictureProps {
  readonly name: string;
  /** Frames per second at most. */
  readonly fps: number;
  /** For who does not see it. */
  readonly label: string;
  /** Grey and dim: what is shown is not live. */
  readonly stale?: boolean;
  /** Learns what is shown. */
  readonly shown?: Value<Shown | undefined>;
  readonly className?: string;
}

/** The latest picture of a channel, drawn as it comes. Off the screen it asks for nothing. */
export function LivePicture({ name, fps, label, stale = false, shown, className }: LivePictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useShownWidth(canvas);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d", { alpha: false });
    if (!element || !context || width === 0) return undefined;
    return live.show(
      { name, width, fps },
      {
        draw({ bitmap, seq, capturedAt, substitute }) {
          // Setting a size clears the canvas, even to the same one.
          if (element.width !== bitmap.width) element.width = bitmap.width;
          if (element.height !== bitmap.height) element.height = bitmap.height;
          context.drawImage(bitmap, 0, 0);
          element.dataset["seq"] = String(seq);
          shown?.set({ seq, capturedAt, substitute });
        },
        clear() {
          context.clearRect(0, 0, element.width, element.height);
          delete element.dataset["seq"];
          shown?.set(undefined);
        },
      },
    );
  }, [name, fps, width, shown]);
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={label}
      width={16}
      height={9}
      className={classes(
        "block h-full w-full bg-black object-contain transition-[filter] duration-200",
        stale && "brightness-50 grayscale",
        className,
      )}
    />
  );
}

/** Device pixels across while on the screen, in steps that do not change with every pixel of a window; else 0. */
function useShownWidth(canvas: React.RefObject<HTMLCanvasElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    let onScreen = false;
    const update = () => {
      const pixels = Math.ceil((element.clientWidth * devicePixelRatio) / 160) * 160;
      setWidth(onScreen ? Math.min(3840, pixels) : 0);
    };
    const size = new ResizeObserver(update);
    const place = new IntersectionObserver(
      (entries) => {
        onScreen = entries.at(-1)?.isIntersecting ?? false;
        update();
      },
      { rootMargin: "120px" },
    );
    size.observe(element);
    place.observe(element);
    return () => {
      size.disconnect();
      place.disconnect();
    };
  }, [canvas]);
  return width;
}
