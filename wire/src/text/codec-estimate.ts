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

const FILTERS = [Filter.none, Filter.median, Filter.plane] as const;

/** Counts of values, one table of 256 per filter. Cleared by {@link takeEntropyBits}. */
const counts = new Uint32Array(256 * FILTERS.length);

function count(at: number): void {
  counts[at] = (counts[at] as number) + 1;
}

/** Total bits of order-0 entropy of the counts from `first` on, of which there are `total`; clears them. */
function takeEntropyBits(first: number, total: number): number {
  let bits = 0;
  for (let v = first; v < first + 256; v++) {
    const times = counts[v] as number;
    if (times === 0) continue;
    bits += times * Math.log2(total / times);
    counts[v] = 0;
  }
  return bits;
}

/** Roughly how many bytes deflate makes of values without repeats. */
export function estimateBytes(values: Uint8Array): number {
  for (let i = 0; i < values.length; i++) count(values[i] as number);
  return takeEntropyBits(0, values.length) / 8;
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
    for (const filter of FILTERS) {
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
  let counted = 0;
  for (let row = step > 1 ? width : 0; row < plane.length; row += step * width) {
    const up = row >= width ? width : 0;
    let corner = (plane[row - up] as number) - (minus === undefined ? 0 : (minus[row - up] as number));
    let left = (plane[row] as number) - (minus === undefined ? 0 : (minus[row] as number));
    for (let i = row + 1; i < row + width; i++) {
      const above = (plane[i - up] as number) - (minus === undefined ? 0 : (minus[i - up] as number));
      const value = (plane[i] as number) - (minus === undefined ? 0 : (minus[i] as number));
      const median = medianOf((left << 24) >> 24, (above << 24) >> 24, (corner << 24) >> 24);
      count(value & 255);
      count(256 + ((value - median) & 255));
      count(512 + ((value - left - above + corner) & 255));
      left = value;
      corner = above;
    }
    counted += width - 1;
  }
  return FILTERS.map((_, k) => (counted === 0 ? 0 : takeEntropyBits(256 * k, counted) / counted));
}
