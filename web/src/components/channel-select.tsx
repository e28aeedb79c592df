import { useKnowledge } from "../queries/snapshot.ts";
import { texts } from "../texts.ts";
import { control as look } from "./control.ts";
import type { ControlProps } from "./field.tsx";

export interface ChannelSelectProps extends ControlProps {
  /** Name of a channel, also one that is not there now; null for none. */
  readonly value: unknown;
  /** A channel that is not to be chosen. */
  readonly without: string;
  onChange(name: string | null): void;
}

/** A choice of one channel or none. */
export function ChannelSelect({ value, without, onChange, ...control }: ChannelSelectProps) {
  const { snapshot } = useKnowledge();
  const names = new Set(snapshot?.channels.map(({ name }) => name));
  names.delete(without);
  if (typeof value === "string") names.add(value);
  return (
    <select
      {...control}
      value={typeof value === "string" ? value : ""}
      onChange={(event) => onChange(event.target.value || null)}
      className={look}
    >
      <option value="">{texts.channels.noFallback}</option>
      {[...names].map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}
