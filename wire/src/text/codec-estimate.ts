import { Filter } from "./codec-mode.ts";
import { medianOf, type ColourPlanes } from "./codec-planes.ts";

/** Planes at least this long are judged by every fourth row. */
const SAMPLED_BYTES = 4096;

/** Filters need structure to pay: below this many bits per byte repeats are for deflate, and filters only break them. */
const PICTURE_BITS = 2.5;

/** A filter must save this share of the estimate, because estimates do not see repeats. */
const FILTER_GAIN = 0.97;

/** A way to send colour planes, and roughly how many bytes it takes. */
export interface ColourChoice {
  readonly filter: Filter;
  readonly plainRgb: boolean;
  readonly bytes: number;
}

const histogram = new Uint32Array(256);

/** Bits per value of order-0 entropy of the module's histogram, times the values counted; clears the histogram. */
function takeEntropyBits(total: number): number {
  let bits = 0;
  for (let v = 0; v < 256; v++) {
    const count = histogram[v]!;
    if (count === 0) continue;
    bits += count * Math.log2(total / count);
    histogram[v] = 0;
  }
  return bits;
}

/** Roughly how many bytes deflate makes of values without repeats. */
export function estimateBytes(values: Uint8Array): number {
  for (let i = 0; i < values.length; i++) histogram[values[i]!]!++;
  return takeEntropyBits(values.length) / 8;
}

/** The filter and colour form that take the fewest bytes, judged by entropy on a sample of rows. */
export function chooseColourForm(planes: ColourPlanes, width: number): ColourChoice {
  const { red, green, blue } = planes;
  const step = green.length >= SAMPLED_BYTES ? 4 : 1;
  const greenBits = planeBits(green, undefined, width, step);
  const forms = [false, true].map((plainRgb) => {
    const other = plainRgb ? undefined : green;
    const redBits = planeBits(red, other, width, step);
    const blueBits = planeBits(blue, other, width, step);
    return { plainRgb, bits: greenBits.map((bits, k) => bits + (redBits[k] ?? 0) + (blueBits[k] ?? 0)) };
  });
  let best: ColourChoice | undefined;
  for (const { plainRgb, bits } of forms) {
    const unfiltered = bits[Filter.none] ?? 0;
    for (const filter of Object.values(Filter)) {
      if (filter !== Filter.none && unfiltered < 3 * PICTURE_BITS) continue;
      const cost = (bits[filter] ?? 0) * (filter === Filter.none ? FILTER_GAIN : 1);
      const bytes = (cost * green.length) / 8;
      if (best === undefined || bytes < best.bytes) best = { filter, plainRgb, bytes };
    }
  }
  return best ?? { filter: Filter.none, plainRgb: false, bytes: 0 };
}

/** Bits per byte of a plane (minus another plane, when given) under each filter, by every `step`-th row. */
function planeBits(plane: Uint8Array, minus: Uint8Array | undefined, width: number, step: number): number[] {
  const values = new Int8Array(2 * width);
  const start = step > 1 ? 1 : 0;
  return Object.values(Filter).map((filter) => {
    let counted = 0;
    for (let row = start * width; row < plane.length; row += step * width) {
      const above = row >= width ? row - width : row;
      for (let x = 0; x < width; x++) {
        values[x] = plane[above + x]! - (minus === undefined ? 0 : minus[above + x]!);
        values[width + x] = plane[row + x]! - (minus === undefined ? 0 : minus[row + x]!);
      }
      if (filter === Filter.none) {
        for (let x = 1; x < width; x++) histogram[values[width + x]! & 255]!++;
      } else if (filter === Filter.median) {
        for (let x = 1; x < width; x++) {
          const guess = medianOf(values[width + x - 1]!, values[x]!, values[x - 1]!);
          histogram[(values[width + x]! - guess) & 255]!++;
        }
      } else {
        for (let x = 1; x < width; x++) {
          histogram[(values[width + x]! - values[width + x - 1]! - values[x]! + values[x - 1]!) & 255]!++;
        }
      }
      counted += width - 1;
    }
    return counted === 0 ? 0 : takeEntropyBits(counted) / counted;
  });
}
