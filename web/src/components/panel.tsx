import { useId, type ReactNode } from "react";
import { classes } from "./classes.ts";

export interface PanelProps {
  readonly title: string;
  /** At the right of the title. */
  readonly actions?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A titled part of a page. */
export function Panel({ title, actions, className, children }: PanelProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className={classes("flex min-w-0 flex-col overflow-hidden rounded-md border border-line bg-surface", className)}
    >
      <div className="flex min-h-12 items-center gap-3 border-b border-line px-4">
        <h2 id={id} className="text-base font-medium">
          {title}
        </h2>
        <div className="ml-auto flex items-center gap-2">{actions}</div>
      </div>
      {children}
    </section>
  );
}
