import { useMemo, useState } from "react";
import { useNavigate } from "react-router";
import { toast } from "sonner";
import { publishCommands, watchLinks } from "../commands.ts";
import { sections } from "../pages/sections.ts";
import { useWatchUrl } from "../queries/hub.ts";
import { useLogOut } from "../queries/session.ts";
import { useKnowledge } from "../queries/snapshot.ts";
import { texts } from "../texts.ts";
import { THEMES, setTheme } from "../theme.ts";
import { classes } from "./classes.ts";
import { copyText } from "./copy-text.ts";
import { Dialog } from "./dialog.tsx";
import { matching, type Entry } from "./palette-entries.ts";

/** A part of the settings with an address of its own. */
const CONFIGURATION = { path: "/settings/configuration", title: texts.configuration.title };

/** Type a few letters, press Enter: pages, channels and commands without a mouse. */
export function CommandPalette({ open, onClose }: { readonly open: boolean; onClose(): void }) {
  return (
    <Dialog open={open} onClose={onClose} label={texts.shell.palette} className="mt-[12dvh] w-xl">
      <Palette onDone={onClose} />
    </Dialog>
  );
}

function Palette({ onDone }: { onDone(): void }) {
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const entries = useEntries();
  const found = useMemo(() => matching(entries, query), [entries, query]);
  const at = Math.min(chosen, found.length - 1);
  const run = (entry: Entry | undefined) => {
    if (!entry) return;
    onDone();
    entry.run();
  };
  return (
    <div className="flex flex-col">
      <input
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found[at] && `palette-${at}`}
        aria-label={texts.shell.palette}
        placeholder={texts.palette.placeholder}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setChosen(0);
        }}
        onKeyDown={(event) => {
          const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
          if (by !== 0 && found.length > 0) {
            event.preventDefault();
            const next = (at + by + found.length) % found.length;
            setChosen(next);
            document.getElementById(`palette-${next}`)?.scrollIntoView({ block: "nearest" });
          }
          if (event.key === "Enter") run(found[at]);
        }}
        className="h-14 border-b border-line bg-transparent px-4 text-base outline-none placeholder:text-muted"
      />
      <div id="palette-list" role="listbox" aria-label={texts.shell.palette} className="h-90 overflow-y-auto p-2">
        {found.map((entry, index) => (
          // The keyboard's way is the field above, which names the chosen one.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={entry.title}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === at}
            tabIndex={-1}
            onClick={() => run(entry)}
            onPointerMove={() => setChosen(index)}
            className={classes(
              "flex h-10 items-center gap-3 rounded-sm px-3 text-sm select-none",
              index === at && "bg-raised",
            )}
          >
            <span className="truncate">{entry.title}</span>
            <span className="ml-auto shrink-0 text-muted">{texts.palette.groups[entry.group]}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && (
        <p role="status" className="absolute top-20 w-full text-center text-sm text-muted">
          {texts.palette.nothing}
        </p>
      )}
    </div>
  );
}

function useEntries(): readonly Entry[] {
  const navigate = useNavigate();
  const logOut = useLogOut();
  const url = useWatchUrl();
  const { snapshot } = useKnowledge();
  const names = snapshot?.channels.map(({ name }) => name).join("\n") ?? "";
  return useMemo(() => {
    const go = (path: string) => () => void navigate(path);
    const copy = (text: string) => () =>
      void copyText(text).then((done) => (done ? toast(texts.copied) : toast.error(texts.copyFailed)));
    const channels = names.split("\n").filter(Boolean);
    const entries: Entry[] = [
      ...[...sections, CONFIGURATION].map(({ path, title }) => ({
        group: "pages" as const,
        title: texts.palette.goTo(title),
        run: go(path),
      })),
      ...channels.flatMap((name) => [
        { group: "channels" as const, title: texts.palette.inspect(name), run: go(`/channels/${name}`) },
        { group: "channels" as const, title: texts.palette.watch(name), run: go(`/watch/${name}`) },
      ]),
      ...THEMES.map((theme) => ({
        group: "commands" as const,
        title: texts.palette.theme(texts.shell.themes[theme]),
        run: () => setTheme(theme),
      })),
      { group: "commands", title: texts.palette.logOut, run: () => logOut.mutate() },
      ...channels.flatMap((name) =>
        [...watchLinks(url, name), ...publishCommands(url, name)].map(({ label, command }) => ({
          group: "commands" as const,
          title: texts.palette.copy(label, name),
          run: copy(command),
        })),
      ),
    ];
    return entries;
    // logOut is new on each render and does not matter to the list.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [names, url, navigate]);
}
