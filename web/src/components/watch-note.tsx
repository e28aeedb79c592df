import type { LiveStatus } from "@lightwell/wire/live.ts";
import { useRefusal } from "../live/use-live.ts";
import { texts } from "../texts.ts";

export interface WatchNoteProps {
  readonly name: string;
  readonly status: LiveStatus | undefined;
  /** False until the hub told which channels there are. */
  readonly known: boolean;
}

/** Why there is no picture. */
export function WatchNote({ name, status, known }: WatchNoteProps) {
  const refusal = useRefusal(name);
  const note = noteOf({ name, status, known }, refusal?.code);
  if (note === undefined) return null;
  return (
    <p
      role="status"
      className="absolute inset-0 grid place-items-center p-10 text-center text-lg text-balance text-white"
    >
      {note}
    </p>
  );
}

function noteOf({ name, status, known }: WatchNoteProps, refused: string | undefined): string | undefined {
  if (refused === "unauthorized" || refused === "forbidden") return texts.watch.forbidden(name);
  if (refused === "disconnected") return texts.watch.disconnected;
  if (known && !status) return texts.watch.gone(name);
  if (status?.health === "waiting") return texts.waitingForPicture;
  return undefined;
}
