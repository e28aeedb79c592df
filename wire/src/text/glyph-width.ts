/** Ranges of East Asian Width W and F, Unicode 14.0.0, unassigned gaps closed. */
const WIDE: readonly (readonly [first: number, last: number])[] = parseRanges(`
  1100-115f 231a-231b 2329-232a 23e9-23ec 23f0 23f3 25fd-25fe 2614-2615 2648-2653 267f 2693 26a1 26aa-26ab
  26bd-26be 26c4-26c5 26ce 26d4 26ea 26f2-26f3 26f5 26fa 26fd 2705 270a-270b 2728 274c 274e 2753-2755 2757
  2795-2797 27b0 27bf 2b1b-2b1c 2b50 2b55 2e80-303e 3041-3247 3250-4dbf 4e00-a4c6 a960-a97c ac00-d7a3
  f900-fad9 fe10-fe19 fe30-fe6b ff01-ff60 ffe0-ffe6 16fe0-1b2fb 1f004 1f0cf 1f18e 1f191-1f19a 1f200-1f320
  1f32d-1f335 1f337-1f37c 1f37e-1f393 1f3a0-1f3ca 1f3cf-1f3d3 1f3e0-1f3f0 1f3f4 1f3f8-1f43e 1f440
  1f442-1f4fc 1f4ff-1f53d 1f54b-1f54e 1f550-1f567 1f57a 1f595-1f596 1f5a4 1f5fb-1f64f 1f680-1f6c5 1f6cc
  1f6d0-1f6d2 1f6d5-1f6df 1f6eb-1f6ec 1f6f4-1f6fc 1f7e0-1f7f0 1f90c-1f93a 1f93c-1f945 1f947-1f9ff
  1fa70-1faff 20000-3fffd
`);

/** Controls, surrogates, separators of lines, and what joins the character before it: nothing that fills a cell. */
const NOT_A_CELL = /^[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Mn}\p{Me}]$/u;

/** Width plus one of each code point below U+20000 that was asked for. */
const known = new Uint8Array(0x20000);

/** Terminal columns of a code point: 1, 2 (East Asian wide, emoji), or 0 for what cannot fill a cell. */
export function glyphWidth(glyph: number): 0 | 1 | 2 {
  if (glyph >= 0x20 && glyph < 0x7f) return 1;
  const seen = glyph < known.length ? known[glyph] : 0;
  if (seen === 1) return 0;
  if (seen === 2) return 1;
  if (seen === 3) return 2;
  const width = measure(glyph);
  if (glyph < known.length) known[glyph] = width + 1;
  return width;
}

function measure(glyph: number): 0 | 1 | 2 {
  if (!(glyph >= 0 && glyph <= 0x10ffff) || NOT_A_CELL.test(String.fromCodePoint(glyph))) return 0;
  return WIDE.some(([first, last]) => glyph >= first && glyph <= last) ? 2 : 1;
}

function parseRanges(text: string): (readonly [number, number])[] {
  return text
    .trim()
    .split(/\s+/)
    .map((range) => {
      const [first = "", last = first] = range.split("-");
      return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
    });
}
