import { Arm, arcSides, type BoxArms, boxArms } from "./box-lines.ts";
import type { CellCanvas } from "./cell-canvas.ts";

/** Draws one box-drawing character (U+2500–257F); returns false when `codePoint` is none. */
export function drawBox(codePoint: number, canvas: CellCanvas): boolean {
  const light = Math.max(1, Math.round(canvas.width / 8));
  const arms = boxArms(codePoint);
  if (arms) {
    drawArms(arms, canvas, light);
    return true;
  }
  const arc = arcSides(codePoint);
  if (arc) {
    drawArc(arc.x, arc.y, canvas, light);
    return true;
  }
  if (codePoint < 0x2571 || codePoint > 0x2573) return false;
  if (codePoint !== 0x2572) drawDiagonal(canvas, light, -1);
  if (codePoint !== 0x2571) drawDiagonal(canvas, light, 1);
  return true;
}

function drawArms(arms: BoxArms, canvas: CellCanvas, light: number): void {
  const { width, height } = canvas;
  const { up, right, down, left } = arms;
  const across = new Crossing(width, light);
  const along = new Crossing(height, light);
  drawArm(up, down, left, right, across, along, (from, to, a, b) => canvas.fill(from, a, to, b));
  drawArm(down, up, left, right, across, along.seenFromEnd(), (from, to, a, b) =>
    canvas.fill(from, height - b, to, height - a),
  );
  drawArm(left, right, up, down, along, across, (from, to, a, b) => canvas.fill(a, from, b, to));
  drawArm(right, left, up, down, along, across.seenFromEnd(), (from, to, a, b) =>
    canvas.fill(width - b, from, width - a, to),
  );
  for (let dash = 1; dash <= arms.dashes; dash++) {
    if (left) {
      const [from, to] = gapBefore(dash / arms.dashes, width, light);
      canvas.fill(from, 0, to, height, 0);
    } else {
      const [from, to] = gapBefore(dash / arms.dashes, height, light);
      canvas.fill(0, from, width, to, 0);
    }
  }
}

function gapBefore(share: number, size: number, light: number): readonly [from: number, to: number] {
  const to = Math.round(size * share);
  return [to - Math.max(1, light), to];
}

/** Where the lines of one axis lie within a cell, in pixels. The bands of all weights share a centre. */
class Crossing {
  readonly #size: number;
  /** Thickness of a light line. */
  readonly light: number;
  /** Start of the light band. A double line is one light band before it and one after. */
  readonly middle: number;
  readonly #flipped: boolean;

  constructor(size: number, light: number, flipped = false) {
    const middle = Math.floor((size - light) / 2);
    this.#size = size;
    this.light = light;
    this.#flipped = flipped;
    this.middle = flipped ? size - middle - light : middle;
  }

  /** The same lines counted from the other side of the cell, pixel for pixel. */
  seenFromEnd(): Crossing {
    return new Crossing(this.#size, this.light, !this.#flipped);
  }

  /** The band of a light or heavy line. */
  band(weight: number): readonly [start: number, end: number] {
    const thickness = weight === Arm.heavy ? this.light * 2 : this.light;
    const overhang = thickness - this.light;
    const before = this.#flipped ? Math.ceil(overhang / 2) : Math.floor(overhang / 2);
    return [this.middle - before, this.middle - before + thickness];
  }
}

/**
 * Draws one arm from its side to the centre. `low` and `high` are the arms that cross it, `across` is where it lies
 * itself, `along` what it meets on its way, and `put` fills [from, to) across by [a, b) along.
 */
function drawArm(
  weight: number,
  opposite: number,
  low: number,
  high: number,
  across: Crossing,
  along: Crossing,
  put: (from: number, to: number, a: number, b: number) => void,
): void {
  if (weight === Arm.none) return;
  const { light } = across;
  const joint = along.middle;
  if (weight === Arm.double) {
    const end = (side: number, other: number) => {
      if (side === Arm.double) return joint;
      return side === Arm.none && other === Arm.double ? joint + 2 * light : joint + light;
    };
    put(across.middle - light, across.middle, 0, end(low, high));
    put(across.middle + light, across.middle + 2 * light, 0, end(high, low));
    return;
  }
  const crossesDouble = low === Arm.double || high === Arm.double;
  const [from, to] = across.band(weight);
  if (!crossesDouble) put(from, to, 0, along.band(Math.max(low, high) || weight)[1]);
  else if (opposite !== Arm.none) put(from, to, 0, joint + light);
  else put(from, to, 0, low === high ? joint : joint + 2 * light);
}

/** A quarter circle between two straight ends, from the side `x` to the side `y` (−1: left or top). */
function drawArc(x: -1 | 1, y: -1 | 1, canvas: CellCanvas, light: number): void {
  const middleX = Math.floor((canvas.width - light) / 2) + light / 2;
  const middleY = Math.floor((canvas.height - light) / 2) + light / 2;
  const radius = Math.min(x < 0 ? middleX : canvas.width - middleX, y < 0 ? middleY : canvas.height - middleY);
  canvas.stroke(light, (px, py) => {
    const along = (px - middleX) * x;
    const down = (py - middleY) * y;
    if (along < radius && down < radius) return Math.hypot(along - radius, down - radius) - radius;
    return down >= radius ? along : down;
  });
}

/** From corner to corner: falling to the right for `slope` 1, rising for −1. */
function drawDiagonal(canvas: CellCanvas, light: number, slope: 1 | -1): void {
  const { width, height } = canvas;
  const length = Math.hypot(width, height);
  canvas.stroke(light, (x, y) => {
    const fromMiddle = (y - height / 2) * width - slope * (x - width / 2) * height;
    return fromMiddle / length;
  });
}
