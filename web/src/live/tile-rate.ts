/** Pictures per second that a whole wall asks for: what a phone decodes and a home network carries with ease. */
const BUDGET = 150;

/** How many frames per second to ask for each of `tiles` pictures that are on the screen at once. */
export function tileRate(tiles: number): number {
  return Math.max(2, Math.min(30, Math.round(BUDGET / Math.max(1, tiles))));
}
