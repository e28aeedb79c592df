import type { Setting } from "@lightwell/wire/api/settings.ts";
import { unitOf } from "../forms/form-field.ts";
import { durationText } from "../forms/duration.ts";
import * as format from "../format.ts";
import { texts } from "../texts.ts";
import { classes } from "./classes.ts";

/** One setting: its name and meaning, its value, and where that comes from. */
export function SettingRow({ setting }: { readonly setting: Setting }) {
  const { key, value, origin, description, variable } = setting;
  const { origins, originTitles } = texts.configuration;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 border-t border-line px-4 py-3 text-sm lg:grid-cols-[minmax(0,5fr)_minmax(0,4fr)_7rem]">
      <dt className="min-w-0">
        <span className="mono font-medium break-words">{key}</span>
        <p className="text-muted">{description}</p>
      </dt>
      <dd className="col-span-2 min-w-0 lg:col-span-1">
        <Value name={key} value={value} />
      </dd>
      <dd className="col-start-2 row-start-1 text-right lg:col-start-3">
        <span
          title={origin === "environment" ? variable : originTitles[origin]}
          className={classes(
            "inline-block rounded-full border px-2 whitespace-nowrap",
            origin === "default" ? "border-transparent text-muted" : "border-accent text-accent",
          )}
        >
          {origins[origin]}
        </span>
      </dd>
    </div>
  );
}

function Value({ name, value }: { readonly name: string; readonly value: unknown }) {
  if (value === undefined || value === null) return <span className="text-muted">{texts.configuration.notSet}</span>;
  if (typeof value === "object" && Object.keys(value).length > 0)
    return (
      // Scrolls by keyboard as well.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      <pre tabIndex={0} className="mono max-h-60 overflow-auto rounded-sm bg-bg p-2">
        {JSON.stringify(value, null, 2)}
      </pre>
    );
  const words = typeof value === "number" ? inWords(name, value) : undefined;
  return (
    <>
      <span className="mono break-words">{typeof value === "string" ? value || '""' : JSON.stringify(value)}</span>
      {words !== undefined && <span className="ml-3 text-muted">{words}</span>}
    </>
  );
}

/** A number whose name says its unit, in a unit that people use. */
function inWords(name: string, value: number): string | undefined {
  if (name.endsWith("Ms")) return durationText(value);
  const unit = unitOf(name);
  return unit === "B" ? format.bytes(value) : undefined;
}
