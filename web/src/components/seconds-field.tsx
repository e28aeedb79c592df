import { useState } from "react";
import { control } from "./control.ts";
import { Field } from "./field.tsx";

export interface SecondsFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly valueMs: number;
  readonly leastMs: number;
  /** Said when it is no number or too small. */
  readonly wrong: string;
  onChange(valueMs: number): void;
}

/** A span in seconds; taken over when one leaves the field or presses Enter. */
export function SecondsField({ label, hint, valueMs, leastMs, wrong, onChange }: SecondsFieldProps) {
  const [typed, setTyped] = useState<string>();
  const typedMs = typed === undefined ? valueMs : Math.round(Number.parseFloat(typed) * 1000);
  const bad = !Number.isFinite(typedMs) || typedMs < leastMs;
  const take = () => {
    if (bad) return;
    setTyped(undefined);
    if (typedMs !== valueMs) onChange(typedMs);
  };
  return (
    <Field label={label} hint={hint} error={bad ? wrong : undefined}>
      {(field) => (
        <input
          {...field}
          type="number"
          inputMode="decimal"
          step="any"
          min={leastMs / 1000}
          value={typed ?? String(valueMs / 1000)}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={take}
          onKeyDown={(event) => {
            if (event.key === "Enter") take();
          }}
          className={control}
        />
      )}
    </Field>
  );
}
