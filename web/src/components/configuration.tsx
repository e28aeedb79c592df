import type { SettingsSection } from "@lightwell/wire/api/settings.ts";
import { useEffect } from "react";
import { texts } from "../texts.ts";
import { SettingRow } from "./setting-row.tsx";

/** The settings of the hub, a panel for each module. */
export function Configuration({ sections }: { readonly sections: readonly SettingsSection[] }) {
  useEffect(() => {
    // The browser looked for the place that the address names before it was there.
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  }, []);
  return (
    <div className="grid grid-cols-1 items-start gap-3 xl:grid-cols-[12rem_minmax(0,1fr)]">
      <nav
        aria-label={texts.configuration.sections}
        className="sticky top-18 hidden max-h-[calc(100dvh-6rem)] overflow-y-auto xl:block"
      >
        <ul>
          {sections.map(({ name, running }) => (
            <li key={name}>
              <a
                href={`#${name}`}
                className="flex h-10 items-center justify-between rounded-md px-3 text-sm text-muted hover:bg-raised hover:text-text"
              >
                {name}
                {!running && <span className="sr-only">{texts.configuration.notRunning}</span>}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className="flex min-w-0 flex-col gap-3">
        {sections.map(({ name, summary, running, settings }) => (
          <section
            key={name}
            id={name}
            aria-labelledby={`${name}-title`}
            className="scroll-mt-18 overflow-hidden rounded-md border border-line bg-surface"
          >
            <div className="px-4 py-3">
              <h2 id={`${name}-title`} className="text-base font-medium">
                {name}
              </h2>
              <p className="text-sm text-muted">{summary}</p>
              {!running && <p className="text-sm text-warn">{texts.configuration.notRunning}</p>}
            </div>
            <dl>
              {settings.map((setting) => (
                <SettingRow key={setting.key} setting={setting} />
              ))}
            </dl>
          </section>
        ))}
      </div>
    </div>
  );
}
