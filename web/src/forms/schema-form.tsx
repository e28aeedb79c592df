import { useEffect, useRef, type ReactNode } from "react";
import type { z } from "@lightwell/wire/zod.ts";
import { Button } from "../components/button.tsx";
import { Field, type ControlProps } from "../components/field.tsx";
import { FieldControl } from "./field-control.tsx";
import type { FormField } from "./form-field.ts";
import { useSchemaForm, type Draft } from "./use-schema-form.ts";

/** What a control of one's own gets, in place of the one that the schema suggests. */
export interface SlotProps {
  readonly field: FormField;
  /** Ties it to its label, hint and error. */
  readonly control: ControlProps;
  /** What holds, or has been chosen and not been submitted. */
  readonly value: unknown;
  onChange(value: unknown): void;
}

interface Shared<Schema extends z.ZodObject> {
  /** As the hub checks it. */
  readonly schema: Schema;
  /** Where the fields begin; what is missing has the schema's default. */
  readonly value: Partial<z.input<Schema>>;
  /** Controls of one's own, by key. */
  readonly slots?: { readonly [Key in keyof z.input<Schema>]?: (slot: SlotProps) => ReactNode };
  /** Of the box around the fields. */
  readonly className?: string;
}

/** With a button: everything at once. */
interface Whole<Schema extends z.ZodObject> extends Shared<Schema> {
  /** On the button. */
  readonly submit: string;
  /** Rejects with what the hub has against it; resolved, the form is as at the beginning. */
  onSubmit(value: z.output<Schema>): Promise<unknown>;
  readonly onChange?: never;
}

/** Without: each change by itself, as soon as it is made. */
interface Each<Schema extends z.ZodObject> extends Shared<Schema> {
  onChange(change: Partial<z.output<Schema>>): Promise<unknown>;
  readonly submit?: never;
  readonly onSubmit?: never;
}

/**
 * A form made from a schema: a label, hint and control for each field, checked by the schema before the hub does.
 * What is wrong stands at its field.
 */
export function SchemaForm<Schema extends z.ZodObject>(props: Whole<Schema> | Each<Schema>) {
  const { schema, value, slots = {}, className, submit, onSubmit, onChange } = props;
  const form = useSchemaForm(schema, value);
  const element = useRef<HTMLFormElement>(null);
  const each = onChange !== undefined;
  // The schema made these values, so they are of its type.
  const handAll = (values: unknown) => onSubmit?.(values as z.output<Schema>) ?? Promise.resolve();
  const handOne = (change: unknown) => onChange?.(change as Partial<z.output<Schema>>) ?? Promise.resolve();
  useEffect(() => {
    if (form.failures > 0) element.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [form.failures]);

  const values = value as Readonly<Record<string, unknown>>;
  const slotOf = slots as Readonly<Record<string, ((slot: SlotProps) => ReactNode) | undefined>>;
  return (
    <form
      ref={element}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!each) void form.submit(handAll);
      }}
    >
      <div className={className}>
        {form.fields.map((field) => {
          const draft = form.draftOf(field.key);
          const held = values[field.key] ?? field.preset;
          const take = (next: Draft) => {
            if (each) void form.submitOne(field, next, handOne);
            else form.draft(field.key, next);
          };
          return (
            <Field key={field.key} label={field.label} hint={field.hint} error={form.faults[field.key]} beside={each}>
              {(control) =>
                slotOf[field.key]?.({
                  field,
                  control,
                  value: draft && "value" in draft ? draft.value : held,
                  onChange: (next) => take({ value: next }),
                }) ?? (
                  <FieldControl
                    field={field}
                    control={control}
                    held={held}
                    draft={draft}
                    onDraft={(next) => form.draft(field.key, next)}
                    onTake={take}
                    onLeave={() => each && draft && take(draft)}
                    onRevert={() => each && form.revert(field.key)}
                  />
                )
              }
            </Field>
          );
        })}
      </div>
      {!each && (
        <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-2">
          <Button look="primary" type="submit" disabled={form.busy}>
            {submit}
          </Button>
          {form.problem && <FormProblem text={form.problem} />}
        </div>
      )}
    </form>
  );
}

function FormProblem({ text }: { readonly text: string }) {
  return (
    <p role="alert" className="text-sm text-stop">
      {text}
    </p>
  );
}
