import { peopleOf } from "@lightwell/wire/api/people.ts";
import { Search, Users } from "lucide-react";
import { useHub } from "../queries/hub.ts";
import { useKnowledge } from "../queries/snapshot.ts";
import { texts } from "../texts.ts";
import { AccountMenu } from "./account-menu.tsx";
import { HubLight } from "./hub-light.tsx";
import { Mark } from "./mark.tsx";

const mac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Name of the hub, how it is, who watches, search, account. */
export function TopBar({ onSearch }: { onSearch(): void }) {
  const hub = useHub();
  const { snapshot } = useKnowledge();
  return (
    <header className="sticky top-0 z-30 flex h-14 items-center gap-3 border-b border-line bg-bg/90 px-3 backdrop-blur-sm md:px-4">
      <span className="md:ml-2">
        <Mark />
      </span>
      <span className="min-w-0 truncate font-medium md:ml-4">{hub?.name ?? texts.app}</span>
      <HubLight />
      <span className="figures flex items-center gap-2 text-sm text-muted">
        <Users size={16} aria-hidden="true" />
        <span className="sr-only">{texts.monitor.viewers}</span>
        {snapshot ? peopleOf(snapshot.viewers).length : texts.unknown}
      </span>
      <button
        type="button"
        onClick={onSearch}
        aria-label={texts.shell.palette}
        className="ml-auto flex h-10 items-center gap-2 rounded-md border border-line bg-surface px-3 text-sm text-muted hover:bg-raised hover:text-text"
      >
        <Search size={16} aria-hidden="true" />
        <span className="hidden sm:inline">{texts.shell.paletteShort}</span>
        <kbd className="hidden font-sans sm:inline">{mac ? "⌘K" : "Ctrl K"}</kbd>
      </button>
      <AccountMenu />
    </header>
  );
}
