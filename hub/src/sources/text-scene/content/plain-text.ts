/**
 * Combining marks that found no letter, controls and formats, Hangul vowels and finals that only join others, and the
 * skin tones of emoji, which would be patches of their own.
 */
const WIDTHLESS = /[\p{M}\p{C}\u1160-\u11ff\ud7b0-\ud7ff\p{EMod}]/gu;

/**
 * Text that is safe to put into cells: one printable glyph per code point (wide ones take two cells), no controls, no directional or invisible
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
