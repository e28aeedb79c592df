import * as format from "../format.ts";
import { useNow } from "../live/now.ts";
import { texts } from "../texts.ts";

/** "4 min ago", with the exact time on hover. */
export function RelativeTime({ at }: { readonly at: number }) {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={format.exactTime(at)}>
      {texts.ago(format.wholeSpan(now - at))}
    </time>
  );
}
