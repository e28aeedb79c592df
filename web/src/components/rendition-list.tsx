import type { ChannelInfo } from "@lightwell/wire/api/monitor.ts";
import * as format from "../format.ts";
import { texts } from "../texts.ts";

/** The shapes in which a channel is watched now. */
export function RenditionList({ renditions }: { readonly renditions: ChannelInfo["renditions"] }) {
  if (renditions.length === 0) return <p className="text-sm text-muted">{texts.channels.noRenditions}</p>;
  return (
    <ul className="figures flex flex-col gap-1 text-sm">
      {renditions.map(({ key, fps, failures }) => (
        <li key={key} className="flex flex-wrap gap-x-3">
          <span className="mono">{key}</span>
          <span className="text-muted">{texts.fps(format.rate(fps))}</span>
          {failures > 0 && <span className="text-stop">{texts.channels.renditionFailures(failures)}</span>}
        </li>
      ))}
    </ul>
  );
}
