import { useMemo, useState } from "react";
import type { z } from "@lightwell/wire/zod.ts";
import { checkAll, checkOne } from "./check.ts";
import { faultsOfReply, type Faults } from "./faults.ts";
import { fieldsOf, type FormField } from "./form-field.ts";
import { readText, type Read } from "./typed-text.ts";

type Values = Readonly<Record<string, unknown>>;

/** What has been done to a field and not been submitted: a text that is typed, or a value that is chosen. */
export type Draft = { readonly text: string } | { readonly value: unknown };

export interface SchemaFormState {
  readonly fields: readonly FormField[];
  readonly faults: Faults;
  /** What the hub has against the form as a whole. */
  readonly problem: string | undefined;
  readonly busy: boolean;
  /** Counts submissions that failed. */
  readonly failures: number;
  draftOf(key: string): Draft | undefined;
  draft(key: string, draft: Draft): void;
  /** Take back what was typed into a field. */
  revert(key: string): void;
  /** Check everything and hand it over. */
  submit(hand: (value: Values) => Promise<unknown>): Promise<void>;
  /** Check one field and hand it over alone, if it differs from what holds now. */
  submitOne(field: FormField, draft: Draft, hand: (change: Values) => Promise<unknown>): Promise<void>;
}

/** The state of a form: drafts of its fields, and what is wrong with them by the schema and by the hub. */
export function useSchemaForm(schema: z.ZodObject, value: Values): SchemaFormState {
  const fields = useMemo(() => fieldsOf(schema), [schema]);
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({});
  const [faults, setFaults] = useState<Faults>({});
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [failures, setFailures] = useState(0);

  const read = (field: FormField, draft = drafts[field.key]): Read => {
    if (!draft) return { value: value[field.key] ?? field.preset ?? field.empty };
    return "text" in draft ? readText(field, draft.text) : draft;
  };
  const hand = async (values: Values, to: (values: Values) => Promise<unknown>): Promise<boolean> => {
    try {
      await to(values);
      return true;
    } catch (error) {
      const refused = faultsOfReply(error, Object.keys(values));
      setFaults((known) => ({ ...known, ...refused.fields }));
      setProblem(refused.form);
      setFailures((count) => count + 1);
      return false;
    }
  };

  return {
    fields,
    faults,
    problem,
    busy,
    failures,
    draftOf: (key) => drafts[key],
    draft: (key, draft) => {
      setDrafts((known) => ({ ...known, [key]: draft }));
      // Being put right: the next check says whether it is.
      setFaults((known) => without(known, key));
    },
    revert: (key) => {
      setDrafts((known) => without(known, key));
      setFaults((known) => without(known, key));
    },
    async submit(to) {
      const found = checkAll(schema, fields, new Map(fields.map((field) => [field.key, read(field)])));
      setFaults(found.faults);
      // What is wrong with the fields together stands at none of them.
      setProblem(found.faults[""]);
      if (!found.values) {
        setFailures((count) => count + 1);
        return;
      }
      setBusy(true);
      if (await hand(found.values, to)) setDrafts({});
      setBusy(false);
    },
    async submitOne(field, draft, to) {
      const { key } = field;
      const found = checkOne(schema, field, read(field, draft));
      if ("fault" in found) {
        setFaults((known) => ({ ...known, [key]: found.fault }));
        return;
      }
      setFaults((known) => without(known, key));
      setProblem(undefined);
      setDrafts((known) => without(known, key));
      if (found.value === value[key] || (await hand({ [key]: found.value }, to))) return;
      // A text that the hub refused is there to be put right; a choice goes back to what holds.
      if ("text" in draft) setDrafts((known) => ({ ...known, [key]: draft }));
    },
  };
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  const { [key]: _, ...rest } = record;
  return rest;
}
