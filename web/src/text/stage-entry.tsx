import type { SceneState } from "@lightwell/wire/text/scene.ts";
import { ChevronRight } from "lucide-react";
import { useEffect, useId, useRef } from "react";
import { classes } from "../components/classes.ts";
import { texts } from "../texts.ts";
import { wordsOf } from "./param-control.ts";
import { ParamField } from "./param-field.tsx";
import { fieldOf, type Steering } from "./steering.ts";
import { Switch } from "../components/switch.tsx";

export interface StageEntryProps {
  readonly name: string;
  readonly stage: SceneState["stages"][string];
  /** Key that switches it; undefined beyond the ninth. */
  readonly shortcut: number | undefined;
  readonly selected: boolean;
  readonly open: boolean;
  readonly disabled: boolean;
  readonly steering: Steering;
  readonly problems: ReadonlyMap<string, string>;
  onOpen(): void;
}

/** One stage of the scene: its switch, and its parameters when open. */
export function StageEntry(props: StageEntryProps) {
  const { name, stage, shortcut, selected, open, disabled, steering, problems, onOpen } = props;
  const id = useId();
  const head = useRef<HTMLDivElement>(null);
  const label = wordsOf(name);
  const params = Object.entries(stage.params);
  const problem = problems.get(name);
  useEffect(() => {
    // What was opened shows its first parameters, not only its name.
    if (open) head.current?.scrollIntoView({ block: "start" });
    else if (selected) head.current?.scrollIntoView({ block: "nearest" });
  }, [selected, open]);
  return (
    <li className={classes("border-t border-line", selected && "bg-raised")}>
      <div ref={head} className="flex scroll-mt-36 scroll-mb-3 items-center gap-1 pr-2 pl-3">
        <Switch
          label={texts.text.stageSwitch(label)}
          on={stage.enabled}
          disabled={disabled}
          onChange={() => steering.toggle(name)}
        />
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          aria-current={selected || undefined}
          onClick={onOpen}
          className="flex h-11 min-w-0 flex-1 items-center gap-2 rounded-md px-2 text-left text-sm"
        >
          <span className={classes("truncate", stage.enabled ? "font-medium" : "text-muted")}>{label}</span>
          {selected && <span className="text-sm text-accent">{texts.text.selected}</span>}
          <span className="ml-auto flex items-center gap-2 text-muted">
            {shortcut !== undefined && (
              <kbd aria-hidden="true" className="figures rounded-sm border border-line px-1.5 text-sm leading-5">
                {shortcut}
              </kbd>
            )}
            <ChevronRight
              size={16}
              aria-hidden="true"
              className={classes("transition-transform duration-150", open && "rotate-90")}
            />
          </span>
        </button>
      </div>
      {problem !== undefined && (
        <p role="alert" className="px-4 pb-2 text-sm text-stop">
          {problem}
        </p>
      )}
      <div id={id} hidden={!open} className="px-4 pb-3">
        {open && params.length === 0 && <p className="text-sm text-muted">{texts.text.noParams}</p>}
        {open &&
          params.map(([param, value]) => (
            <ParamField
              key={param}
              name={param}
              value={value}
              control={stage.controls?.[param]}
              disabled={disabled}
              problem={problems.get(fieldOf(name, param))}
              onChange={(next) => steering.setParam(name, param, next)}
            />
          ))}
      </div>
    </li>
  );
}
