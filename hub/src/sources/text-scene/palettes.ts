import { mix } from "./colour.ts";

/** Colour ramps from dark to light, as equally spaced stops. */
const stops = {
  aurora: [0x03061a, 0x06264a, 0x0b6b6b, 0x1fd08a, 0x9af2c0],
  ocean: [0x020617, 0x06224d, 0x0b4f8a, 0x1794b8, 0x8fe3e8],
  dusk: [0x0d0628, 0x3a0f5c, 0x8a1f74, 0xe0556a, 0xffc07a],
  ember: [0x050101, 0x3a0505, 0xa31a04, 0xf26b0a, 0xffd35a, 0xfff6d8],
  candy: [0x1b0b3a, 0x6a1b9a, 0xe0409a, 0xff9ab0, 0x9ad8ff],
  forest: [0x020a06, 0x08301c, 0x1a6b34, 0x6fbf4a, 0xe0f2a0],
  ice: [0x060a14, 0x1c2f4f, 0x4a7aa8, 0xa6cfe8, 0xf4fbff],
  neon: [0x08001c, 0x3b00b8, 0xff0090, 0x00e0ff, 0xf0ffff],
  amber: [0x060200, 0x3a1a00, 0x8a4a00, 0xf0a020, 0xfff0b0],
  mono: [0x050505, 0x303030, 0x707070, 0xb8b8b8, 0xffffff],
} as const;

export type PaletteName = keyof typeof stops;

export const paletteNames = Object.keys(stops) as [PaletteName, ...PaletteName[]];

/** Steps of a ramp: few enough that slow motion leaves most cells of a frame as they were, which saves bytes. */
const PALETTE_STEPS = 128;

const ramps = Object.fromEntries(
  Object.entries(stops).map(([name, colours]) => [
    name,
    Uint32Array.from({ length: PALETTE_STEPS }, (_, i) => rampColour(colours, i / (PALETTE_STEPS - 1))),
  ]),
) as Record<PaletteName, Uint32Array>;

/** The ramp's colours, 0xRRGGBB, 128 of them. */
export function palette(name: PaletteName): Uint32Array {
  return ramps[name];
}

/** The colour at `share` (0–1) of equally spaced stops. */
export function rampColour(colours: readonly number[], share: number): number {
  const at = Math.max(0, Math.min(1, share)) * (colours.length - 1);
  const i = Math.min(colours.length - 2, Math.floor(at));
  return mix(colours[i] ?? 0, colours[i + 1] ?? 0, at - i);
}
