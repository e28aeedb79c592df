import type { MadeToken } from "@lightwell/wire/api/access.ts";
import { texts } from "../texts.ts";
import { Button } from "./button.tsx";
import { CommandLine } from "./command-line.tsx";
import { Dialog } from "./dialog.tsx";

export interface MadeTokenDialogProps {
  readonly made: MadeToken | undefined;
  onClose(): void;
}

/** Shows the secret of a new token, this once. */
export function MadeTokenDialog({ made, onClose }: MadeTokenDialogProps) {
  return (
    <Dialog open={made !== undefined} onClose={onClose} label={texts.settings.make}>
      {made && (
        <div className="flex flex-col gap-4 p-6">
          <CommandLine label={texts.settings.made(made.name)} command={made.secret} />
          <Button look="primary" className="self-end" onClick={onClose}>
            {texts.settings.done}
          </Button>
        </div>
      )}
    </Dialog>
  );
}
