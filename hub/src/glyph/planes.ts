import { luma } from "./pixels.ts";

/** Lightness of each RGB pixel: what is drawn when there is one colour only. */
export function lumaPlane(rgb: Uint8Array): Uint8Array {
  const plane = new Uint8Array(rgb.length / 3);
  for (let i = 0, at = 0; i < plane.length; i++, at += 3) {
    plane[i] = luma(rgb[at] as number, rgb[at + 1] as number, rgb[at + 2] as number);
  }
  return plane;
}

/** Largest channel of each RGB pixel: how much of a fully lit foreground it takes to mix the pixel with black. */
export function valuePlane(rgb: Uint8Array): Uint8Array {
  const plane = new Uint8Array(rgb.length / 3);
  for (let i = 0, at = 0; i < plane.length; i++, at += 3) {
    const r = rgb[at] as number;
    const g = rgb[at + 1] as number;
    const b = rgb[at + 2] as number;
    plane[i] = r > g ? (r > b ? r : b) : g > b ? g : b;
  }
  return plane;
}
