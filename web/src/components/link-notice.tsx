import { Unplug } from "lucide-react";
import { live } from "../live/connection.ts";
import { useNow } from "../live/now.ts";
import { useLink } from "../live/use-live.ts";
import { texts } from "../texts.ts";
import { Button } from "./button.tsx";

/** Says that pictures stand still because the hub cannot be reached, and when it is tried again. */
export function LinkNotice() {
  const link = useLink();
  const now = useNow();
  if (link.state !== "lost") return null;
  const seconds = Math.max(0, Math.ceil((link.retryAt - now) / 1000));
  return (
    <div
      role="status"
      className="fixed bottom-20 left-1/2 z-30 flex -translate-x-1/2 items-center gap-3 rounded-md border border-line bg-surface py-1 pr-1 pl-4 text-sm shadow-raised md:bottom-6"
    >
      <Unplug size={16} className="shrink-0 text-stop" aria-hidden="true" />
      <span className="figures whitespace-nowrap">
        {link.reason ? texts.link.refused(link.reason) : texts.link.retry(seconds)}
      </span>
      <Button look="quiet" onClick={live.tryNow}>
        {texts.link.tryNow}
      </Button>
    </div>
  );
}
