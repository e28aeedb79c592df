import { useId } from "react";
import { Switch } from "./switch.tsx";
import { texts } from "../texts.ts";
import { CommandLine } from "./command-line.tsx";
import { control } from "./control.ts";

export interface ConfigurationHeadProps {
  /** The file that was read, if there is one. */
  readonly file: string | undefined;
  readonly filter: string;
  readonly onlyChanged: boolean;
  onFilter(filter: string): void;
  onOnlyChanged(only: boolean): void;
}

/** How the configuration is changed, and which part of it is shown. */
export function ConfigurationHead({ file, filter, onlyChanged, onFilter, onOnlyChanged }: ConfigurationHeadProps) {
  const id = useId();
  const { configuration } = texts;
  return (
    <div className="mb-3 grid grid-cols-1 items-end gap-x-6 gap-y-3 lg:grid-cols-[minmax(0,1fr)_auto]">
      <div className="flex max-w-3xl flex-col gap-2">
        <p className="text-sm text-muted">{configuration.lead(file)}</p>
        <CommandLine label={configuration.example} command="./lightwell --set mjpeg.maxViewers=50" />
      </div>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <span className="flex items-center gap-2 text-sm">
          <Switch
            id={id}
            label={configuration.onlyChanged}
            on={onlyChanged}
            disabled={false}
            onChange={() => onOnlyChanged(!onlyChanged)}
          />
          <label htmlFor={id}>{configuration.onlyChanged}</label>
        </span>
        <span className="w-full sm:w-60">
          <input
            type="search"
            aria-label={configuration.filter}
            placeholder={configuration.filter}
            value={filter}
            onChange={(event) => onFilter(event.target.value)}
            className={control}
          />
        </span>
      </div>
    </div>
  );
}
