import * as format from "../format.ts";
import { texts } from "../texts.ts";

/** One bar per processor core. */
export function CoreBars({ cores }: { readonly cores: ReadonlyArray<number | null> }) {
  if (cores.length === 0) return null;
  const label = `${texts.monitor.cores}: ${cores.map((core) => (core === null ? texts.unknown : format.percent(core))).join(", ")}`;
  return (
    <span role="img" aria-label={label} title={label} className="inline-flex h-4 items-end gap-px align-middle">
      {cores.slice(0, 64).map((core, index) => (
        <span key={index} className="relative h-4 w-1.5 overflow-hidden rounded-[1px] bg-line">
          <span
            className="absolute inset-x-0 bottom-0 h-full origin-bottom bg-accent transition-transform duration-200"
            style={{ transform: `scaleY(${Math.min(1, Math.max(0, (core ?? 0) / 100))})` }}
          />
        </span>
      ))}
    </span>
  );
}
