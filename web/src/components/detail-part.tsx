import type { ReactNode } from "react";
import { classes } from "./classes.ts";

export interface DetailPartProps {
  readonly title: string;
  /** For a table, which brings its own margins. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** A titled part of a detail view. */
export function DetailPart({ title, flush = false, children }: DetailPartProps) {
  return (
    <div className={classes("border-t border-line py-4", !flush && "px-4")}>
      <h3 className={classes("mb-2 text-sm font-medium", flush && "px-4")}>{title}</h3>
      {children}
    </div>
  );
}
