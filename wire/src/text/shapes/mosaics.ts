/** A set of glyphs that divide their cell into sub-cells, each filled or not. */
interface Mosaic {
  /** Sub-cells across and down one cell. */
  readonly across: number;
  readonly down: number;
  /** Code point for each pattern: bit `i` is the sub-cell `i`, row by row, in the foreground colour. */
  readonly patterns: Uint32Array;
}

export const HALVES: Mosaic = { across: 1, down: 2, patterns: Uint32Array.of(0x20, 0x2580, 0x2584, 0x2588) };
export const QUADRANTS: Mosaic = { across: 2, down: 2, patterns: quadrants() };
/** U+1FB00… (Unicode 13). */
export const SEXTANTS: Mosaic = { across: 2, down: 3, patterns: sextants() };
/** U+1CD00… (Unicode 16). */
export const OCTANTS: Mosaic = { across: 2, down: 4, patterns: octants() };
export const BRAILLE: Mosaic = { across: 2, down: 4, patterns: braille() };

function quadrants(): Uint32Array {
  return Uint32Array.from([..." ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"].map((glyph) => glyph.codePointAt(0) ?? 0x20));
}

/** U+1FB00… in ascending pattern, without the two halves, which are older characters (Unicode 13). */
function sextants(): Uint32Array {
  const left = 0b010101;
  const right = 0b101010;
  const borrowed = new Map([
    [0, 0x20],
    [left, 0x258c],
    [right, 0x2590],
    [0b111111, 0x2588],
  ]);
  return fillAround(borrowed, 64, 0x1fb00);
}

/**
 * U+1CD00… in ascending pattern, without the 26 patterns that are encoded elsewhere (Unicode 16,
 * Symbols for Legacy Computing Supplement): blocks, quadrants, quarters, and the four corners.
 */
function octants(): Uint32Array {
  const borrowed = new Map([
    [0x01, 0x1cea8],
    [0x02, 0x1ceab],
    [0x40, 0x1cea3],
    [0x80, 0x1cea0],
    [0x03, 0x1fb82],
    [0xc0, 0x2582],
    [0x3f, 0x1fb85],
    [0xfc, 0x2586],
    [0x14, 0x1fbe6],
    [0x28, 0x1fbe7],
  ]);
  const halved = [0x05, 0x0a, 0x50, 0xa0];
  quadrants().forEach((glyph, pattern) => {
    const octant = halved.reduce((bits, corner, i) => (pattern & (1 << i) ? bits | corner : bits), 0);
    borrowed.set(octant, glyph);
  });
  return fillAround(borrowed, 256, 0x1cd00);
}

function fillAround(borrowed: ReadonlyMap<number, number>, count: number, first: number): Uint32Array {
  let next = first;
  return Uint32Array.from({ length: count }, (_, pattern) => borrowed.get(pattern) ?? next++);
}

/**
 * Braille numbers its dots down the left column, down the right, and then the fourth row.
 * No dots is a plain space: some fonts draw U+2800 as eight hollow circles.
 */
function braille(): Uint32Array {
  const dots = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];
  return Uint32Array.from({ length: 256 }, (_, pattern) =>
    pattern === 0 ? 0x20 : dots.reduce((code, dot, i) => (pattern & (1 << i) ? code | dot : code), 0x2800),
  );
}
