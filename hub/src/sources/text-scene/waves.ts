const STEPS = 4096;
const table = Float64Array.from({ length: STEPS }, (_, i) => Math.sin((i / STEPS) * 2 * Math.PI));

/** Sine of a number of whole turns: `wave(0.25)` is 1. Exact to a four-thousandth of a turn, which no cell shows. */
export function wave(turns: number): number {
  return table[Math.floor((turns - Math.floor(turns)) * STEPS)] as number;
}

/** The part after the point, in [0, 1), for negative numbers too. */
export function fraction(value: number): number {
  return value - Math.floor(value);
}

export function clamp(value: number, min: number, max: number): number {
  return value < min ? min : value > max ? max : value;
}

/** 0 below `from`, 1 above `to`, smooth between. */
export function smoothStep(from: number, to: number, value: number): number {
  const t = clamp((value - from) / (to - from), 0, 1);
  return t * t * (3 - 2 * t);
}
