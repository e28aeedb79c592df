import type { LiveStatus } from "@lightwell/wire/live.ts";
import { useRefusal } from "../live/use-live.ts";
import { texts } from "../texts.ts";
import { MissingChannel } from "./missing-channel.tsx";

export interface WatchNoteProps {
  readonly name: string;
  readonly status: LiveStatus | undefined;
  /** False until the hub told which channels there are. */
  readonly known: boolean;
}

/** Why there is no picture. */
export function WatchNote({ name, status, known }: WatchNoteProps) {
  const refused = useRefusal(name)?.code;
  const isMissing = known && !status && refused !== "disconnected";
  const note = noteOf(status, refused);
  if (note === undefined && !isMissing) return null;
  return (
    <div role="status" className="absolute inset-0 flex flex-col items-center justify-center gap-4 p-10 text-center">
      {isMissing ? (
        <MissingChannel name={name} here={`/watch/${name}`} />
      ) : (
        <p className="text-lg text-balance text-white">{note}</p>
      )}
    </div>
  );
}

function noteOf(status: LiveStatus | undefined, refused: string | undefined): string | undefined {
  if (refused === "disconnected") return texts.watch.disconnected;
  if (status?.failing && status.kind === "none") return texts.failingBecause(status.fault);
  if (status?.health === "waiting" && status.kind === "none") return texts.waitingForPicture;
  return undefined;
}
