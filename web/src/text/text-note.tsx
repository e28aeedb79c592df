import { Unplug } from "lucide-react";
import { useSyncExternalStore } from "react";
import { Link } from "react-router";
import { Button } from "../components/button.tsx";
import { MissingChannel } from "../components/missing-channel.tsx";
import { useNow } from "../live/now.ts";
import { useLink } from "../live/use-live.ts";
import { texts } from "../texts.ts";
import type { TextDisplay } from "./text-display.ts";

export interface TextNoteProps {
  readonly display: TextDisplay;
  readonly name: string;
  /** The address of this page, to come back to after logging in. */
  readonly here: string;
}

/** Why there is no text, or none that is new. */
export function TextNote({ display, name, here }: TextNoteProps) {
  const { connection } = display;
  const link = useSyncExternalStore(connection.link.follow, connection.link.get);
  const refusal = useSyncExternalStore(connection.refusal.follow, connection.refusal.get);
  const isHubLost = useLink().state === "lost";
  const now = useNow();
  const isEmpty = useSyncExternalStore(display.place.follow, display.place.get) === undefined;
  if (link.state === "open" && isEmpty)
    return (
      <p role="status" className="absolute inset-0 grid place-items-center p-10 text-center text-lg text-white">
        {texts.waitingForPicture}
      </p>
    );
  if (link.state !== "lost") return null;
  const told = refusal && refusal.code !== "closing" ? refusal : undefined;
  // That the hub itself is gone is said for the whole page already.
  if (!told && isHubLost) return null;
  const isPrivate = refusal?.code === "forbidden";
  const isMissing = refusal?.code === "unknown_channel";
  const seconds = Math.max(0, Math.ceil((link.retryAt - now) / 1000));
  return (
    <div role="status" className="absolute inset-0 flex flex-col items-center justify-center gap-4 p-10 text-center">
      {isMissing ? (
        <MissingChannel name={name} here={here} />
      ) : (
        <p className="on-picture figures flex items-center gap-3 rounded-md bg-black/80 px-4 py-2 text-lg text-balance">
          {!isPrivate && <Unplug size={18} className="shrink-0 text-stop" aria-hidden="true" />}
          {noteOf(name, told, seconds)}
        </p>
      )}
      {isPrivate && (
        <Link to="/login" state={{ to: here }} className="rounded-md bg-accent px-4 py-2 text-on-accent">
          {texts.login.submit}
        </Link>
      )}
      {!isPrivate && !isMissing && <Button onClick={connection.tryNow}>{texts.link.tryNow}</Button>}
    </div>
  );
}

function noteOf(name: string, refusal: { code: string; reason: string } | undefined, seconds: number): string {
  if (refusal?.code === "forbidden") return texts.watch.forbidden(name);
  return refusal ? texts.link.refused(refusal.reason) : texts.link.retry(seconds);
}
