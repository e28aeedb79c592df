/**
 * Characters that take two cells of a terminal, by the wide blocks of Unicode's East Asian Width and its emoji:
 * a grid has one glyph per cell, so they are shown as a placeholder.
 */
const WIDE =
  /[\u1100-\u115f\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]/gu;

/** Combining marks that found no letter, controls and formats, and the Hangul vowels and finals that only join others. */
const WIDTHLESS = /[\p{M}\p{C}\u1160-\u11ff\ud7b0-\ud7ff]/gu;

const PLACEHOLDER = "▯";

/**
 * Text that is safe to put into cells: one printable glyph per code point, no controls, no directional or invisible
 * characters, no combining marks that stand alone; runs of white space are one space. At most `maxLength` UTF-16
 * units, the last an ellipsis when something was cut. `keepLines` keeps line feeds.
 */
export function cleanText(text: string, maxLength: number, { keepLines = false } = {}): string {
  // Cut before the work is done: what comes from outside can be long, and no rule below makes a text longer than thrice.
  const cut = text.length > maxLength * 4 ? text.slice(0, maxLength * 4) : text;
  const lines = cut.toWellFormed().split(keepLines ? /\r\n|[\r\n\u2028\u2029]/ : /$^/);
  const clean = lines
    .map((line) =>
      line
        .replace(/[^\S\ufeff]|[\u0000-\u001f\u007f-\u009f]/g, " ")
        .normalize("NFC")
        .replace(WIDTHLESS, "")
        .replace(WIDE, PLACEHOLDER)
        .replace(/ +/g, " ")
        .trim(),
    )
    .join("\n")
    .trim();
  return shorten(clean, maxLength);
}

function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  // A cut between two surrogates would leave half a character.
  return maxLength < 1 ? "" : `${text.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
