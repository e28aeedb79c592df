import { useId, type ReactNode } from "react";

export interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong and how to put it right. */
  readonly error?: string | undefined;
  /** Gets what ties the control to its label, hint and error. */
  children(control: { id: string; "aria-describedby": string; "aria-invalid": boolean }): ReactNode;
}

/** A form control with its label above and the hint or error below. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, "aria-describedby": `${id}-note`, "aria-invalid": error !== undefined })}
      <p
        id={`${id}-note`}
        aria-live="polite"
        className={error ? "min-h-5 text-sm text-stop" : "min-h-5 text-sm text-muted"}
      >
        {error ?? hint}
      </p>
    </div>
  );
}
