import { useEffect, useState } from "react";
import { texts } from "../texts.ts";
import { SpokenRows } from "./spoken-rows.ts";
import type { TextDisplay } from "./text-display.ts";

const LOOK_MS = 1000;

/** The words on the screen, for those who hear them. */
export function TextMirror({ display, name }: { readonly display: TextDisplay; readonly name: string }) {
  const [rows, setRows] = useState<readonly string[]>([]);
  useEffect(() => {
    const spoken = new SpokenRows();
    const timer = setInterval(() => {
      if (display.grid) setRows(spoken.look(display.grid));
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [display]);
  return (
    <div role="log" aria-live="polite" aria-label={texts.text.words(name)} className="sr-only">
      {rows.map((text, row) => (
        // A row is a place on the screen: its number is what it is.
        // oxlint-disable-next-line react/no-array-index-key
        <p key={row}>{text}</p>
      ))}
    </div>
  );
}
