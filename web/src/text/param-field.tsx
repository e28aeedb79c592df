import type { SceneControl, SceneParam } from "@lightwell/wire/text/scene.ts";
import { useId, type ReactNode } from "react";
import { control as fieldLook } from "../components/control.ts";
import { controlOf, wordsOf } from "./param-control.ts";
import { Switch } from "../components/switch.tsx";
import { TypedField } from "./typed-field.tsx";

export interface ParamFieldProps {
  readonly name: string;
  readonly value: SceneParam;
  readonly control: SceneControl | undefined;
  readonly disabled: boolean;
  /** What the hub has against the last change. */
  readonly problem: string | undefined;
  onChange(value: SceneParam): void;
}

/** One parameter of a stage, with the control that suits it. */
export function ParamField({ name, value, control: given, disabled, problem, onChange }: ParamFieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const control = controlOf(value, given);
  const label = wordsOf(name);
  const shared = { id, disabled, "aria-describedby": noteId, "aria-invalid": problem !== undefined };
  const typed = (type: "text" | "number", maxLength?: number) => (
    <TypedField
      {...shared}
      type={type}
      value={String(value)}
      maxLength={maxLength}
      onChange={(text) => {
        if (type === "text") onChange(text);
        else if (text.trim() !== "" && Number.isFinite(Number(text))) onChange(Number(text));
      }}
    />
  );
  let beside: ReactNode = null;
  let input: ReactNode = null;
  if (control === undefined) input = typed("number");
  else if (control.type === "text") input = typed("text", control.maxLength);
  else if (control.type === "boolean")
    beside = (
      <Switch
        id={id}
        label={label}
        describedBy={noteId}
        on={value === true}
        disabled={disabled}
        onChange={() => onChange(value !== true)}
      />
    );
  else if (control.type === "number") {
    const { min, max, step, unit } = control;
    beside = (
      <output htmlFor={id} className="figures text-muted">
        {unit ? `${String(value)} ${unit}` : String(value)}
      </output>
    );
    input = (
      <input
        {...shared}
        type="range"
        min={min}
        max={max}
        step={step > 0 ? step : "any"}
        value={Number(value)}
        aria-valuetext={unit ? `${String(value)} ${unit}` : undefined}
        onChange={(event) => onChange(event.target.valueAsNumber)}
        className="h-8 w-full accent-accent"
      />
    );
  } else if (control.type === "color") {
    beside = <span className="figures text-muted">{String(value)}</span>;
    input = (
      <input
        {...shared}
        type="color"
        value={String(value)}
        onChange={(event) => onChange(event.target.value)}
        className="h-10 w-full rounded-md border border-control bg-bg p-1 disabled:opacity-60"
      />
    );
  } else
    input = (
      <select
        {...shared}
        value={String(value)}
        onChange={(event) => onChange(event.target.value)}
        className={fieldLook}
      >
        {control.choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  return (
    <div className="flex flex-col py-1 text-sm">
      <div className="flex min-h-6 items-center justify-between gap-3">
        <label htmlFor={id}>{label}</label>
        {beside}
      </div>
      {input}
      <p id={noteId} aria-live="polite" className="text-stop empty:hidden">
        {problem}
      </p>
    </div>
  );
}
