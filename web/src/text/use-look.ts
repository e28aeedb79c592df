import { colourDepth, glyphSetName, USUAL_LOOK, type TextLook } from "@lightwell/wire/text/look.ts";
import { useMemo } from "react";
import { useAddressQuery } from "../components/use-address-query.ts";

export interface LookChoice {
  /** What the page asks for: nothing of what is usual, so that those who wish nothing share it. */
  readonly look: TextLook;
  /** Change some of it, by what it is when the change comes into force. */
  choose(change: (look: TextLook) => TextLook): void;
}

/** How pictures are drawn, kept in the address: `?glyphs=braille&depth=mono`. */
export function useLook(): LookChoice {
  const [query, changeQuery] = useAddressQuery();
  const [glyphs, depth] = [query.get("glyphs"), query.get("depth")];
  const look = useMemo(() => lookOf(glyphs, depth), [glyphs, depth]);
  const choose = (change: (look: TextLook) => TextLook) =>
    changeQuery((now) => {
      const before = lookOf(now.get("glyphs"), now.get("depth"));
      for (const [name, value] of Object.entries({ ...before, ...change(before) })) {
        if (value === undefined || value === USUAL_LOOK[name as keyof TextLook]) now.delete(name);
        else now.set(name, value);
      }
    });
  return { look, choose };
}

function lookOf(glyphs: string | null, depth: string | null): TextLook {
  const set = glyphSetName.safeParse(glyphs).data;
  const colours = colourDepth.safeParse(depth).data;
  return {
    ...(set !== undefined && set !== USUAL_LOOK.glyphs && { glyphs: set }),
    ...(colours !== undefined && colours !== USUAL_LOOK.depth && { depth: colours }),
  };
}
