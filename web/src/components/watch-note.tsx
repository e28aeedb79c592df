import type { LiveStatus } from "@lightwell/wire/live.ts";
import { Link } from "react-router";
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
    <div role="status" className="absolute inset-0 flex flex-col items-center justify-center gap-4 p-10 text-center">
      <p className="text-lg text-balance text-white">{note}</p>
      {isPrivate(refusal?.code) && (
        <Link to="/login" state={{ to: `/watch/${name}` }} className="rounded-md bg-accent px-4 py-2 text-on-accent">
          {texts.login.submit}
        </Link>
      )}
    </div>
  );
}

const isPrivate = (refused: string | undefined): boolean => refused === "unauthorized" || refused === "forbidden";

function noteOf({ name, status, known }: WatchNoteProps, refused: string | undefined): string | undefined {
  if (isPrivate(refused)) return texts.watch.forbidden(name);
  if (refused === "disconnected") return texts.watch.disconnected;
  if (known && !status) return texts.watch.gone(name);
  if (status?.failing && status.kind === "none") return texts.failingBecause(status.fault);
  if (status?.health === "waiting" && status.kind === "none") return texts.waitingForPicture;
  return undefined;
}
