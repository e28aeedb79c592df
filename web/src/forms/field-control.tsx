import { control as look } from "../components/control.ts";
import type { ControlProps } from "../components/field.tsx";
import { texts } from "../texts.ts";
import { Switch } from "../components/switch.tsx";
import type { FormField } from "./form-field.ts";
import { textOf } from "./typed-text.ts";
import type { Draft } from "./use-schema-form.ts";

export interface FieldControlProps {
  readonly field: FormField;
  readonly control: ControlProps;
  /** What holds now. */
  readonly held: unknown;
  readonly draft: Draft | undefined;
  /** A text that is being typed. */
  onDraft(draft: Draft): void;
  /** A choice: it is meant as it stands. */
  onTake(draft: Draft): void;
  /** Somebody left a text, or pressed Enter in it. */
  onLeave(): void;
  /** Somebody pressed Escape in a text. */
  onRevert(): void;
}

/** The control that suits a field. */
export function FieldControl({ field, control, held, draft, onDraft, onTake, onLeave, onRevert }: FieldControlProps) {
  const { key, label, control: kind, example } = field;
  const value = draft && "value" in draft ? draft.value : held;
  switch (kind.type) {
    case "choice": {
      const chosen = kind.choices.find((choice) => choice.value === value)?.value;
      return (
        <select
          {...control}
          name={key}
          value={chosen ?? ""}
          onChange={(event) => onTake({ value: event.target.value })}
          className={look}
        >
          {chosen === undefined && <option value="">{texts.form.open}</option>}
          {kind.choices.map(({ value: each, words }) => (
            <option key={each} value={each}>
              {words}
            </option>
          ))}
        </select>
      );
    }
    case "switch":
      return (
        <Switch
          id={control.id}
          label={label}
          describedBy={control["aria-describedby"]}
          on={value === true}
          disabled={false}
          onChange={() => onTake({ value: value !== true })}
        />
      );
    case "other":
      // A mistake of ours, to be seen at once: the form has to bring a control.
      throw new Error(`the field "${key}" needs a slot`);
    default: {
      const unit = kind.type === "number" ? kind.unit : undefined;
      return (
        <span className="relative block">
          <input
            {...control}
            name={key}
            value={draft && "text" in draft ? draft.text : textOf(field, held)}
            inputMode={kind.type === "number" ? (kind.whole ? "numeric" : "decimal") : undefined}
            maxLength={kind.type === "text" ? kind.maxLength : undefined}
            placeholder={example && texts.form.such(example)}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => onDraft({ text: event.target.value })}
            onBlur={onLeave}
            onKeyDown={(event) => {
              if (event.key === "Enter") onLeave();
              if (event.key === "Escape") onRevert();
            }}
            className={look}
          />
          {unit && (
            <span
              aria-hidden="true"
              className="pointer-events-none absolute inset-y-0 right-3 grid place-items-center text-sm text-muted"
            >
              {unit}
            </span>
          )}
        </span>
      );
    }
  }
}
