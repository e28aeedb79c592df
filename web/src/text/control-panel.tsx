import { RotateCcw, SkipForward, X } from "lucide-react";
import { useState, useSyncExternalStore } from "react";
import { Link } from "react-router";
import { Button } from "../components/button.tsx";
import { control as fieldLook } from "../components/control.ts";
import { texts } from "../texts.ts";
import { KeyList } from "./key-list.tsx";
import { StageEntry } from "./stage-entry.tsx";
import type { TextDisplay } from "./text-display.ts";

export interface ControlPanelProps {
  readonly display: TextDisplay;
  readonly name: string;
  /** The address of this page, to come back to after logging in. */
  readonly here: string;
  onClose(): void;
}

/** What the scene of a channel does and how to change it, made from what the scene says of itself. */
export function ControlPanel({ display, name, here, onClose }: ControlPanelProps) {
  const { connection, steering } = display;
  const scene = useSyncExternalStore(steering.scene.follow, steering.scene.get);
  const problems = useSyncExternalStore(steering.problems.follow, steering.problems.get);
  const welcome = useSyncExternalStore(connection.welcome.follow, connection.welcome.get);
  const [open, setOpen] = useState<string>();
  const [followed, setFollowed] = useState<string | null>();
  const selected = scene?.selected_stage ?? null;
  // Who moves on by keys sees what they have come to.
  if (selected !== followed) {
    setFollowed(selected);
    if (followed !== undefined && open !== undefined && selected !== null) setOpen(selected);
  }
  const mayControl = welcome?.control ?? false;
  if (!scene) return null;
  const onOpen = (stage: string) => {
    setOpen(open === stage ? undefined : stage);
    if (mayControl && open !== stage && selected !== stage) steering.select(stage);
  };
  return (
    <aside
      aria-label={texts.text.panelOf(name)}
      className="flex max-h-[50dvh] w-full shrink-0 flex-col overflow-y-auto border-t border-line bg-surface md:h-dvh md:max-h-none md:w-88 md:border-t-0 md:border-l"
    >
      <div className="sticky top-0 z-10 border-b border-line bg-surface p-3 pl-4">
        <div className="flex items-center gap-2">
          <h2 className="min-w-0 truncate text-lg font-medium">{texts.text.panel}</h2>
          <Button
            look="quiet"
            icon
            className="ml-auto"
            aria-label={texts.close}
            title={`${texts.close} (p)`}
            onClick={onClose}
          >
            <X size={18} />
          </Button>
        </div>
        {!mayControl && (
          <p className="mb-2 text-sm text-muted">
            {texts.text.readOnly}{" "}
            <Link to="/login" state={{ to: here }} className="text-accent underline underline-offset-2">
              {texts.login.submit}
            </Link>
          </p>
        )}
        <div className="flex items-center gap-2">
          <select
            aria-label={texts.text.preset}
            value={scene.preset ?? ""}
            disabled={!mayControl || scene.presets.length === 0}
            onChange={(event) => steering.choosePreset(event.target.value)}
            className={fieldLook}
          >
            {(scene.preset === null || !scene.presets.includes(scene.preset)) && (
              <option value={scene.preset ?? ""}>{scene.preset ?? texts.text.ownPreset}</option>
            )}
            {scene.presets.map((preset) => (
              <option key={preset} value={preset}>
                {preset}
              </option>
            ))}
          </select>
          <Button
            icon
            disabled={!mayControl}
            aria-label={texts.text.nextPreset}
            title={`${texts.text.nextPreset} (n)`}
            onClick={() => steering.nextPreset()}
          >
            <SkipForward size={16} />
          </Button>
          <Button
            icon
            disabled={!mayControl}
            aria-label={texts.text.reset}
            title={texts.text.reset}
            onClick={() => steering.reset()}
          >
            <RotateCcw size={16} />
          </Button>
        </div>
        {problems.has("") && (
          <p role="alert" className="mt-2 text-sm text-stop">
            {problems.get("")}
          </p>
        )}
      </div>
      <ol aria-label={texts.text.stages} className="-mt-px">
        {Object.entries(scene.stages).map(([stageName, stage], index) => (
          <StageEntry
            key={stageName}
            name={stageName}
            stage={stage}
            shortcut={index < 9 ? index + 1 : undefined}
            selected={stageName === selected}
            open={stageName === open}
            disabled={!mayControl}
            steering={steering}
            problems={problems}
            onOpen={() => onOpen(stageName)}
          />
        ))}
      </ol>
      <KeyList />
    </aside>
  );
}
