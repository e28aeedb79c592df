import { classes } from "./classes.ts";
import { CopyButton } from "./copy-button.tsx";

export interface CommandLineProps {
  readonly label: string;
  readonly command: string;
  /** Over several lines where it is long, instead of being scrolled. */
  readonly wrap?: boolean;
}

/** A command or address with what it does and a button to copy it. */
export function CommandLine({ label, command, wrap = false }: CommandLineProps) {
  return (
    <div className="min-w-0">
      <div className="mb-1 text-sm text-muted">{label}</div>
      <div className="flex items-center gap-1 rounded-md border border-line bg-bg pl-3">
        {/* Scrolls by keyboard as well: a long command must be readable. */}
        <code
          {...(!wrap && { tabIndex: 0 })}
          className={classes(
            "mono min-w-0 flex-1 overflow-x-auto py-2 text-sm",
            wrap ? "wrap-anywhere whitespace-pre-wrap" : "whitespace-nowrap",
          )}
        >
          {command}
        </code>
        <CopyButton text={command} label={label} />
      </div>
    </div>
  );
}
