import { useState } from "react";
import { control } from "../components/control.ts";

export interface TypedFieldProps {
  readonly id: string;
  readonly type: "text" | "number";
  readonly value: string;
  readonly maxLength: number | undefined;
  readonly disabled: boolean;
  readonly "aria-describedby": string;
  readonly "aria-invalid": boolean;
  onChange(value: string): void;
}

/** A text that acts while it is typed. Until one leaves the field it shows what was typed, not what became of it. */
export function TypedField({ value, onChange, ...rest }: TypedFieldProps) {
  const [typed, setTyped] = useState<string>();
  return (
    <input
      {...rest}
      step="any"
      value={typed ?? value}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(event.target.value);
      }}
      onBlur={() => setTyped(undefined)}
      className={control}
    />
  );
}
