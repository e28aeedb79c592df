import type { ColourDepth } from "@lightwell/wire/text/ansi.ts";
import type { GlyphSetName } from "#glyph/glyph-set.ts";

/** What a terminal can show. */
export interface TerminalKind {
  readonly depth: ColourDepth;
  readonly set: GlyphSetName;
}

/** Programs that say nothing of themselves mostly run in a terminal that shows these. */
const UNKNOWN: TerminalKind = { depth: "256", set: "quadrant" };

/** The first that fits a terminal's name, as terminfo spells it, decides. */
const KINDS: readonly (readonly [name: RegExp, kind: TerminalKind])[] = [
  [/direct|truecolor|24bit|kitty|ghostty|alacritty|wezterm|^foot|contour|iterm/, { depth: "24bit", set: "quadrant" }],
  [/256color|^tmux|^screen/, { depth: "256", set: "quadrant" }],
  // The console's font has the halves and no quadrants.
  [/^linux/, { depth: "16", set: "half" }],
  // ANSI.SYS and its heirs have a code page and no UTF-8.
  [/^ansi/, { depth: "16", set: "ascii" }],
  [/^(vt\d|dumb)/, { depth: "mono", set: "ascii" }],
  [/xterm|rxvt|cygwin|konsole|gnome|putty/, { depth: "16", set: "quadrant" }],
];

/** What a terminal of this name (RFC 1091, any case) can show. */
export function kindOf(name: string | undefined): TerminalKind {
  const lower = name?.toLowerCase();
  return (lower && KINDS.find(([pattern]) => pattern.test(lower))?.[1]) || UNKNOWN;
}
