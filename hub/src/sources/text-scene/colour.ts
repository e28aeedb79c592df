import { clamp } from "./waves.ts";

/** `#rrggbb` as 0xRRGGBB. */
export function rgb(hex: string): number {
  return Number.parseInt(hex.slice(1), 16);
}

/** From `a` (share 0) to `b` (share 1). */
export function mix(a: number, b: number, share: number): number {
  const t = clamp(share, 0, 1) * 256;
  const s = 256 - t;
  return (
    ((((a >> 16) * s + (b >> 16) * t) >> 8) << 16) |
    (((((a >> 8) & 255) * s + ((b >> 8) & 255) * t) >> 8) << 8) |
    (((a & 255) * s + (b & 255) * t) >> 8)
  );
}

/** Brighter or darker: every channel times `factor`, cut at black and white. */
export function scale(colour: number, factor: number): number {
  if (factor <= 0) return 0;
  const r = Math.min(255, (colour >> 16) * factor);
  const g = Math.min(255, ((colour >> 8) & 255) * factor);
  const b = Math.min(255, (colour & 255) * factor);
  return (r << 16) | (g << 8) | b;
}

/** Light upon light: `share` of `b` added to `a`. */
export function add(a: number, b: number, share = 1): number {
  const r = Math.min(255, (a >> 16) + (b >> 16) * share);
  const g = Math.min(255, ((a >> 8) & 255) + ((b >> 8) & 255) * share);
  const blue = Math.min(255, (a & 255) + (b & 255) * share);
  return (r << 16) | (g << 8) | blue;
}

/** Perceived lightness, 0–255. */
export function luma(colour: number): number {
  return ((colour >> 16) * 54 + ((colour >> 8) & 255) * 183 + (colour & 255) * 19) >> 8;
}

/** A colour of the rainbow; `turn` 0 is red, a third green. */
export function rainbow(turn: number, lightness = 0.6): number {
  const channel = (shift: number) => {
    const at = (turn + shift) * 6;
    const rise = clamp(2 - Math.abs((((at % 6) + 6) % 6) - 3), 0, 1);
    return Math.round(255 * (lightness + (rise - 0.5) * 0.8 * (1 - Math.abs(lightness - 0.5))));
  };
  return (clamp(channel(0.5), 0, 255) << 16) | (clamp(channel(0.1667), 0, 255) << 8) | clamp(channel(0.8333), 0, 255);
}
