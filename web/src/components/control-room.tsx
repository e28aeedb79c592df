import { useEffect, useState } from "react";
import { Outlet } from "react-router";
import { useNow } from "../live/now.ts";
import { useKnowledge } from "../queries/snapshot.ts";
import { useFreshStart } from "../queries/use-fresh-start.ts";
import * as format from "../format.ts";
import { texts } from "../texts.ts";
import { CommandPalette } from "./command-palette.tsx";
import { Rail } from "./rail.tsx";
import { TopBar } from "./top-bar.tsx";

const STALE_MS = 5000;

/** What surrounds every page of the control room. */
export function ControlRoom() {
  const [searching, setSearching] = useState(false);
  useFreshStart();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setSearching((open) => !open);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return (
    <>
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-md bg-accent px-4 py-2 text-on-accent focus:translate-y-0"
      >
        {texts.skipToContent}
      </a>
      <TopBar onSearch={() => setSearching(true)} />
      <Rail />
      <StaleNotice />
      <main id="content" tabIndex={-1} className="px-3 pt-3 pb-20 outline-none md:ml-20 md:px-6 md:pt-4 md:pb-6">
        <Outlet />
      </main>
      <CommandPalette open={searching} onClose={() => setSearching(false)} />
    </>
  );
}

/** Says that the figures stand still. */
function StaleNotice() {
  const { heardAt } = useKnowledge();
  const now = useNow();
  if (heardAt === undefined || now - heardAt < STALE_MS) return null;
  return (
    <p role="status" className="figures border-b border-line bg-raised px-4 py-2 text-sm text-stop md:pl-26">
      {texts.shell.stale(format.wholeSpan(now - heardAt))}
    </p>
  );
}
