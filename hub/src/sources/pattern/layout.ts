/** Where things are in the test picture, in pixels. Everything follows from the size, so any size looks alike. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** One per cent of the height, or of the width when that is short. */
  readonly unit: number;
  /** The dial whose light goes round once a second. */
  readonly dial: { readonly x: number; readonly y: number; readonly radius: number };
  /** Left edge of the words beside the dial. */
  readonly wordsLeft: number;
  /** The lamps that light up one after the other. */
  readonly lamps: ReadonlyArray<{ readonly x: number; readonly y: number }>;
  readonly lampRadius: number;
  /** The groove in which the slider runs at constant speed, to show judder. */
  readonly groove: { readonly left: number; readonly right: number; readonly y: number };
  /** Colour bars, and the grey steps below them. */
  readonly bars: { readonly top: number; readonly height: number };
  readonly greys: { readonly top: number; readonly height: number };
}

const LAMPS = 16;

export function layOut(width: number, height: number): Layout {
  const unit = Math.min(height, width * 0.5625) / 100;
  const margin = unit * 8;
  const dial = { x: margin + unit * 20, y: height * 0.36, radius: unit * 17 };
  const lampsLeft = margin + unit * 2;
  const step = (width - 2 * lampsLeft) / (LAMPS - 1);
  return {
    width,
    height,
    unit,
    dial,
    wordsLeft: Math.round(dial.x + dial.radius + unit * 10),
    lamps: Array.from({ length: LAMPS }, (_, i) => ({ x: lampsLeft + i * step, y: height * 0.655 })),
    lampRadius: unit * 2.6,
    groove: { left: margin, right: width - margin, y: height * 0.745 },
    bars: { top: Math.round(height * 0.81), height: Math.round(height * 0.12) },
    greys: { top: Math.round(height * 0.93), height: height - Math.round(height * 0.93) },
  };
}
