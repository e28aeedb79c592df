import { control } from "./control.ts";
import { Field } from "./field.tsx";

export interface SelectFieldProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  /** Words by value. */
  readonly options: Readonly<Record<Value, string>>;
  onChange(value: Value): void;
}

/** A choice of few. */
export function SelectField<Value extends string>({ label, value, options, onChange }: SelectFieldProps<Value>) {
  return (
    <Field label={label}>
      {(field) => (
        <select
          {...field}
          value={value}
          onChange={(event) => onChange(event.target.value as Value)}
          className={control}
        >
          {Object.entries<string>(options).map(([each, words]) => (
            <option key={each} value={each}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
