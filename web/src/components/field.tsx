import { CircleAlert } from "lucide-react";
import { useId, type ReactNode } from "react";
import { classes } from "./classes.ts";

/** What ties a control to its label, hint and error. */
export interface ControlProps {
  readonly id: string;
  readonly "aria-describedby": string;
  readonly "aria-invalid": boolean;
}

export interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong and how to put it right. */
  readonly error?: string | undefined;
  /** The control beside its label and hint, for a list of settings. */
  readonly beside?: boolean;
  children(control: ControlProps): ReactNode;
}

/** A form control with its label above and the hint or error below. */
export function Field({ label, hint, error, beside = false, children }: FieldProps) {
  const id = useId();
  const control: ControlProps = { id, "aria-describedby": `${id}-note`, "aria-invalid": error !== undefined };
  const labelled = (
    <label htmlFor={id} className="text-sm font-medium">
      {label}
    </label>
  );
  const note = (
    <p
      id={`${id}-note`}
      aria-live="polite"
      className={classes("flex min-h-5 gap-1 text-sm", error === undefined ? "text-muted" : "text-stop")}
    >
      {error !== undefined && <CircleAlert size={14} aria-hidden="true" className="mt-[3px] shrink-0" />}
      {error ?? hint}
    </p>
  );
  if (!beside)
    return (
      <div className="flex flex-col gap-1">
        {labelled}
        {children(control)}
        {note}
      </div>
    );
  return (
    <div className="grid grid-cols-1 items-start gap-x-4 gap-y-1 py-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,11rem)]">
      <div className="min-w-0">
        {labelled}
        {note}
      </div>
      {children(control)}
    </div>
  );
}
