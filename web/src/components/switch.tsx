import { classes } from "./classes.ts";

export interface SwitchProps {
  readonly on: boolean;
  readonly label: string;
  readonly disabled: boolean;
  readonly id?: string;
  readonly describedBy?: string;
  onChange(): void;
}

/** On or off, told by place and fill and not by colour alone. */
export function Switch({ on, label, disabled, id, describedBy, onChange }: SwitchProps) {
  return (
    <span className="relative inline-grid h-10 w-11 shrink-0 place-items-center">
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-checked={on}
        aria-label={label}
        aria-describedby={describedBy}
        checked={on}
        disabled={disabled}
        onChange={onChange}
        className="peer absolute inset-0 size-full cursor-pointer appearance-none rounded-md disabled:cursor-default"
      />
      <span
        aria-hidden="true"
        className={classes(
          "pointer-events-none flex h-5 w-9 items-center rounded-full border p-0.5 transition-colors duration-150 peer-disabled:opacity-60",
          on ? "justify-end border-accent bg-accent" : "justify-start border-control bg-bg",
        )}
      >
        <span className={classes("size-3.5 rounded-full", on ? "bg-on-accent" : "border-2 border-control")} />
      </span>
    </span>
  );
}
